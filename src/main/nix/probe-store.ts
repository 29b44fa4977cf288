import { accessSync, constants, existsSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { makeDirectory } from '../files/make-directory.ts';
import type { NixConfiguration } from './configuration.ts';
import { type DaemonState, type StoreDecision, storeAccessOf } from './store-access.ts';

const STATE_DIRECTORY = '/nix/var/nix';

/**
 * Finds out how this user reaches the store. Where /nix is theirs and empty, its state directory is made: newer
 * versions of Nix would not, and put everything below the home directory instead.
 */
export async function probeStore(
  configuration: NixConfiguration,
  env: NodeJS.ProcessEnv,
): Promise<StoreDecision> {
  const isRoot = process.getuid?.() === 0;
  const isMoved = Boolean(env.NIX_STATE_DIR || env.NIX_STORE_DIR);
  const stateDirectory = env.NIX_STATE_DIR || STATE_DIRECTORY;
  const store = configuration.store ?? env.NIX_REMOTE ?? '';
  const isWritable = isRoot || canWrite(stateDirectory) || canMake(stateDirectory);
  return storeAccessOf({
    store: store === '' ? 'auto' : store,
    isWritable,
    daemon: isWritable && store !== 'daemon' ? 'absent' : await daemonState(daemonSocket(env)),
    ownRoot: isMoved ? undefined : ownRoot(env),
    hasNamespaces: isRoot || isWritable || (await hasNamespaces(env)),
  });
}

export function daemonSocket(env: NodeJS.ProcessEnv): string {
  return env.NIX_DAEMON_SOCKET_PATH || join(env.NIX_STATE_DIR || STATE_DIRECTORY, 'daemon-socket', 'socket');
}

/** Where Nix from 2.9 on has the store of a user who may not write /nix. */
function ownRoot(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || homedir();
  const data = env.NIX_DATA_HOME || join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'nix');
  return join(data, 'root');
}

function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function canMake(directory: string): boolean {
  if (existsSync(directory)) return false;
  try {
    makeDirectory(directory, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** A socket may be there that nobody listens on any more. */
async function daemonState(socket: string): Promise<DaemonState> {
  const code = await new Promise<string | undefined>((resolve) => {
    const connection = connect(socket);
    connection.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    connection.once('connect', () => {
      connection.destroy();
      resolve(undefined);
    });
  });
  if (code === undefined) return 'running';
  if (code === 'EACCES') return 'forbidden';
  return existsSync(dirname(socket)) ? 'not-running' : 'absent';
}

/** Some systems keep them from users who are not root: by sysctl, by AppArmor, or as a container. */
async function hasNamespaces(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { exitCode } = await execa('unshare', ['--user', '--map-root-user', '--mount', 'true'], {
    env,
    extendEnv: false,
    reject: false,
  });
  // Without unshare nobody knows; Nix will say.
  return exitCode === 0 || exitCode === undefined;
}
