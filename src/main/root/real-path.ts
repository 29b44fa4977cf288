import { lstatSync, readlinkSync } from 'node:fs';
import { fsPath, latin1Path, physicalRawPath, type RawPath } from '../archive/raw-path.ts';
import { followLinks } from '../files/follow-links.ts';

/**
 * An absolute path with all links resolved, in a file system whose root is another directory: links say where they lead
 * below that root.
 *
 * @throws where the path leads nowhere
 */
export function realPathBelow(root: RawPath, path: RawPath): RawPath {
  const linkAt = (here: string) => {
    const onDisk = fsPath(physicalRawPath(root, latin1Path(here)));
    return lstatSync(onDisk).isSymbolicLink() ? readlinkSync(onDisk, 'latin1') : undefined;
  };
  return latin1Path(followLinks(path, linkAt));
}
