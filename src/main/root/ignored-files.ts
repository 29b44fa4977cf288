import { relative } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { displayPath, type RawPath } from '../archive/raw-path.ts';

/** What says which files of its directory `docker build` does not take. */
export const IGNORE_FILE = '.dockerignore';

/** Patterns as `.dockerignore` has them, and the directory that they are about. */
export interface IgnorePatterns {
  readonly directory: string;
  readonly patterns: readonly string[];
}

export interface IsIgnored {
  /** @param path below the directory that is listed, without slashes at its ends. */
  (path: RawPath): boolean;
  /** Whether a pattern brings back something of a directory that another leaves out. */
  readonly hasExceptions: boolean;
}

/**
 * Which files of a directory are left out. A list that leaves out that directory itself does not count: it was asked for.
 *
 * @param lists each decides by itself, about what is beneath its directory. @param top the directory that is listed.
 */
export function ignoring(lists: readonly IgnorePatterns[], top: string): IsIgnored {
  const used = lists.filter(({ patterns }) => patterns.some((pattern) => pattern.trim() !== ''));
  const rules = used.flatMap(({ directory, patterns }) => {
    const below = relative(directory, top);
    if (below === '..' || below.startsWith('../')) return [];
    const rule = dockerignore({ ignorecase: false }).add([...patterns]);
    if (below !== '' && rule.ignores(below)) return [];
    return [(path: string) => rule.ignores(below === '' ? path : `${below}/${path}`)];
  });
  const isIgnored = (path: RawPath) => rules.some((ignores) => ignores(displayPath(path)));
  const hasExceptions = used.some(({ patterns }) =>
    patterns.some((pattern) => pattern.trim().startsWith('!')),
  );
  return Object.assign(isIgnored, { hasExceptions });
}
