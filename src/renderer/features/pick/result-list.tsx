import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, FolderTree, Plus } from 'lucide-react';
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { CatalogEntry } from '../../../shared/contract/catalog.ts';
import { formatCount } from '../../../shared/format.ts';
import { joinPackageName } from '../../../shared/package-sources.ts';
import { cx } from '../../components/class-names.ts';
import { addPackages, removePackages } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { useCatalog, useSelection } from './catalog-state.ts';
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
  const { named } = useSelection();
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
    entries.findIndex(({ attribute }) => joinPackageName(named, attribute) === shown),
  );
  const show = (index: number) => {
    const entry = entries[index];
    if (entry === undefined) return;
    useCatalog.setState({ shown: joinPackageName(named, entry.attribute) });
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };
  const key = (event: KeyboardEvent) => {
    const moves = new Map<string, number>(
      Object.entries({
        ArrowDown: current + 1,
        ArrowUp: current - 1,
        Home: 0,
        End: entries.length - 1,
      }),
    );
    const to = moves.get(event.key);
    if (to !== undefined) {
      event.preventDefault();
      show(Math.min(entries.length - 1, Math.max(0, to)));
    } else if (event.key === 'Enter' && (event.target as HTMLElement).dataset.index !== undefined) {
      event.preventDefault();
      toggle(entries[current], packages, named);
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens to the keys of the buttons in it
    <div ref={scroller} className={styles.list} onKeyDown={key}>
      <ul aria-label="Packages found" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const entry = itemAt(entries, index);
          const name = joinPackageName(named, entry.attribute);
          return (
            <li
              key={entry.attribute}
              aria-setsize={results.total}
              aria-posinset={index + 1}
              className={cx(styles.row, name === shown && styles.shown)}
              onPointerEnter={() => point(entry.isSet ? null : name)}
              onPointerLeave={() => point(null)}
              style={{ transform: `translateY(${start}px)`, height: ROW }}
            >
              <Result
                entry={entry}
                index={index}
                name={name}
                isShown={name === shown}
                isAdded={packageInDocument(packages, name) !== null}
                tabIndex={index === current ? 0 : -1}
                onToggle={() => toggle(entry, packages, named)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface ResultProps {
  readonly entry: CatalogEntry;
  /** In the document's notation. */
  readonly name: string;
  readonly index: number;
  readonly isShown: boolean;
  readonly isAdded: boolean;
  /** Of all its buttons. */
  readonly tabIndex: 0 | -1;
  readonly onToggle: () => void;
}

function Result({ entry, name, index, isShown, isAdded, tabIndex, onToggle }: ResultProps) {
  const { attribute, version, description, marks, matchedProgram, popularity, isSet } = entry;
  const Icon = isSet ? FolderTree : isAdded ? Check : Plus;
  const show = () => useCatalog.setState({ shown: name });
  return (
    <>
      <button
        type="button"
        data-index={index}
        className={styles.text}
        tabIndex={tabIndex}
        aria-current={isShown || undefined}
        onFocus={show}
        onClick={show}
        onDoubleClick={onToggle}
      >
        <span className={styles.head}>
          <strong className={styles.name}>{attribute}</strong>
          <span className={styles.version}>{version}</span>
          <Marks marks={marks} />
          {matchedProgram && (
            <span className={styles.program}>
              has <code>{matchedProgram}</code>
            </span>
          )}
        </span>
        <span className={styles.description}>
          {isSet ? 'A set of packages' : description || 'No description'}
        </span>
      </button>
      {popularity !== null && popularity > 0 && (
        <span className={styles.popularity} title="Packages of the source that need it">
          {formatCount(popularity)}
        </span>
      )}
      <button
        type="button"
        tabIndex={tabIndex}
        className={styles.toggle}
        data-added={isAdded || undefined}
        aria-label={isSet ? `Open ${attribute}` : `${isAdded ? 'Remove' : 'Add'} ${attribute}`}
        onClick={onToggle}
      >
        <Icon size={15} aria-hidden />
      </button>
    </>
  );
}

/** What the image would be with the package under the pointer is said beside those that are chosen. */
function point(name: string | null): void {
  useCatalog.setState({ pointed: name });
}

/** Adds a package, or takes it out again; opens a set. */
function toggle(entry: CatalogEntry | undefined, packages: readonly string[], named: string | null): void {
  if (entry === undefined) return;
  if (entry.isSet) {
    useCatalog.setState({ set: entry.attribute, query: '', shown: null });
    return;
  }
  const name = joinPackageName(named, entry.attribute);
  const inside = packageInDocument(packages, name);
  edit((document) => (inside === null ? addPackages(document, [name]) : removePackages(document, [inside])));
}
