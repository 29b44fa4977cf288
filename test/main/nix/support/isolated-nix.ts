import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { detectNix } from '../../../../src/main/nix/environment.ts';
import type { NixRunContext } from '../../../../src/main/nix/run.ts';

export const FIXTURE_SET = resolve(import.meta.dirname, '../../../fixtures/nix/set');

/** Lets builds in a root of their own have the programs that the builders of the fixture set need. */
export const PROGRAMS_IN_SANDBOX = 'sandbox-paths = /bin=/bin /usr=/usr /lib=/lib /lib64=/lib64';

/** A Nix of its own: nothing that a test builds, collects or breaks touches the store of this machine. */
export interface IsolatedNix {
  readonly directory: string;
  readonly cacheDirectory: string;
  readonly storeDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  /** A fresh state (no path is known) for the same store directory, so that store paths have the same names. */
  readonly run: (context?: Partial<NixRunContext>) => Promise<NixRunContext>;
  readonly remove: () => Promise<void>;
}

export async function isolatedNix(
  settings: readonly string[] = [],
  parent: string = tmpdir(),
): Promise<IsolatedNix> {
  const directory = await mkdtemp(join(parent, 'strata-nix-'));
  const at = (name: string) => join(directory, name);
  for (const name of ['home', 'conf', 'cache']) await mkdir(at(name));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: at('home'),
    TMPDIR: directory,
    NIX_STORE_DIR: at('store'),
    NIX_STATE_DIR: at('var'),
    NIX_LOG_DIR: at('log'),
    NIX_CONF_DIR: at('conf'),
    NIX_PATH: '',
    // The users that root builds as, where there are some, may not read what is in a directory of root's.
    NIX_CONFIG: ['sandbox = false', 'substituters =', 'build-users-group =', ...settings].join('\n'),
  };
  return {
    directory,
    cacheDirectory: at('cache'),
    storeDirectory: at('store'),
    env,
    async run(context = {}) {
      const { settings: needed } = await detectNix(env);
      return { env, settings: needed, ...context };
    },
    remove: () => removeDirectory(directory),
  };
}

/** Removes a directory that may hold a store. */
export async function removeDirectory(directory: string): Promise<void> {
  await makeWritable(directory);
  await rm(directory, { recursive: true, force: true });
}

/** Directories of a store are read-only, also for who wants to remove them. */
async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(directory, entry.name));
  }
}
