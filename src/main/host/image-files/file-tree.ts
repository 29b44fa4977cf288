import type { FileEntry } from '../../../shared/contract/images.ts';
import type { PackedEntry } from './read-layer.ts';

/** The files of one layer, or of several on top of one another. */
export interface LayerTree {
  readonly entries: number;
  /** By name; null where there is no such directory. */
  list(directory: string, offset: number, limit: number): { entries: FileEntry[]; total: number } | null;
  /** Entries whose path contains every word, case aside, in the order of their paths. */
  search(query: string, offset: number, limit: number): { entries: FileEntry[]; total: number };
}

export const MOST_FOUND = 10_000;

interface Node {
  readonly path: string;
  entry: Omit<PackedEntry, 'path'>;
  layer: number;
  readonly children: Map<string, Node>;
  /** Of a directory, filled in when all is there. */
  totalBytes: number;
  descendants: number;
}

const DIRECTORY = { kind: 'directory', mode: 0o755, sizeBytes: 0, target: null } as const;

/** @param layers bottom first; each with its index in the image */
export function fileTree(
  layers: readonly { readonly index: number; readonly entries: readonly PackedEntry[] }[],
): LayerTree {
  const root: Node = emptyNode('', DIRECTORY, layers[0]?.index ?? 0);
  for (const { index, entries } of layers) for (const entry of entries) place(root, entry, index);
  const all = settle(root);

  return {
    entries: all.length,
    list(directory, offset, limit) {
      const node = find(root, directory);
      if (node?.entry.kind !== 'directory') return null;
      const children = [...node.children.values()].sort(directoriesFirst);
      return { entries: children.slice(offset, offset + limit).map(toEntry), total: children.length };
    },
    search(query, offset, limit) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const found: Node[] = [];
      for (const node of all) {
        const path = node.path.toLowerCase();
        if (words.every((word) => path.includes(word))) found.push(node);
        if (found.length === MOST_FOUND) break;
      }
      return { entries: found.slice(offset, offset + limit).map(toEntry), total: found.length };
    },
  };
}

function emptyNode(path: string, entry: Node['entry'], layer: number): Node {
  return { path, entry, layer, children: new Map(), totalBytes: 0, descendants: 0 };
}

function place(root: Node, { path, ...entry }: PackedEntry, layer: number): void {
  let node = root;
  for (const name of path.split('/').filter(Boolean)) {
    let child = node.children.get(name);
    if (child === undefined) {
      child = emptyNode(`${node.path}/${name}`, DIRECTORY, layer);
      node.children.set(name, child);
    }
    node = child;
  }
  // A file in the place of a directory takes what was below it away; a directory on a directory keeps it.
  if (entry.kind !== 'directory') node.children.clear();
  node.entry = entry;
  node.layer = layer;
}

/** Sums directories up, without recursion: a path may be as deep as an archive likes. @returns all but the root, in order */
function settle(root: Node): Node[] {
  const order: Node[] = [];
  const pending: Node[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    order.push(node);
    const children = [...node.children.values()].sort((a, b) => (a.path < b.path ? 1 : -1));
    for (const child of children) pending.push(child);
  }
  for (const node of order.toReversed()) {
    node.totalBytes = node.entry.sizeBytes;
    for (const child of node.children.values()) {
      node.totalBytes += child.totalBytes;
      node.descendants += child.descendants + 1;
    }
  }
  return order.slice(1);
}

function find(root: Node, directory: string): Node | undefined {
  let node: Node | undefined = root;
  for (const name of directory.split('/').filter(Boolean)) node = node?.children.get(name);
  return node;
}

function directoriesFirst(a: Node, b: Node): number {
  const order = Number(b.entry.kind === 'directory') - Number(a.entry.kind === 'directory');
  return order || (a.path < b.path ? -1 : 1);
}

function toEntry({ path, entry, layer, totalBytes, descendants }: Node): FileEntry {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    kind: entry.kind,
    mode: entry.mode,
    sizeBytes: totalBytes,
    target: entry.target,
    layer,
    descendants,
  };
}
