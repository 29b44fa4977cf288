import type { RawPath } from '../archive/raw-path.ts';
import {
  directory,
  type ListDirectory,
  openUp,
  type RootDirectory,
  type RootLink,
  type RootNode,
  type RootOrigin,
} from './root-tree.ts';

export type Reached =
  | { readonly type: 'directory'; readonly directory: RootDirectory }
  /** Something on the way is no directory, and cannot be made one. */
  | { readonly type: 'blocked'; readonly at: RawPath; readonly node: RootNode };

/** As many links as Linux follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * The directory at a path of the tree, so that something can be put into it: links to directories in a store on the way
 * are opened up, links within the tree followed, and what is missing is made.
 *
 * @param path without a leading slash; '' is the root itself. @param origin of the directories that are made.
 */
export function reachDirectory(
  root: RootDirectory,
  path: RawPath,
  list: ListDirectory,
  origin: RootOrigin,
): Reached {
  let pending = namesOf(path);
  let way: readonly Step[] = [{ name: '', directory: root }];
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const { directory: parent } = way.at(-1) ?? { directory: root };
    if (name === '.') continue;
    if (name === '..') {
      way = way.length > 1 ? way.slice(0, -1) : way;
      continue;
    }
    const child = parent.children.get(name) ?? directory(0o755, origin);
    const opened = openUp(child, list);
    if (opened !== undefined) {
      parent.children.set(name, opened);
      way = [...way, { name, directory: opened }];
      continue;
    }
    links += 1;
    if (child.type !== 'link' || !isWithinTree(child) || links > MOST_LINKS) {
      return { type: 'blocked', at: [...way.slice(1).map((step) => step.name), name].join('/'), node: child };
    }
    if (child.target.startsWith('/')) way = way.slice(0, 1);
    pending = [...namesOf(child.target), ...pending];
  }
  return { type: 'directory', directory: (way.at(-1) ?? { directory: root }).directory };
}

interface Step {
  readonly name: RawPath;
  readonly directory: RootDirectory;
}

function namesOf(path: RawPath): RawPath[] {
  return path.split('/').filter((name) => name !== '');
}

/** Packages' absolute links lead into the store, or to a place of the machine that builds. */
function isWithinTree({ target, toDirectory, origin }: RootLink): boolean {
  return target.startsWith('/')
    ? origin.type === 'own' || origin.type === 'base'
    : toDirectory || origin.type !== 'package';
}
