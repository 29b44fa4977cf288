import { CornerDownRight, File, FileTerminal, Folder, Link2, Search, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { FileEntry } from '../../shared/contract/images.ts';
import { count, formatBytes, formatCount } from '../../shared/format.ts';
import { IconButton } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FailureCard } from '../components/failure-card.tsx';
import { TextInput } from '../components/field.tsx';
import rowStyles from '../components/file-row.module.css';
import { Spinner } from '../components/progress.tsx';
import { TreeList } from '../components/tree-list.tsx';
import type { TreeRow } from '../components/tree-rows.ts';
import { type FileRow, fileRows } from './directory-state.ts';
import { modeText } from './file-mode.ts';
import styles from './file-tree.module.css';
import { useFileSearch, useFiles } from './use-files.ts';

export interface FileTreeProps {
  readonly image: string;
  /** null: the whole image. */
  readonly layer: number | null;
  readonly title: string;
  /** What a layer is called; its place where nobody says. */
  readonly layerName?: (layer: number) => string;
}

/** The files of an image or of one layer, with modes, links and sizes. */
export function FileTree({ image, layer, title, layerName = placeOf }: FileTreeProps) {
  const { listings, failure, retry, load } = useFiles(image, layer);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string | null>(null);
  const [query, setQuery] = useState('');
  const found = useFileSearch(image, layer, query);
  const rows = useMemo<readonly TreeRow<FileRow>[]>(
    () =>
      found === null
        ? fileRows(listings, open)
        : found.entries.map((entry) => ({
            id: entry.path,
            level: 0,
            expanded: null,
            item: { type: 'entry', entry },
          })),
    [listings, open, found],
  );
  const toggle = ({ id, item, expanded }: TreeRow<FileRow>) => {
    if (item.type !== 'entry' || expanded === null) return;
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
    if (!listings.has(id)) load(id);
  };
  const problem = found?.failure ?? failure;
  const top = listings.get('/');

  return (
    <section className={styles.pane} aria-label={`Files of ${title}`}>
      <header className={styles.head}>
        <h2>{title}</h2>
        <TextInput
          className={styles.search}
          icon={Search}
          type="search"
          aria-label="Search files"
          placeholder="Search files"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
          trailing={
            query !== '' && (
              <IconButton icon={X} size={13} label="Clear the search" onClick={() => setQuery('')} />
            )
          }
        />
        <span role="status" className={styles.count}>
          {found !== null &&
            (found.total >= 10_000 ? '10,000 files or more' : `${formatCount(found.total)} found`)}
        </span>
      </header>
      {problem ? (
        <div className={styles.problem}>
          <FailureCard
            compact
            title="The files could not be read"
            failure={problem}
            onRetry={found?.failure ? undefined : retry}
          />
        </div>
      ) : found !== null && found.total === 0 ? (
        <EmptyState plain title={`No file with “${query.trim()}” in its path`} />
      ) : top === undefined && found === null ? (
        <p className={styles.reading}>
          <Spinner /> Reading the files…
        </p>
      ) : top?.total === 0 && found === null ? (
        <EmptyState plain title="No files" />
      ) : (
        <TreeList
          name={`Files of ${title}`}
          rows={rows}
          rowHeight={25}
          selected={selected}
          onToggle={toggle}
          onSelect={(row) => {
            if (row.item.type === 'more') load(row.item.directory);
            else {
              setSelected(row.id);
              toggle(row);
            }
          }}
          label={(item) => (item.type === 'entry' ? entryLabel(item.entry) : `${item.left} more`)}
          render={(item) =>
            item.type === 'more' ? (
              <span className={styles.more}>{formatCount(item.left)} more…</span>
            ) : (
              <Entry
                entry={item.entry}
                whole={found !== null}
                layerName={layer === null ? layerName : null}
              />
            )
          }
        />
      )}
    </section>
  );
}

function entryLabel({ name, kind, sizeBytes, target }: FileEntry): string {
  if (target !== null) return `${name}, ${kind} to ${target}`;
  return `${name}, ${kind}, ${formatBytes(sizeBytes)}`;
}

interface EntryProps {
  readonly entry: FileEntry;
  /** Shows the whole path rather than the name. */
  readonly whole: boolean;
  /** Null where all are of one layer. */
  readonly layerName: ((layer: number) => string) | null;
}

function placeOf(layer: number): string {
  return `layer ${layer + 1}`;
}

function Entry({ entry, whole, layerName }: EntryProps) {
  const { path, name, kind, mode, sizeBytes, target, layer, descendants } = entry;
  return (
    <>
      <KindMark kind={kind} runs={(mode & 0o111) !== 0} />
      <span className={rowStyles.name} title={path}>
        {whole ? path : name}
        {target !== null && (
          <span className={rowStyles.target}>
            <CornerDownRight size={12} aria-hidden /> {target}
          </span>
        )}
      </span>
      {kind === 'directory' && descendants > 0 && (
        <span className={styles.fact}>{count(descendants, 'entry', 'entries')}</span>
      )}
      {layerName !== null && (
        <span className={styles.layer} title={placeOf(layer)}>
          {layerName(layer)}
        </span>
      )}
      <code className={styles.mode} title={mode.toString(8).padStart(4, '0')}>
        {modeText(kind, mode)}
      </code>
      <span className={styles.size}>
        {kind === 'symlink' || (kind === 'directory' && sizeBytes === 0) ? '' : formatBytes(sizeBytes)}
      </span>
    </>
  );
}

function KindMark({ kind, runs }: { readonly kind: FileEntry['kind']; readonly runs: boolean }) {
  const Mark =
    kind === 'directory'
      ? Folder
      : kind === 'symlink' || kind === 'hardlink'
        ? Link2
        : runs
          ? FileTerminal
          : File;
  return <Mark size={14} aria-hidden className={rowStyles.mark} data-kind={kind} />;
}
