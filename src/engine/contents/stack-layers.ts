import { type LayerEntries, type LayerEntry, parentPath, whiteoutOf } from './layer-entry.ts';

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

/**
 * Puts layers on top of each other as a container runtime does (image-spec, layer.md, "Applying Changesets"): whiteouts
 * take away what is below their own layer, whatever their place in it.
 */
export function stackLayers(layers: readonly LayerEntries[] = []): LayerStack {
  const root = node('', '', undefined, 0, true);
  const superseded: Superseded[] = [];
  let count = 0;

  const lose = (lost: FileNode, byLayer: number, how: Superseded['how']): void => {
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
    const target = findNode(root, path);
    if (target === undefined) return;
    lose(target, layer, 'removed');
    findNode(root, parentPath(path))?.children?.delete(target.name);
  };

  const place = (entry: LayerEntry, layer: number): void => {
    const names = entry.path.split('/');
    let parent = root;
    let path = '';
    for (const name of names.slice(0, -1)) {
      path = path === '' ? name : `${path}/${name}`;
      parent = directoryIn(parent, name, path, layer);
    }
    const name = names.at(-1) ?? '';
    const isDirectory = entry.type === 'directory';
    const existing = parent.children?.get(name);
    if (existing?.children !== undefined && isDirectory) {
      existing.entry = entry;
      existing.layer = layer;
      return;
    }
    if (existing !== undefined) lose(existing, layer, 'replaced');
    parent.children?.set(name, node(name, entry.path, entry, layer, isDirectory));
  };

  const directoryIn = (parent: MutableNode, name: string, path: string, layer: number): MutableNode => {
    const existing = parent.children?.get(name);
    if (existing?.children !== undefined) return existing;
    if (existing !== undefined) lose(existing, layer, 'replaced');
    const made = node(name, path, undefined, layer, true);
    parent.children?.set(name, made);
    return made;
  };

  const add = (entries: LayerEntries): void => {
    const layer = count;
    count += 1;
    for (const { path } of entries) {
      const whiteout = whiteoutOf(path);
      if (whiteout?.type === 'opaque') clear(findNode(root, whiteout.path), layer);
      else if (whiteout !== undefined) remove(whiteout.path, layer);
    }
    for (const entry of entries) {
      if (entry.path === '') root.entry = entry;
      else if (whiteoutOf(entry.path) === undefined) place(entry, layer);
    }
  };

  for (const entries of layers) add(entries);
  return { root, superseded, add, find: (path) => findNode(root, path) };
}

/** A node and all below it, parents first, siblings in the order of their names. */
export function* walk(start: FileNode): Generator<FileNode> {
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const children = [...(next.children?.values() ?? [])];
    pending.push(...children.sort((a, b) => (a.name > b.name ? -1 : 1)));
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

function findNode(root: MutableNode, path: string): MutableNode | undefined {
  if (path === '') return root;
  let at: MutableNode | undefined = root;
  for (const name of path.split('/')) at = at?.children?.get(name);
  return at;
}
