import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { repositoryRoot } from './cli.ts';

/** Nobody, and nogroup. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/**
 * In a mount namespace: the checkout $1, by way of the empty directory $2, in an open directory in place of the closed
 * one $3; then the rest of the arguments, as nobody.
 */
const OPEN = `
  set -e
  mount --rbind "$1" "$2"
  mount -t tmpfs -o mode=755 tmpfs "$3"
  mkdir -p "$1"
  mount --move "$2" "$1"
  shift 3
  exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups "$@"`;

export interface OrdinaryRun {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs this Node with arguments as a user without rights: nobody where this process is root's, else its own. Where the
 * checkout is below a directory that is closed to others, as root's home directory often is, it is opened for that
 * process alone.
 *
 * @param env all that it gets
 */
export async function nodeAsOrdinaryUser(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<OrdinaryRun> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-checkout-'));
  const command = [process.execPath, ...args];
  const closed = isRoot ? closedAbove(repositoryRoot) : undefined;
  const options = { cwd: '/', env, extendEnv: false, reject: false } as const;
  try {
    if (closed === undefined) {
      const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
      return await execa(process.execPath, args, { ...options, ...user });
    }
    const inNamespace = ['--mount', '--propagation', 'private', 'sh', '-c', OPEN, 'sh'];
    return await execa('unshare', [...inNamespace, repositoryRoot, directory, closed, ...command], options);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Why {@link nodeAsOrdinaryUser} cannot run here; undefined where it can. */
export async function whyNoOrdinaryUser(): Promise<string | undefined> {
  const tried = await nodeAsOrdinaryUser(['--check', join(repositoryRoot, 'src/main/cli.ts')]);
  return tried.exitCode === 0
    ? undefined
    : `Another user cannot read this checkout, and it cannot be mounted for one: ${tried.stderr.trim().split('\n')[0]}`;
}

/** The uppermost directory above one that others may not enter. */
function closedAbove(path: string): string | undefined {
  const above = dirname(path);
  if (above === path) return undefined;
  return closedAbove(above) ?? ((statSync(above).mode & 0o001) === 0 ? above : undefined);
}
