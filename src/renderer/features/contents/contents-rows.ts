import type { RootEntry } from '../../../shared/contract/contents.ts';
import type { TreeRow } from '../../components/tree-rows.ts';

/** The rows of what is in sight: all that lies in directories that are open. @param entries parents before children */
export function contentsRows(entries: readonly RootEntry[], open: ReadonlySet<string>): TreeRow<RootEntry>[] {
  const rows: TreeRow<RootEntry>[] = [];
  let closed: string | null = null;
  for (const [index, entry] of entries.entries()) {
    if (closed !== null && entry.path.startsWith(closed)) continue;
    const below: string = `${entry.path}/`;
    const hasChildren = entries[index + 1]?.path.startsWith(below) ?? false;
    closed = open.has(entry.path) ? null : below;
    rows.push({
      id: entry.path,
      level: entry.path.split('/').length - 2,
      expanded: hasChildren ? open.has(entry.path) : null,
      item: entry,
    });
  }
  return rows;
}

/** Entries that have every word of a query in their path, owner or origin, one below the other. */
export function foundRows(entries: readonly RootEntry[], query: string): TreeRow<RootEntry>[] {
  const words = query.toLowerCase().split(/\s+/);
  return entries
    .filter((entry) => {
      const text = `${entry.path} ${ownerText(entry)} ${broughtBy(entry)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((entry) => ({ id: entry.path, level: 0, expanded: null, item: entry }));
}

/** As the image's accounts name it, else as numbers. */
export function ownerText({ owner: { uid, gid, user, group } }: RootEntry): string {
  return `${user ?? uid}:${group ?? gid}`;
}

export function octalMode({ mode }: RootEntry): string {
  return mode.toString(8).padStart(4, '0');
}

/** Who brought it. */
export function broughtBy({ origin }: Pick<RootEntry, 'origin'>): string {
  switch (origin.type) {
    case 'package':
      return origin.name;
    case 'own':
      return origin.place;
    case 'base':
      return 'base image';
    case 'default':
      return 'every image';
  }
}
