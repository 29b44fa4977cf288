import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, FolderTree, Plus } from 'lucide-react';
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react';
import type { CatalogEntry } from '../../../shared/contract/catalog.ts';
import { formatCount } from '../../../shared/format.ts';
import { cx } from '../../components/class-names.ts';
import { addPackages, removePackages } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { useCatalog } from './catalog-state.ts';
import { Marks } from './marks.tsx';
import { packageInDocument } from './package-name.ts';
import styles from './result-list.module.css';
import type { Results } from './use-results.ts';

const ROW = 58;

export interface ResultListProps {
  readonly results: Results;
  readonly ref: Ref<HTMLDivElement>;
}

/** The packages that were found. Enter adds or removes one, the arrow keys go from one to the next. */
export function ResultList({ results, ref }: ResultListProps) {
  const { entries } = results;
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => scroller.current as HTMLDivElement);
  const { packages } = useTheDocument();
  const shown = useCatalog((state) => state.shown);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    onChange: ({ range }) => {
      if (range && range.endIndex > entries.length - 12) results.more();
    },
  });
  const current = Math.max(
    0,
    entries.findIndex(({ attribute }) => attribute === shown),
  );
  const show = (index: number) => {
    const entry = entries[index];
    if (entry === undefined) return;
    useCatalog.setState({ shown: entry.attribute });
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };
  const key = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: entries.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      show(Math.min(entries.length - 1, Math.max(0, to)));
    } else if (event.key === 'Enter' && (event.target as HTMLElement).dataset.index !== undefined) {
      event.preventDefault();
      toggle(entries[current], packages);
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens to the keys of the buttons in it
    <div ref={scroller} className={styles.list} onKeyDown={key}>
      <ul aria-label="Packages found" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index];
          const added = packageInDocument(packages, entry.attribute) !== null;
          const isCurrent = index === current;
          return (
            <li
              key={entry.attribute}
              aria-setsize={results.total}
              aria-posinset={index + 1}
              className={cx(styles.row, entry.attribute === shown && styles.shown)}
              style={{ transform: `translateY(${start}px)`, height: ROW }}
            >
              <button
                type="button"
                data-index={index}
                className={styles.text}
                tabIndex={isCurrent ? 0 : -1}
                aria-current={entry.attribute === shown || undefined}
                onFocus={() => useCatalog.setState({ shown: entry.attribute })}
                onClick={() => useCatalog.setState({ shown: entry.attribute })}
                onDoubleClick={() => toggle(entry, packages)}
              >
                <span className={styles.head}>
                  <strong className={styles.name}>{entry.attribute}</strong>
                  <span className={styles.version}>{entry.version}</span>
                  <Marks marks={entry.marks} />
                  {entry.matchedProgram && (
                    <span className={styles.program}>
                      has <code>{entry.matchedProgram}</code>
                    </span>
                  )}
                </span>
                <span className={styles.description}>
                  {entry.isSet ? 'A set of packages' : entry.description || 'No description'}
                </span>
              </button>
              {entry.popularity !== null && entry.popularity > 0 && (
                <span className={styles.popularity} title="Packages of the source that need it">
                  {formatCount(entry.popularity)}
                </span>
              )}
              <button
                type="button"
                tabIndex={isCurrent ? 0 : -1}
                className={styles.toggle}
                data-added={added || undefined}
                aria-label={
                  entry.isSet ? `Open ${entry.attribute}` : `${added ? 'Remove' : 'Add'} ${entry.attribute}`
                }
                onClick={() => toggle(entry, packages)}
              >
                {entry.isSet ? (
                  <FolderTree size={15} aria-hidden />
                ) : added ? (
                  <Check size={15} aria-hidden />
                ) : (
                  <Plus size={15} aria-hidden />
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Adds a package, or takes it out again; opens a set. */
function toggle(entry: CatalogEntry | undefined, packages: readonly string[]): void {
  if (entry === undefined) return;
  if (entry.isSet) {
    useCatalog.setState({ set: entry.attribute, query: '', shown: null });
    return;
  }
  const inside = packageInDocument(packages, entry.attribute);
  edit((document) =>
    inside === null ? addPackages(document, [entry.attribute]) : removePackages(document, [inside]),
  );
}
