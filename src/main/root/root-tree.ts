import { namesOf, type RawPath, raw } from '../archive/raw-path.ts';
import type { DiskFile, TreeEntry } from '../archive/tar-tree.ts';

/** Who brought a node into the root. */
export type RootOrigin =
  | { readonly type: 'package'; readonly name: string }
  /** The document; the place in it is such as `files[0]`. */
  | { readonly type: 'own'; readonly place: string }
  | { readonly type: 'base' }
  /** Every image has it. */
  | { readonly type: 'default' };

export const DEFAULT_ORIGIN: RootOrigin = { type: 'default' };

/** Layers of the user's own files: what is large and rarely changes, and above it the rest. */
export const FILE_LAYERS = ['large', 'small'] as const;
export type FileLayer = (typeof FILE_LAYERS)[number];

/** The root file system of an image: real directories, links into the store, and files. */
export type RootNode = RootDirectory | RootLink | RootFile;

interface NodeFacts {
  origin: RootOrigin;
  uid: number;
  gid: number;
  /** Where it is not in the root layer: that of the user's own files which it is in. */
  readonly layer?: FileLayer | undefined;
  /** It lies in the base as it is here: no layer on top needs it, unless something else is put into a directory. */
  isInBase?: true | undefined;
}

interface ModedFacts extends NodeFacts {
  mode: number;
  /** See {@link TreeEntry}. */
  xattrs?: Readonly<Record<string, string>> | undefined;
}

export interface RootDirectory extends ModedFacts {
  readonly type: 'directory';
  readonly children: Map<RawPath, RootNode>;
}

export interface RootLink extends NodeFacts {
  readonly type: 'link';
  readonly target: RawPath;
  /** Whether the target is a directory, so that more can be put beneath by opening it up. */
  readonly toDirectory: boolean;
  /** Whether what the store has at the target is a link itself. */
  readonly leadsToLink?: boolean | undefined;
}

export interface RootFile extends ModedFacts {
  readonly type: 'file';
  readonly contents: RootContents;
}

type RootContents =
  | { readonly type: 'text'; readonly text: string; readonly encoding?: 'latin1' }
  | { readonly type: 'disk'; readonly disk: DiskFile }
  /** In a layer of the base; a device or the like is empty. */
  | { readonly type: 'base'; readonly sizeBytes: number };

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

export function directory(mode = 0o755, origin: RootOrigin = DEFAULT_ORIGIN): RootDirectory {
  return { type: 'directory', mode, uid: 0, gid: 0, origin, children: new Map() };
}

export function linkTo(
  target: RawPath,
  {
    toDirectory = false,
    leadsToLink,
    origin = DEFAULT_ORIGIN,
  }: Partial<Pick<RootLink, 'toDirectory' | 'leadsToLink' | 'origin'>> = {},
): RootLink {
  return { type: 'link', target, toDirectory, leadsToLink, uid: 0, gid: 0, origin };
}

export function textFile(text: string, mode = 0o644, origin: RootOrigin = DEFAULT_ORIGIN): RootFile {
  return { type: 'file', mode, uid: 0, gid: 0, origin, contents: { type: 'text', text } };
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
  const names = namesOf(path);
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

/** A directory as it is; a link to one in a store as a directory of links; undefined for all else. */
export function openUp(node: RootNode, list: ListDirectory): RootDirectory | undefined {
  if (node.type === 'directory') return node;
  if (node.type === 'file' || !node.toDirectory || !node.target.startsWith('/')) return undefined;
  const { origin, target } = node;
  const opened = directory(0o755, origin);
  for (const { name, type, linkTarget } of list(target)) {
    const facts = { toDirectory: type === 'directory', leadsToLink: linkTarget !== undefined, origin };
    opened.children.set(name, linkTo(raw`${target}/${name}`, facts));
  }
  return opened;
}

/**
 * Where in the store a path of the root leads, or undefined where it leads nowhere. Relative links of the tree (such as
 * `usr` -> `.`) are not followed.
 */
export function lookup(root: RootDirectory, path: RawPath, list: ListDirectory): RawPath | undefined {
  let node: RootNode | undefined = root;
  for (const name of namesOf(path)) {
    if (node?.type === 'link') node = openUp(node, list);
    node = node?.type === 'directory' ? node.children.get(name) : undefined;
  }
  return node?.type === 'link' ? node.target : undefined;
}

/**
 * What of the tree is in one layer, as archive entries: parents before children, siblings in the order of their names'
 * bytes. A layer of files repeats the directories above its files: what unpacks it would make them up otherwise, and
 * hide their modes and owners.
 *
 * @param layer the root layer where it is left out
 */
export function treeEntries(root: RootDirectory, layer?: FileLayer): readonly TreeEntry<DiskFile>[] {
  const entries: TreeEntry<DiskFile>[] = [];
  const visit = (parent: RootDirectory, prefix: RawPath) => {
    for (const [name, node] of inOrder(parent)) {
      const path = raw`${prefix}${name}`;
      if (node.type === 'directory') {
        const before = entries.length;
        entries.push(entryOf(path, node));
        visit(node, raw`${path}/`);
        const isNeeded = node.layer === layer && !isOfBaseAlone(node);
        if (entries.length === before + 1 && !isNeeded) entries.pop();
      } else if (node.layer === layer && node.isInBase !== true) entries.push(entryOf(path, node));
    }
  };
  visit(root, raw``);
  return entries;
}

/** Of a directory of the base, the document may say a mode or an owner. */
function isOfBaseAlone({ isInBase, origin }: RootDirectory): boolean {
  return isInBase === true && origin.type === 'base';
}

/** The uppermost paths that are in a layer of the user's own files, in the order of their bytes. */
export function layerTops(root: RootDirectory, layer: FileLayer): readonly RawPath[] {
  const visit = (parent: RootDirectory, prefix: RawPath): readonly RawPath[] =>
    inOrder(parent).flatMap(([name, node]) => {
      if (node.layer === layer) return [raw`${prefix}${name}`];
      return node.type === 'directory' ? visit(node, raw`${prefix}${name}/`) : [];
    });
  return visit(root, raw``);
}

/** What is in a directory of the tree, in the order of the names' bytes. */
export function inOrder({ children }: RootDirectory): readonly (readonly [RawPath, RootNode])[] {
  return [...children].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Without what is the usual: layers have the key that they had before there was anything else. */
function entryOf(path: RawPath, node: RootNode): TreeEntry<DiskFile> {
  const owner = { ...(node.uid !== 0 && { uid: node.uid }), ...(node.gid !== 0 && { gid: node.gid }) };
  if (node.type === 'link') return { type: 'symlink', path, target: node.target, ...owner };
  const { mode, xattrs } = node;
  const facts = { path, mode, ...owner, ...(xattrs !== undefined && { xattrs }) };
  if (node.type === 'directory') return { type: 'directory', ...facts };
  const { contents } = node;
  if (contents.type === 'base') throw new Error(`${path} of the base is to be in a layer above it.`);
  if (contents.type === 'disk') return { type: 'file', ...facts, disk: contents.disk };
  const { type: _, ...text } = contents;
  return { type: 'file', ...facts, ...text };
}
