import { chmod, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { isStoreInPlace, NIX_ENVIRONMENT, onDisk } from './nix.ts';

/** A folder like the root of an image: the closure's store paths, and links to what the packages have in their folders. */
export interface ImageRoot {
  readonly directory: string;
  /** As {@link runInRoot}. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProgramResult>;
  remove(): Promise<void>;
}

export interface ProgramResult {
  readonly exitCode: number | undefined;
  /** Of both kinds, as they came. */
  readonly output: string;
}

/** The paths' runtime closure, ascending. */
export async function closureOf(paths: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('nix-store', ['--query', '--requisites', ...paths], {
    env: NIX_ENVIRONMENT,
  });
  return [...new Set(stdout.split('\n'))].sort();
}

export async function makeImageRoot(packages: readonly string[]): Promise<ImageRoot> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-image-root-'));
  await chmod(directory, 0o755);
  const store = join(directory, 'nix', 'store');
  await mkdir(store, { recursive: true });
  for (const folder of ['dev', 'etc', 'proc', 'run', 'tmp']) await mkdir(join(directory, folder));
  await writeFile(
    join(directory, 'etc', 'passwd'),
    'root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
  );
  await writeFile(join(directory, 'etc', 'group'), 'root:x:0:\nnogroup:x:65534:\n');
  const closure = (await closureOf(packages)).map(onDisk);
  // Hard links are quick. Where the store is on another file system, or belongs to somebody else, copies are made.
  const hardLinks = await execa('cp', ['-al', ...closure, store], { reject: false });
  if (hardLinks.failed) {
    await removeRoot(store);
    await mkdir(store);
    await execa('cp', ['-a', ...closure, store]);
  }
  for (const path of packages) await linkTree(path, directory);
  return {
    directory,
    run: (argv, env) => runInRoot(directory, argv, env),
    remove: () => removeRoot(directory),
  };
}

/** Only folders are made writable: the files may be hard links to the store's own, which must stay as they are. */
async function removeRoot(directory: string): Promise<void> {
  await execa('find', [directory, '-type', 'd', '-exec', 'chmod', 'u+w', '{}', '+'], { reject: false });
  // Thousands of files, which Node would remove one call after the other.
  await execa('rm', ['-rf', directory]);
}

/** Runs a program in a root, with no environment but PATH and what is given. Never throws for a failing program. */
export async function runInRoot(
  directory: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const [command = '', ...args] = intoRoot(directory, argv);
  const result = await execa(command, args, {
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 60_000,
    extendEnv: false,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', ...env },
  });
  return { exitCode: result.exitCode, output: result.all ?? '' };
}

/** As a container engine does it: /proc and /dev are there, and nothing of the machine's file system besides. */
const ENTER = 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"';

function intoRoot(directory: string, argv: readonly string[]): string[] {
  const unprivileged = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', '--mount', ...unprivileged, '/bin/sh', '-c', ENTER, directory, ...argv];
}

/** Why this machine does not let us enter another root, or nothing when it does. */
export async function whyNoImageRoots(): Promise<string | undefined> {
  const [command = '', ...args] = intoRoot('/', ['/bin/true']);
  const result = await execa(command, args, { reject: false });
  return result.failed ? `this machine does not let programs change their root: ${result.stderr}` : undefined;
}

/** Links to what a store path has, as they are true in the root. */
async function linkTree(path: string, to: string): Promise<void> {
  for (const entry of await readdir(onDisk(path), { withFileTypes: true })) {
    const source = join(path, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true });
      await linkTree(source, target);
    } else {
      // As in an image, the first package that has a file wins.
      await symlink(source, target).catch(() => undefined);
    }
  }
}

/** Runs a program of the store where what it needs is: in a root of its own where the store is below another one. */
export async function runOfStore(path: string, argv: readonly [string, ...string[]]): Promise<string> {
  const [program, ...args] = argv;
  if (isStoreInPlace) {
    return (await execa(join(path, 'bin', program), args, { env: { PATH: '/bin' }, extendEnv: false }))
      .stdout;
  }
  const root = await makeImageRoot([path]);
  try {
    return (await root.run([join(path, 'bin', program), ...args])).output;
  } finally {
    await root.remove();
  }
}
