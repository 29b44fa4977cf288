import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface WorkingTree {
  readonly commit: string;
  /** Nothing differs from the commit, and nothing is there beside it; what git ignores aside. */
  readonly isClean: boolean;
  /** Names the commit and the content of everything that differs from it; null where that is too much to read. */
  readonly content: string | null;
}

/** As much as somebody changes by hand; a tree with more has build results in it. */
const MOST_FILES = 2_000;

/**
 * What a git working tree holds, asked of git, which need not read what has not changed. Its programs for the
 * repository's own settings are not run. Undefined where git is not installed or does not answer.
 */
export async function readWorkingTree(
  directory: string,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<WorkingTree | undefined> {
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await execa('git', ['--no-optional-locks', '-c', 'core.fsmonitor=false', ...args], {
      cwd: directory,
      env,
      extendEnv: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return stdout;
  };
  try {
    const commit = (await git('rev-parse', 'HEAD')).trim();
    const status = await git(
      'status',
      '--porcelain',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignored=matching',
    );
    const entries = status.split('\0').filter((entry) => entry !== '');
    // Files that git is told not to look at.
    const hidden = (await git('ls-files', '-v', '-z'))
      .split('\0')
      .filter((entry) => /^(?:[a-z]|S) /.test(entry));
    const differing = [...entries.map((entry) => entry.slice(3)), ...hidden.map((entry) => entry.slice(2))];
    const isClean = entries.every((entry) => entry.startsWith('!!')) && hidden.length === 0;
    return { commit, isClean, content: await nameOf(directory, commit, differing.sort()) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}

async function nameOf(directory: string, commit: string, names: readonly string[]): Promise<string | null> {
  if (names.length > MOST_FILES) return null;
  const hash = createHash('sha256').update(commit);
  for (const name of names) {
    const path = join(directory, name);
    const status = await lstat(path).catch(() => undefined);
    // A directory that is ignored as a whole, or a repository of its own.
    if (status?.isDirectory()) return null;
    const content =
      status === undefined
        ? Buffer.from('')
        : status.isSymbolicLink()
          ? Buffer.from(await readlink(path))
          : await readFile(path);
    const kind =
      status === undefined ? 'missing' : status.isSymbolicLink() ? 'link' : String(status.mode & 0o111);
    hash.update(`${JSON.stringify([name, kind, content.length])}\n`).update(content);
  }
  return hash.digest('hex');
}
