import type { RawPath } from '../archive/raw-path.ts';
import type { TreeEntry } from '../archive/tar-tree.ts';

/** The directory tree of an image's root layer: real directories, links into the store, and a few files of its own. */
export type RootNode = RootDirectory | RootLink | RootFile;

export interface RootDirectory {
  readonly type: 'directory';
  mode: number;
  readonly children: Map<RawPath, RootNode>;
}

interface RootLink {
  readonly type: 'link';
  readonly target: RawPath;
  /** Whether the target is a directory, so that more can be put beneath by opening it up. */
  readonly toDirectory: boolean;
}

interface RootFile {
  readonly type: 'file';
  readonly mode: number;
  readonly text: string;
}

/** An entry of a directory of a package, as {@link ListDirectory} gives it. */
export interface ListedEntry {
  readonly name: RawPath;
  /** Links count as what they lead to; one that leads nowhere is a file. */
  readonly type: 'directory' | 'file';
  /** For a link: its target as written. */
  readonly linkTarget?: RawPath;
  /** For a link to a directory: that directory, all links resolved. */
  readonly realPath?: RawPath;
}

/** The entries of a directory, in any order. */
export type ListDirectory = (path: RawPath) => readonly ListedEntry[];

export function directory(mode = 0o755): RootDirectory {
  return { type: 'directory', mode, children: new Map() };
}

/**
 * Puts a node at a path (no leading slash) unless something is there already. Links to whole directories on the way are
 * opened up: they become directories of links.
 *
 * @returns the node that is there afterwards, or undefined where a file is in the way.
 */
export function place(
  root: RootDirectory,
  path: RawPath,
  node: RootNode,
  list: ListDirectory,
): RootNode | undefined {
  const names = path.split('/');
  const last = names.pop();
  if (last === undefined) return undefined;
  let parent = root;
  for (const name of names) {
    const child = openUp(parent.children.get(name) ?? directory(), list);
    if (child === undefined) return undefined;
    parent.children.set(name, child);
    parent = child;
  }
  const present = parent.children.get(last);
  if (present !== undefined) return present;
  parent.children.set(last, node);
  return node;
}

function openUp(node: RootNode, list: ListDirectory): RootDirectory | undefined {
  if (node.type === 'directory') return node;
  if (node.type === 'file' || !node.toDirectory || !node.target.startsWith('/')) return undefined;
  const opened = directory();
  for (const { name, type } of list(node.target)) {
    opened.children.set(name, {
      type: 'link',
      target: `${node.target}/${name}`,
      toDirectory: type === 'directory',
    });
  }
  return opened;
}

/**
 * Where in the store a path of the root leads, or undefined where it leads nowhere. Relative links of the tree (such as
 * `usr` -> `.`) are not followed.
 */
export function lookup(root: RootDirectory, path: RawPath, list: ListDirectory): RawPath | undefined {
  let node: RootNode | undefined = root;
  for (const name of path.split('/')) {
    if (node?.type === 'link') node = openUp(node, list);
    node = node?.type === 'directory' ? node.children.get(name) : undefined;
  }
  return node?.type === 'link' ? node.target : undefined;
}

/** The tree as archive entries: parents before children, siblings in the order of their names' bytes. */
export function treeEntries(root: RootDirectory): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  const visit = (parent: RootDirectory, prefix: RawPath) => {
    const children = [...parent.children].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, node] of children) {
      const path = `${prefix}${name}`;
      if (node.type === 'link') entries.push({ type: 'symlink', path, target: node.target });
      else if (node.type === 'file') entries.push({ type: 'file', path, mode: node.mode, text: node.text });
      else {
        entries.push({ type: 'directory', path, mode: node.mode });
        visit(node, `${path}/`);
      }
    }
  };
  visit(root, '');
  return entries;
}
