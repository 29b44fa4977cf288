import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type NixConfiguration, showConfiguration } from './configuration.ts';
import type { NixSetting } from './settings.ts';
import { systemOfMachine } from './system.ts';
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

/** Asks Nix what it is and how it is configured. @throws StrataError `nix-missing`. */
export async function detectNix(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<NixInstallation> {
  const version = await detectVersion(env, signal);
  const config = await showConfiguration(version, env, signal);
  const isRoot = process.getuid?.() === 0;
  const stateDirectory = env.NIX_STATE_DIR || '/nix/var/nix';
  const storeAccess = storeAccessOf({
    remote: env.NIX_REMOTE,
    isWritable: isRoot || isWritable(stateDirectory),
    hasDaemon: existsSync(env.NIX_DAEMON_SOCKET_PATH || `${stateDirectory}/daemon-socket/socket`),
  });
  const group = config.buildUsersGroup ?? '';
  return {
    ...version,
    storeAccess,
    isRoot,
    storeDirectory: env.NIX_STORE_DIR || '/nix/store',
    system: config.system ?? systemOfMachine(),
    hasSandboxShell: hasSandboxShell(config),
    substituters: config.substituters ?? [],
    settings: [
      // A cache that does not answer must not hold up a build for the minutes that Nix gives it by default.
      ...(config.connectTimeoutSeconds === 0 ? ([['connect-timeout', '10']] as const) : []),
      // Root without a daemon builds as one of these users; where nobody made them, it has to build as itself.
      ...(isRoot && storeAccess === 'direct' && group !== '' && !groupHasMembers(group)
        ? ([['build-users-group', '']] as const)
        : []),
    ],
  };
}

/** Where Nix does not say what is in its sandbox, the build will. */
export function hasSandboxShell({ sandbox, sandboxTargets }: NixConfiguration): boolean {
  if (sandbox === false || sandboxTargets === undefined) return true;
  return sandboxTargets.some((target) => target === '/bin' || target === '/bin/sh');
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
