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

/** Patterns that are about a directory, which is `below` that of the patterns; '' where it is the same. */
export interface UsedPatterns {
  readonly below: string;
  readonly patterns: readonly string[];
}

/** The lists that count for a directory. One that leaves out that directory itself does not: it was asked for. */
export function usedLists(lists: readonly IgnorePatterns[], top: string): readonly UsedPatterns[] {
  return lists.flatMap(({ directory, patterns }) => {
    const below = relative(directory, top);
    const isAbout = below !== '..' && !below.startsWith('../') && patterns.some((each) => each.trim() !== '');
    if (!isAbout || (below !== '' && matcher(patterns).ignores(below))) return [];
    return [{ below, patterns }];
  });
}

/**
 * Which files of a directory are left out.
 *
 * @param lists each decides by itself, about what is beneath its directory. @param top the directory that is listed.
 */
export function ignoring(lists: readonly IgnorePatterns[], top: string): IsIgnored {
  const used = usedLists(lists, top);
  const rules = used.map(({ below, patterns }) => {
    const rule = matcher(patterns);
    return (path: string) => rule.ignores(below === '' ? path : `${below}/${path}`);
  });
  const isIgnored = (path: RawPath) => rules.some((ignores) => ignores(displayPath(path)));
  const hasExceptions = used.some(({ patterns }) =>
    patterns.some((pattern) => pattern.trim().startsWith('!')),
  );
  return Object.assign(isIgnored, { hasExceptions });
}

function matcher(patterns: readonly string[]) {
  return dockerignore({ ignorecase: false }).add([...patterns]);
}
