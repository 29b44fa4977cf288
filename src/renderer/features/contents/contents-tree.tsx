import { CornerDownRight, File, Folder, FolderInput, Link2, Search, X } from 'lucide-react';
import { useMemo } from 'react';
import type { Contents, RootEntry } from '../../../shared/contract/contents.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { TextInput } from '../../components/field.tsx';
import rowStyles from '../../components/file-row.module.css';
import { TreeList } from '../../components/tree-list.tsx';
import { broughtBy, contentsRows, foundRows, octalMode, ownerText } from './contents-rows.ts';
import styles from './contents-tree.module.css';
import { DroppedFiles } from './dropped-files.tsx';
import { directoryOf } from './own-places.ts';
import { useDrops } from './use-drops.ts';

const MARKS = { directory: Folder, link: Link2, file: File };

/** What of the tree is in sight. */
export interface TreeView {
  /** Paths of directories. */
  readonly open: ReadonlySet<string>;
  readonly query: string;
  readonly selected: string | null;
}

export interface ContentsTreeProps {
  readonly contents: Contents;
  readonly view: TreeView;
  readonly onView: (change: Partial<TreeView>) => void;
}

/** All that is in the root, with mode, owner, who brought it, and size. */
export function ContentsTree({ contents: { entries }, view, onView }: ContentsTreeProps) {
  const { open, query, selected } = view;
  const words = query.trim();
  const rows = useMemo(
    () => (words === '' ? contentsRows(entries, open) : foundRows(entries, words)),
    [entries, open, words],
  );
  const toggle = (path: string) => {
    const after = new Set(open);
    if (!after.delete(path)) after.add(path);
    onView({ open: after });
  };
  const drops = useDrops((target) => {
    const index = target.closest('[role="treeitem"]')?.getAttribute('data-index');
    return directoryOf(rows[Number(index ?? Number.NaN)]?.item ?? null);
  });
  return (
    <section
      className={styles.pane}
      aria-label="Root file system"
      data-over={drops.over ?? undefined}
      {...drops.handlers}
    >
      <div className={styles.search}>
        <TextInput
          icon={Search}
          type="search"
          aria-label="Search the contents"
          placeholder="Path, owner or package"
          value={query}
          onChange={({ target }) => onView({ query: target.value })}
          trailing={
            query !== '' && (
              <IconButton icon={X} size={13} label="Clear the search" onClick={() => onView({ query: '' })} />
            )
          }
        />
        <span role="status" className={styles.found}>
          {words !== '' && `${formatCount(rows.length)} found`}
        </span>
      </div>
      {rows.length === 0 ? (
        <EmptyState plain title={words === '' ? 'Nothing is in it' : `Nothing with “${words}”`} />
      ) : (
        <TreeList
          name="Root file system"
          rows={rows}
          rowHeight={25}
          selected={selected}
          target={drops.over}
          onToggle={({ id }) => toggle(id)}
          onSelect={({ id, expanded }) => {
            if (expanded !== null && id === selected) toggle(id);
            onView({ selected: id });
          }}
          label={rowLabel}
          render={(entry) => <Row entry={entry} isWhole={words !== ''} />}
        />
      )}
      {drops.over !== null && (
        <p className={styles.over}>
          <FolderInput size={15} aria-hidden /> Drop to add to <code>{drops.over || '/'}</code>
        </p>
      )}
      {drops.waiting !== null && <DroppedFiles dropped={drops.waiting} onClose={drops.forget} />}
    </section>
  );
}

function rowLabel(entry: RootEntry): string {
  const { path, type, target, sizeBytes } = entry;
  const what = target === null ? type : `link to ${target}`;
  const size = type === 'file' ? `, ${formatBytes(sizeBytes)}` : '';
  return `${nameOf(path)}, ${what}, mode ${octalMode(entry)}, owner ${ownerText(entry)}, of ${broughtBy(entry)}${size}`;
}

function Row({ entry, isWhole }: { readonly entry: RootEntry; readonly isWhole: boolean }) {
  const { path, type, target, sizeBytes, owner, origin } = entry;
  const Mark = MARKS[type];
  return (
    <>
      <Mark size={14} aria-hidden className={rowStyles.mark} data-kind={type} />
      <span className={rowStyles.name} title={path}>
        {isWhole ? path : nameOf(path)}
        {target !== null && (
          <span className={rowStyles.target} title={target}>
            <CornerDownRight size={12} aria-hidden /> {withoutHash(target)}
          </span>
        )}
      </span>
      <span className={styles.origin} data-own={origin.type === 'own' || undefined}>
        {broughtBy(entry)}
      </span>
      <span className={styles.owner} title={`${owner.uid}:${owner.gid}`}>
        {ownerText(entry)}
      </span>
      <code className={styles.mode}>{type === 'link' ? '' : octalMode(entry)}</code>
      <span className={styles.size}>{type === 'file' ? formatBytes(sizeBytes) : ''}</span>
    </>
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The hash of a store path says nothing here. */
function withoutHash(target: string): string {
  return target.replace(/^\/.*?\/[0-9a-z]{32}-/, '');
}
