import { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import type { NixConfiguration } from './configuration.ts';
import { runNix } from './run.ts';
import { isInGroup, localGroups, userName } from './user-groups.ts';
import type { NixVersion } from './version.ts';

/** 0 or 1 up to 2.26 at least; nothing where the daemon is too old to say. */
const infoSchema = z.object({ trusted: z.union([z.boolean(), z.number()]) });

/** Reads what `nix store info --json` prints. @returns undefined where it does not say */
export function readTrust(json: string): boolean | undefined {
  try {
    return Boolean(infoSchema.parse(JSON.parse(json)).trusted);
  } catch {
    return undefined;
  }
}

/**
 * Whether the daemon trusts this user: only then it takes settings such as `sandbox = false`, paths that nobody has
 * signed, and more. Old versions do not say; there it is what nix.conf says.
 */
export async function isTrustedByDaemon(
  version: NixVersion,
  { trustedUsers = ['root'] }: NixConfiguration,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<boolean> {
  const verb = version.flavour === 'lix' || !version.isAtLeast(2, 19) ? 'ping' : 'info';
  const args = ['store', verb, '--json', '--extra-experimental-features', 'nix-command'];
  try {
    const { stdout } = await runNix({ program: 'nix', args }, { env, settings: [], signal });
    const said = readTrust(stdout);
    if (said !== undefined) return said;
  } catch (error) {
    if (!(error instanceof StrataError) || error.code === 'nix-missing') throw error;
  }
  const groups = localGroups() ?? [];
  return trustedUsers.some((name) => {
    if (!name.startsWith('@')) return name === '*' || name === userName();
    const group = groups.find((each) => each.name === name.slice(1));
    return group !== undefined && isInGroup(group.id);
  });
}
