import { displayPath } from '../archive/raw-path.ts';
import { accountLines, numberAt } from './account-lines.ts';
import type { ImageRoot } from './root.ts';
import { inOrder, type RootDirectory, type RootNode, type RootOrigin } from './root-tree.ts';

/** A file, directory or link of an image's root, as a container sees it. */
export interface ContentsEntry {
  /** With a leading slash. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link';
  /** Permission bits; of a link, on which they do not count, all. */
  readonly mode: number;
  readonly owner: ContentsOwner;
  /** Of a file; of a link into the store that of nothing: 0. */
  readonly sizeBytes: number;
  /** Where a link leads, as written. */
  readonly target: string | null;
  readonly origin: RootOrigin;
  /** The layer that it is in. */
  readonly layer: 'base' | 'root' | 'files';
}

/** Numbers, with the names that the image's accounts have for them. */
interface ContentsOwner {
  readonly uid: number;
  readonly gid: number;
  readonly user: string | null;
  readonly group: string | null;
}

/** A user of an image, as passwd(5) has it; a number that is none is null. */
export interface ContentsUser {
  readonly name: string;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly home: string;
  readonly shell: string;
}

export interface ContentsGroup {
  readonly name: string;
  readonly gid: number | null;
  /** Users that are in it beside those whose own it is. */
  readonly members: string[];
}

export function usersOf(passwd: string): readonly ContentsUser[] {
  return [...accountLines(passwd).values()].map((line) => ({
    name: line[0] ?? '',
    uid: numberAt(line, 2) ?? null,
    gid: numberAt(line, 3) ?? null,
    home: line[5] ?? '',
    shell: line[6] ?? '',
  }));
}

export function groupsOf(group: string): readonly ContentsGroup[] {
  return [...accountLines(group).values()].map((line) => ({
    name: line[0] ?? '',
    gid: numberAt(line, 2) ?? null,
    members: (line[3] ?? '').split(',').filter((name) => name !== ''),
  }));
}

/** All that is in a root: parents before children, siblings in the order of their names' bytes. */
export function contentsEntries({
  root,
  passwd,
  group,
}: Pick<ImageRoot, 'root' | 'passwd' | 'group'>): readonly ContentsEntry[] {
  const users = namesById(passwd);
  const groups = namesById(group);
  const entries: ContentsEntry[] = [];
  const visit = (parent: RootDirectory, above: string) => {
    for (const [name, node] of inOrder(parent)) {
      const path = `${above}/${displayPath(name)}`;
      const { type, uid, gid, origin } = node;
      entries.push({
        path,
        type,
        mode: node.type === 'link' ? 0o777 : node.mode,
        owner: { uid, gid, user: users.get(uid) ?? null, group: groups.get(gid) ?? null },
        sizeBytes: sizeOf(node),
        target: node.type === 'link' ? displayPath(node.target) : null,
        origin,
        layer: layerOf(node),
      });
      if (node.type === 'directory') visit(node, path);
    }
  };
  visit(root, '');
  return entries;
}

function layerOf({ isInBase, layer }: RootNode): ContentsEntry['layer'] {
  if (isInBase) return 'base';
  return layer === undefined ? 'root' : 'files';
}

function namesById(accounts: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of accountLines(accounts).values()) {
    const [id, [name = '']] = [numberAt(line, 2), line];
    if (id !== undefined && !names.has(id)) names.set(id, name);
  }
  return names;
}

function sizeOf(node: RootNode): number {
  if (node.type !== 'file') return 0;
  const { contents } = node;
  if (contents.type === 'base') return contents.sizeBytes;
  return contents.type === 'disk'
    ? contents.disk.sizeBytes
    : Buffer.byteLength(contents.text, contents.encoding);
}
