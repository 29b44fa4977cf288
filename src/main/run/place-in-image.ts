import { chownSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import type { ImageView } from './image-view.ts';

export interface WantedPlace {
  readonly path: string;
  readonly type: 'directory' | 'file';
  /** Of the last one, where it has to be made; its maker's where it is left out. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Makes sure that there is a directory or a file at a path of an image, to work in or to mount something over.
 *
 * @returns the path, all links resolved. @throws StrataError `usage` where it cannot be; `file-system`.
 */
export function placeInImage(view: ImageView, { path, type, owner }: WantedPlace): string {
  const names = posix
    .normalize(path)
    .split('/')
    .filter((name) => name !== '');
  let here = '/';
  for (const [index, name] of names.entries()) {
    const next = posix.join(here, name);
    const resolved = view.resolve(next);
    if (resolved !== undefined) {
      here = resolved;
      continue;
    }
    if (view.isInStore(next)) throw inStore(path);
    if (index === names.length - 1) make(view.onDisk(next), type, owner);
    else make(view.onDisk(next), 'directory', undefined);
    here = next;
  }
  if (type === 'directory' && !statSync(view.onDisk(here)).isDirectory()) {
    throw new StrataError('usage', `${path} is a file in the image, where a directory is wanted.`);
  }
  return here;
}

function inStore(path: string): StrataError {
  return new StrataError('usage', `${path} leads into a store path of the image, which is read-only.`, {
    hint: 'Name a place outside of it.',
    details: { path },
  });
}

function make(place: string, type: WantedPlace['type'], owner: WantedPlace['owner']): void {
  try {
    if (type === 'directory') mkdirSync(place, { mode: 0o755 });
    else closeSync(openSync(place, 'wx', 0o644));
    if (owner !== undefined) chownSync(place, owner.uid, owner.gid);
  } catch (error) {
    throw fileSystemError(error, 'make', place);
  }
}
