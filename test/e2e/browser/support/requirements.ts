import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const repositoryRoot = resolve(import.meta.dirname, '../../../..');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const WINDOW = resolve(repositoryRoot, process.env.STRATA_WINDOW ?? 'out/renderer');

const has = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

/** Why these tests cannot run here; undefined where they can. */
export function missing(): string | undefined {
  if (!existsSync(CHROMIUM)) return `there is no Chromium at ${CHROMIUM} (CHROMIUM names another)`;
  if (!existsSync(`${WINDOW}/index.html`)) return 'the window has not been built (npm run build)';
  if (!has('nix-store', '--version')) return 'Nix is not installed';
  if (!existsSync('/var/lib/apt/lists')) return 'the starter set needs the package lists of a Debian machine';
  return undefined;
}

/** Says once why a suite does not run. */
export function skipReason(suite: string): string | undefined {
  const reason = missing();
  if (reason !== undefined) console.log(`${suite} did not run: ${reason}`);
  return reason;
}
