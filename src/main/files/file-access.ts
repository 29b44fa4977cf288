import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { StrataError } from '../../shared/errors.ts';

/**
 * Which files a window may name. In the browser shell that is what lies below the home directory, the working directory
 * and what was allowed besides; in Electron the system's own dialogs choose, and nothing is out of bounds.
 */
export interface FileAccess {
  /** Real paths of the directories below which everything is allowed; null for no bounds. */
  readonly roots: readonly string[] | null;
  /**
   * The absolute path, with its symbolic links followed as far as it exists.
   *
   * @throws StrataError `file-system` where it is out of bounds
   */
  check(path: string): Promise<string>;
}

export async function createFileAccess(roots: readonly string[] | null): Promise<FileAccess> {
  const real = roots === null ? null : await Promise.all(roots.map(realPathOf));
  return {
    roots: real === null ? null : [...new Set(real)],
    async check(path) {
      if (!isAbsolute(path) || path.includes('\0')) {
        throw new StrataError('file-system', `${JSON.stringify(path)} is not an absolute path.`);
      }
      const target = await realPathOf(resolve(path));
      if (real === null || real.some((root) => isWithin(root, target))) return target;
      throw new StrataError('file-system', `${path} is outside the directories that this window may use.`, {
        hint: `Those are ${real.join(' and ')}; start Strata in another directory to use that one.`,
        details: { path },
      });
    },
  };
}

/** Whether `path` is `root` or lies below it. Both are absolute and without symbolic links. */
export function isWithin(root: string, path: string): boolean {
  const rest = relative(root, path);
  return rest === '' || (!rest.startsWith('../') && rest !== '..' && !isAbsolute(rest));
}

/** The real path of the part that exists, with the rest behind it. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}
