import { lstatSync, readlinkSync } from 'node:fs';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { fsPath, type RawPath } from '../archive/raw-path.ts';

/** As many links as Linux follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * An absolute path with all links resolved, in a file system whose root is another directory: links say where they lead
 * below that root, which realpath(3) cannot know.
 *
 * @throws where the path leads nowhere
 */
export function realPathBelow(root: RawPath, path: RawPath): RawPath {
  let pending = path.split('/').filter((name) => name !== '');
  let resolved = '';
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '.') continue;
    if (name === '..') {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf('/')));
      continue;
    }
    const here = `${resolved}/${name}`;
    const onDisk = fsPath(physicalPath(root, here));
    if (!lstatSync(onDisk).isSymbolicLink()) {
      resolved = here;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error(`Too many links on the way to ${path}.`);
    const target = readlinkSync(onDisk, 'latin1');
    if (target.startsWith('/')) resolved = '';
    pending = [...target.split('/').filter((part) => part !== ''), ...pending];
  }
  return resolved === '' ? '/' : resolved;
}
