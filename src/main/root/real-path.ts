import { lstatSync, readlinkSync } from 'node:fs';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { fsPath, type RawPath } from '../archive/raw-path.ts';
import { followLinks } from '../files/follow-links.ts';

/**
 * An absolute path with all links resolved, in a file system whose root is another directory: links say where they lead
 * below that root.
 *
 * @throws where the path leads nowhere
 */
export function realPathBelow(root: RawPath, path: RawPath): RawPath {
  return followLinks(path, (here) => {
    const onDisk = fsPath(physicalPath(root, here));
    return lstatSync(onDisk).isSymbolicLink() ? readlinkSync(onDisk, 'latin1') : undefined;
  });
}
