import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { StrataError } from '../../shared/errors.ts';

/**
 * Which files a window may name. In the browser shell that is what lies below the home directory, the working directory
 * and what was allowed besides; in Electron what the user chose in the system's own dialogs.
 */
export interface FileAccess {
  /**
   * The absolute path, with its symbolic links followed as far as it exists.
   *
   * @throws StrataError `file-system` where it is out of bounds
   */
  check(path: string): Promise<string>;
  /** Allows a file, or a directory with all that is in it; neither needs to be there yet. */
  allow(path: string): Promise<void>;
}

/**
 * @param roots directories below which everything is allowed
 * @param hint what to do about a path out of bounds; starting elsewhere, where it is left out
 */
export async function createFileAccess(roots: readonly string[], hint?: string): Promise<FileAccess> {
  const allowed = new Set(await Promise.all(roots.map(realPathOf)));
  return {
    async allow(path) {
      allowed.add(await realPathOf(resolve(path)));
    },
    async check(path) {
      if (!isAbsolute(path) || path.includes('\0')) {
        throw new StrataError('file-system', `${JSON.stringify(path)} is not an absolute path.`);
      }
      const target = await realPathOf(resolve(path));
      if ([...allowed].some((root) => isWithin(root, target))) return target;
      const elsewhere = `Those are ${[...allowed].join(' and ')}; start Strata in another directory to use that one.`;
      throw new StrataError('file-system', `${path} is outside the directories that this window may use.`, {
        hint: hint ?? elsewhere,
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
