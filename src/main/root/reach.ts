import { joinRaw, namesOf, type RawPath, raw } from '../archive/raw-path.ts';
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
  const walked = walk(root, path, list, () => directory(0o755, origin));
  if (walked.type !== 'found') return walked;
  return { type: 'directory', directory: walked.way.at(-1)?.directory ?? root };
}

/**
 * Where something of the tree is, links within the tree followed to the end; undefined where nothing is.
 *
 * @returns the directory that has it, and its name there: a file, a directory, or a link out of the tree.
 */
export function find(
  root: RootDirectory,
  path: RawPath,
  list: ListDirectory,
): { readonly at: RawPath; readonly parent: RootDirectory; readonly name: RawPath } | undefined {
  const walked = walk(root, path, list, () => undefined);
  if (walked.type === 'blocked') return walked.rest.length === 0 ? walked : undefined;
  const { way } = walked;
  const [parent, last] = [way.at(-2), way.at(-1)];
  return parent && last && { at: pathOf(way), parent: parent.directory, name: last.name };
}

/** The directory at a path, links within the tree followed; undefined where none is. */
export function findDirectory(
  root: RootDirectory,
  path: RawPath,
  list: ListDirectory,
): RootDirectory | undefined {
  const walked = walk(root, path, list, () => undefined);
  return walked.type === 'found' ? walked.way.at(-1)?.directory : undefined;
}

interface Step {
  readonly name: RawPath;
  readonly directory: RootDirectory;
}

type Walked =
  | { readonly type: 'found' /** From the root on. */; readonly way: readonly Step[] }
  | {
      readonly type: 'blocked';
      readonly at: RawPath;
      readonly node: RootNode;
      readonly parent: RootDirectory;
      readonly name: RawPath;
      /** Names that were still to come. */
      readonly rest: readonly RawPath[];
    };

function walk(
  root: RootDirectory,
  path: RawPath,
  list: ListDirectory,
  make: () => RootDirectory | undefined,
): Walked {
  let rest = namesOf(path);
  let way: readonly Step[] = [{ name: raw``, directory: root }];
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const parent = way.at(-1)?.directory ?? root;
    if (name === '.') continue;
    if (name === '..') {
      way = way.length > 1 ? way.slice(0, -1) : way;
      continue;
    }
    const child = parent.children.get(name) ?? make();
    if (child === undefined) return { type: 'found', way: [] };
    const opened = openUp(child, list);
    if (opened !== undefined) {
      parent.children.set(name, opened);
      way = [...way, { name, directory: opened }];
      continue;
    }
    links += 1;
    if (child.type !== 'link' || !isWithinTree(child) || links > MOST_LINKS) {
      const at = pathOf([...way, { name, directory: parent }]);
      return { type: 'blocked', at, node: child, parent, name, rest };
    }
    if (child.target.startsWith('/')) way = way.slice(0, 1);
    rest = [...namesOf(child.target), ...rest];
  }
  return { type: 'found', way };
}

function pathOf([, ...way]: readonly Step[]): RawPath {
  return joinRaw(...way.map(({ name }) => name));
}

/** Packages' absolute links lead into the store, or to a place of the machine that builds. */
function isWithinTree({ target, toDirectory, origin }: RootLink): boolean {
  if (target.startsWith('/')) return origin.type === 'own' || origin.type === 'base';
  return toDirectory || origin.type !== 'package';
}
