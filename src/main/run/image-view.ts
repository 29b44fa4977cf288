import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { followLinks } from '../files/follow-links.ts';

/** Looks at an image that lies on this machine in parts, as a program in it would. */
export interface ImageView {
  /** A path with all links resolved; undefined where it leads nowhere. */
  readonly resolve: (path: string) => string | undefined;
  /** Where a path of the image lies on this machine; links in it are not followed. */
  readonly onDisk: (path: string) => string;
  /** Whether it is in one of the store paths, which are read-only. */
  readonly isInStore: (path: string) => boolean;
}

/**
 * @param root the directory of all but the store paths. @param storeRoot below which the store paths are.
 * @param storePaths those that the image has.
 */
export function imageView(root: string, storeRoot: string, storePaths: readonly string[]): ImageView {
  const inImage = new Set(storePaths);
  const [first = '/'] = storePaths;
  const store = posix.dirname(first);
  const isInStore = (path: string): boolean => {
    if (!path.startsWith(`${store}/`)) return false;
    const [name = ''] = path.slice(store.length + 1).split('/', 1);
    return inImage.has(`${store}/${name}`);
  };
  const onDisk = (path: string): string => `${isInStore(path) ? storeRoot : root}${path}`;
  const linkAt = (path: string): string | undefined => {
    const place = onDisk(path);
    return lstatSync(place).isSymbolicLink() ? readlinkSync(place) : undefined;
  };
  return {
    onDisk,
    isInStore,
    resolve(path) {
      try {
        return followLinks(path, linkAt);
      } catch {
        return undefined;
      }
    },
  };
}
