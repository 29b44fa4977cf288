import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { runNix } from './run.ts';
import type { NixSetting } from './settings.ts';
import { detectVersion, type NixVersion } from './version.ts';

/**
 * How the store is reached: by each process itself, through the daemon, or as `NIX_REMOTE` says; `none` where this user
 * may not write it and no daemon is there.
 */
export type StoreAccess = 'direct' | 'daemon' | 'remote' | 'none';

/** The Nix of this machine, and what has to be said to it for it to work here. */
export interface NixInstallation extends NixVersion {
  readonly storeAccess: StoreAccess;
  readonly isRoot: boolean;
  readonly storeDirectory: string;
  /** System of derivations that are built here, such as `x86_64-linux`. */
  readonly system: string;
  /** Whether builders find /bin/sh. Nix is usually built with a shell for its sandbox; Debian's is not. */
  readonly hasSandboxShell: boolean;
  /** Substituters as Nix is configured, in its order. */
  readonly substituters: readonly string[];
  /** Settings that this machine needs, whatever is built. */
  readonly settings: readonly NixSetting[];
}

const setting = <Value extends z.ZodType>(value: Value) => z.object({ value });
const configSchema = z.object({
  'build-users-group': setting(z.string()).optional(),
  'connect-timeout': setting(z.number()).optional(),
  sandbox: setting(z.union([z.boolean(), z.string()])).optional(),
  'sandbox-paths': setting(z.array(z.string())).optional(),
  system: setting(z.string()),
  substituters: setting(z.array(z.string())).optional(),
});

/** Asks Nix what it is and how it is configured. @throws StrataError `nix-missing`. */
export async function detectNix(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<NixInstallation> {
  const version = await detectVersion(env, signal);
  const config = await showConfig(version, env, signal);
  const isRoot = process.getuid?.() === 0;
  const stateDirectory = env.NIX_STATE_DIR || '/nix/var/nix';
  const storeAccess = storeAccessOf({
    remote: env.NIX_REMOTE,
    isWritable: isRoot || isWritable(stateDirectory),
    hasDaemon: existsSync(env.NIX_DAEMON_SOCKET_PATH || `${stateDirectory}/daemon-socket/socket`),
  });
  const group = config['build-users-group']?.value ?? '';
  return {
    ...version,
    storeAccess,
    isRoot,
    storeDirectory: env.NIX_STORE_DIR || '/nix/store',
    system: config.system.value,
    hasSandboxShell: hasSandboxShell(config.sandbox?.value, config['sandbox-paths']?.value),
    substituters: config.substituters?.value ?? [],
    settings: [
      // A cache that does not answer must not hold up a build for the minutes that Nix gives it by default.
      ...(config['connect-timeout']?.value === 0 ? ([['connect-timeout', '10']] as const) : []),
      // Root without a daemon builds as one of these users; where nobody made them, it has to build as itself.
      ...(isRoot && storeAccess === 'direct' && group !== '' && !groupHasMembers(group)
        ? ([['build-users-group', '']] as const)
        : []),
    ],
  };
}

export function hasSandboxShell(
  sandbox: boolean | string | undefined,
  paths: readonly string[] | undefined,
): boolean {
  if (sandbox === false || sandbox === 'false' || paths === undefined) return true;
  return paths.some((path) => /^\/bin(\/sh)?(=|\?|$)/.test(path));
}

async function showConfig(version: NixVersion, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined) {
  // `nix show-config` became `nix config show` in 2.20.
  const verb = version.flavour === 'nix' && version.isAtLeast(2, 20) ? ['config', 'show'] : ['show-config'];
  const run = (args: readonly string[]) =>
    runNix(
      { program: 'nix', args: [...args, '--json', '--extra-experimental-features', 'nix-command'] },
      { env, settings: [], signal },
    );
  const { stdout } = await run(verb).catch((error: unknown) => {
    if (!(error instanceof StrataError) || error.code === 'nix-missing') throw error;
    return run(verb.length === 1 ? ['config', 'show'] : ['show-config']);
  });
  const parsed = configSchema.safeParse(JSON.parse(stdout));
  if (parsed.success) return parsed.data;
  throw new StrataError('nix-failed', 'Nix does not say how it is configured in a way that Strata reads.', {
    cause: parsed.error,
  });
}

export interface StoreFacts {
  /** `NIX_REMOTE`. */
  readonly remote: string | undefined;
  /** Whether this process may write the state directory, or make it. */
  readonly isWritable: boolean;
  readonly hasDaemon: boolean;
}

/** As Nix chooses with `store = auto`: the store itself where it can be written, else the daemon. */
export function storeAccessOf({ remote, isWritable, hasDaemon }: StoreFacts): StoreAccess {
  if (remote === 'daemon') return 'daemon';
  if (remote && remote !== 'auto' && remote !== 'local') return 'remote';
  if (isWritable) return 'direct';
  return hasDaemon && remote !== 'local' ? 'daemon' : 'none';
}

function isWritable(directory: string): boolean {
  if (!existsSync(directory)) return directory !== '/' && isWritable(dirname(directory));
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function groupHasMembers(name: string): boolean {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`));
    return (line?.split(':')[3] ?? '') !== '';
  } catch {
    // No such file: groups come from elsewhere, and Nix knows better than we do.
    return true;
  }
}
