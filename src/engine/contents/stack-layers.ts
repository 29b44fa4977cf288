import { baseName, type LayerEntries, type LayerEntry, parentPath, whiteoutOf } from './layer-entry.ts';

/** A file, link or directory as a container sees it. */
export interface FileNode {
  readonly name: string;
  readonly path: string;
  /** Undefined for a directory that no layer has an entry for, only entries below it. */
  readonly entry: LayerEntry | undefined;
  /** Index of the layer that it comes from. */
  readonly layer: number;
  /** By name; undefined for what is not a directory. */
  readonly children: ReadonlyMap<string, FileNode> | undefined;
}

/** Something that is in a layer but that no container sees, because a layer above takes it away. */
export interface Superseded {
  readonly path: string;
  readonly sizeBytes: number;
  /** The layer that has it, and the one that takes it away. */
  readonly layer: number;
  readonly byLayer: number;
  readonly how: 'replaced' | 'removed';
}

/** The layers of an image, one on top of the other. */
export interface LayerStack {
  readonly root: FileNode;
  /** Files with contents, in the order in which they were lost. */
  readonly superseded: readonly Superseded[];
  /** Puts a layer on top. */
  add(entries: LayerEntries): void;
  find(path: string): FileNode | undefined;
}

interface MutableNode extends FileNode {
  entry: LayerEntry | undefined;
  layer: number;
  children: Map<string, MutableNode> | undefined;
}

/** As many as Linux follows before it takes them for a circle, and as long as they can be (path_resolution(7)). */
const MOST_LINKS = 40;
const MOST_LINK_CHARACTERS = 4096;

interface StackOptions {
  /** Directories that only entries below them tell of: a long path costs few bytes and makes thousands. */
  readonly mostMade?: number;
  readonly firstLayer?: number;
  readonly showsWhiteouts?: boolean;
}

/**
 * Puts layers on top of each other as a container runtime does (image-spec, layer.md, "Applying Changesets"): whiteouts
 * take away what is below their own layer, whatever their place in it. What a layer has below a symbolic link to a
 * directory goes into that directory, as with `bin/tool` where `bin` leads to `usr/bin`; links never lead out of the image.
 *
 * @throws TooManyDirectories
 */
export function stackLayers(
  layers: readonly LayerEntries[] = [],
  { mostMade = Number.POSITIVE_INFINITY, firstLayer = 0, showsWhiteouts = false }: StackOptions = {},
): LayerStack {
  const removalOf = showsWhiteouts ? () => undefined : whiteoutOf;
  const root = node('', '', undefined, firstLayer, true);
  const superseded: Superseded[] = [];
  let count = firstLayer;
  let madeCount = 0;
  /** Where the last entry went: archives list a directory's files together, however long the way there is. */
  let last: { readonly path: string; readonly directory: MutableNode } | undefined;

  const lose = (lost: FileNode, byLayer: number, how: Superseded['how']): void => {
    // What is lost may be the way there, or a link on it.
    last = undefined;
    for (const { path, entry, layer } of walk(lost)) {
      if (entry !== undefined && entry.sizeBytes > 0) {
        superseded.push({ path, sizeBytes: entry.sizeBytes, layer, byLayer, how });
      }
    }
  };

  const clear = (directory: MutableNode | undefined, layer: number): void => {
    for (const child of directory?.children?.values() ?? []) lose(child, layer, 'removed');
    directory?.children?.clear();
  };

  const remove = (path: string, layer: number): void => {
    const parent = followTo(root, parentPath(path), none);
    const target = parent?.children?.get(baseName(path));
    if (target === undefined) return;
    lose(target, layer, 'removed');
    parent?.children?.delete(target.name);
  };

  const place = (entry: LayerEntry, layer: number): void => {
    const path = parentPath(entry.path);
    const parent =
      (last?.path === path
        ? last.directory
        : followTo(root, path, (above, name) => make(above, name, layer))) ?? root;
    last = { path, directory: parent };
    const name = baseName(entry.path);
    const isDirectory = entry.type === 'directory';
    const existing = parent.children?.get(name);
    if (existing?.children !== undefined && isDirectory) {
      existing.entry = entry;
      existing.layer = layer;
      return;
    }
    if (existing !== undefined) lose(existing, layer, 'replaced');
    // One text for both, where no link led elsewhere.
    const at = parent.path === path ? entry.path : pathIn(parent, name);
    parent.children?.set(name, node(name, at, entry, layer, isDirectory));
  };

  /** A directory that no layer has an entry for, in place of whatever is there. */
  const make = (parent: MutableNode, name: string, layer: number): MutableNode => {
    madeCount += 1;
    if (madeCount > mostMade) throw new TooManyDirectories();
    const existing = parent.children?.get(name);
    if (existing !== undefined) lose(existing, layer, 'replaced');
    const made = node(name, pathIn(parent, name), undefined, layer, true);
    parent.children?.set(name, made);
    return made;
  };

  const add = (entries: LayerEntries): void => {
    const layer = count;
    count += 1;
    for (const { path } of entries) {
      const whiteout = removalOf(path);
      if (whiteout?.type === 'opaque') clear(followTo(root, whiteout.path, none), layer);
      else if (whiteout !== undefined) remove(whiteout.path, layer);
    }
    for (const entry of entries) {
      if (entry.path === '') root.entry = entry;
      else if (removalOf(entry.path) === undefined) place(entry, layer);
    }
  };

  for (const entries of layers) add(entries);
  return { root, superseded, add, find: (path) => findNode(root, path) };
}

/**
 * The directory at a path, links followed.
 *
 * @param make gives what is missing; undefined where nothing is to be made.
 */
function followTo(
  root: MutableNode,
  path: string,
  make: (parent: MutableNode, name: string) => MutableNode | undefined,
): MutableNode | undefined {
  const above: MutableNode[] = [];
  let at = root;
  let links = 0;
  let linkCharacters = 0;
  const pending = path.split('/').reverse();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = above.pop() ?? root;
      continue;
    }
    const child = at.children?.get(name);
    const target = child?.entry?.type === 'symlink' ? child.entry.linkTarget : undefined;
    linkCharacters += target?.length ?? 0;
    if (target !== undefined && links < MOST_LINKS && linkCharacters <= MOST_LINK_CHARACTERS) {
      links += 1;
      if (target.startsWith('/')) {
        at = root;
        above.length = 0;
      }
      for (const part of target.split('/').reverse()) pending.push(part);
      continue;
    }
    const next = child?.children === undefined ? make(at, name) : child;
    if (next?.children === undefined) return undefined;
    above.push(at);
    at = next;
  }
  return at;
}

const none = () => undefined;

/** A layer on its own, with its whiteouts as files. @param layer its index in the image. */
export function singleLayer(entries: LayerEntries, layer: number): LayerStack {
  return stackLayers([entries], { firstLayer: layer, showsWhiteouts: true });
}

/** More directories than an image has, that no layer has an entry for. */
export class TooManyDirectories extends Error {
  override readonly name = 'TooManyDirectories';
}

/** A node and all below it, parents first, siblings in the order of their names. */
export function* walk(start: FileNode): Generator<FileNode> {
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const children = [...(next.children?.values() ?? [])];
    for (const child of children.sort((a, b) => (a.name > b.name ? -1 : 1))) pending.push(child);
  }
}

function node(
  name: string,
  path: string,
  entry: LayerEntry | undefined,
  layer: number,
  isDirectory: boolean,
): MutableNode {
  return { name, path, entry, layer, children: isDirectory ? new Map() : undefined };
}

function pathIn(parent: FileNode, name: string): string {
  return parent.path === '' ? name : `${parent.path}/${name}`;
}

function findNode(root: MutableNode, path: string): MutableNode | undefined {
  if (path === '') return root;
  let at: MutableNode | undefined = root;
  for (const name of path.split('/')) at = at?.children?.get(name);
  return at;
}
