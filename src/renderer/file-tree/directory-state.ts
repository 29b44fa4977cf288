import type { FileEntry } from '../../shared/contract/images.ts';
import type { TreeRow } from '../components/tree-rows.ts';

/** What is known of a directory: its first entries, and how many there are. */
export interface Listing {
  readonly entries: readonly FileEntry[];
  readonly total: number;
}

/** A row of the file tree: an entry, or the place where more entries of a directory are fetched. */
export type FileRow =
  | { readonly type: 'entry'; readonly entry: FileEntry }
  | { readonly type: 'more'; readonly directory: string; readonly left: number };

/** The rows of a file tree from the directories that are known and open. */
export function fileRows(
  listings: ReadonlyMap<string, Listing>,
  open: ReadonlySet<string>,
  top = '/',
): TreeRow<FileRow>[] {
  const rows: TreeRow<FileRow>[] = [];
  const write = (directory: string, level: number) => {
    const listing = listings.get(directory);
    if (listing === undefined) return;
    for (const entry of listing.entries) {
      const isOpen = open.has(entry.path);
      rows.push({
        id: entry.path,
        level,
        expanded: entry.kind === 'directory' && entry.descendants > 0 ? isOpen : null,
        item: { type: 'entry', entry },
      });
      if (isOpen) write(entry.path, level + 1);
    }
    const left = listing.total - listing.entries.length;
    if (left > 0) {
      rows.push({ id: `${directory}\n`, level, expanded: null, item: { type: 'more', directory, left } });
    }
  };
  write(top, 0);
  return rows;
}
