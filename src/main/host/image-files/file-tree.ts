import { type FileNode, type LayerStack, walk } from '../../../engine/contents/stack-layers.ts';
import type { FileEntry } from '../../../shared/contract/images.ts';

/** The files of one layer, or of several on top of one another. */
export interface LayerTree {
  readonly entries: number;
  /** By name; null where there is no such directory. */
  list(directory: string, offset: number, limit: number): { entries: FileEntry[]; total: number } | null;
  /** Entries whose path contains every word, case aside, in the order of their paths. */
  search(query: string, offset: number, limit: number): { entries: FileEntry[]; total: number };
}

const MOST_FOUND = 10_000;

interface Below {
  readonly totalBytes: number;
  readonly descendants: number;
}

export function fileTree(stack: Pick<LayerStack, 'root' | 'find'>): LayerTree {
  const all = [...walk(stack.root)].slice(1).filter(isListed);
  const below = sumUp(all);
  const toEntry = (node: FileNode): FileEntry => ({
    path: `/${node.path}`,
    name: node.name,
    kind: kindOf(node),
    mode: node.entry?.mode ?? 0o755,
    sizeBytes: below.get(node)?.totalBytes ?? 0,
    target: node.entry?.linkTarget ?? null,
    layer: node.layer,
    descendants: below.get(node)?.descendants ?? 0,
  });
  return {
    entries: all.length,
    list(directory, offset, limit) {
      const node = stack.find(directory.split('/').filter(Boolean).join('/'));
      if (node?.children === undefined) return null;
      const children = [...node.children.values()].filter(isListed).sort(directoriesFirst);
      return { entries: children.slice(offset, offset + limit).map(toEntry), total: children.length };
    },
    search(query, offset, limit) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const found: FileNode[] = [];
      for (const node of all) {
        const path = `/${node.path}`.toLowerCase();
        if (words.every((word) => path.includes(word))) found.push(node);
        if (found.length === MOST_FOUND) break;
      }
      return { entries: found.slice(offset, offset + limit).map(toEntry), total: found.length };
    },
  };
}

const KINDS: readonly string[] = ['file', 'directory', 'symlink', 'hardlink'] satisfies FileEntry['kind'][];

/** Device nodes and the like are among an image's notices. */
function isListed({ entry }: FileNode): boolean {
  return entry === undefined || KINDS.includes(entry.type);
}

function kindOf({ entry }: FileNode): FileEntry['kind'] {
  const type = entry?.type;
  return type === 'file' || type === 'symlink' || type === 'hardlink' ? type : 'directory';
}

/** Sums directories up, those below first: a path may be as deep as an archive likes. @param nodes parents first */
function sumUp(nodes: readonly FileNode[]): ReadonlyMap<FileNode, Below> {
  const sums = new Map<FileNode, Below>();
  for (const node of nodes.toReversed()) {
    let totalBytes = node.entry?.sizeBytes ?? 0;
    let descendants = 0;
    for (const child of node.children?.values() ?? []) {
      const sum = sums.get(child);
      if (sum === undefined) continue;
      totalBytes += sum.totalBytes;
      descendants += sum.descendants + 1;
    }
    sums.set(node, { totalBytes, descendants });
  }
  return sums;
}

function directoriesFirst(a: FileNode, b: FileNode): number {
  const order = Number(b.children !== undefined) - Number(a.children !== undefined);
  return order || (a.path < b.path ? -1 : 1);
}
