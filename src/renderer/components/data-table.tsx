// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which table elements cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid one row is focusable at a time
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the row group listens to the keys of all rows

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import { cx } from './class-names.ts';
import styles from './data-table.module.css';
import { nextSort, type Sort, sorted } from './sorting.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid that begins with its least width in pixels: `84px`, `minmax(140px, 1fr)`. */
  readonly width: string;
  readonly align?: 'start' | 'end';
  /** By what it is sorted; a column without it is not sortable. */
  readonly order?: (row: Row) => string | number;
  readonly cell: (row: Row) => ReactNode;
}

export interface DataTableProps<Row> {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly isSelected?: (row: Row) => boolean;
  readonly onSelect?: (row: Row) => void;
  readonly initialSort?: Sort;
  readonly empty?: ReactNode;
  readonly rowHeight?: number;
}

/** Height of the head, in pixels. */
const HEAD = 30;
/** Between columns and around them, in pixels. */
const GAP = 12;

/** A sortable table that draws only the rows in sight, with the roles of a grid and the keys of one. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, rows, columns, rowKey, isSelected, onSelect, initialSort, empty, rowHeight = 30 } = props;
  const [sort, setSort] = useState<Sort | null>(initialSort ?? null);
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const order = columns.find((column) => column.id === sort?.column)?.order;
  const shown = useMemo(
    () => (sort === null || order === undefined ? rows : sorted(rows, order, sort.direction)),
    [rows, order, sort],
  );
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The head stays above the rows, and must not cover the one that is scrolled to.
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
  });
  const template = columns.map((column) => column.width).join(' ');
  const leastWidth = columns.reduce((sum, { width }) => sum + Number(/\d+/.exec(width)?.[0] ?? 0) + GAP, GAP);
  const current = Math.min(active, Math.max(0, shown.length - 1));

  const goTo = (index: number) => {
    setActive(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };
  const key = (event: KeyboardEvent) => {
    // Keys of a button in a cell are that button's.
    if ((event.target as HTMLElement).role !== 'row') return;
    const row = shown[current];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const to = rowAfterKey(event.key, current, shown.length, page);
    if (to !== null) goTo(to);
    else if ((event.key === 'Enter' || event.key === ' ') && onSelect && row !== undefined) onSelect(row);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className={styles.table}
      role="grid"
      aria-label={name}
      aria-rowcount={rows.length + 1}
    >
      <div className={styles.head} role="row" style={{ gridTemplateColumns: template, minWidth: leastWidth }}>
        {columns.map((column) => (
          <Header
            key={column.id}
            column={column}
            direction={sort?.column === column.id ? sort.direction : null}
            onSort={() => setSort(nextSort(sort, column.id))}
          />
        ))}
      </div>
      {shown.length === 0 ? (
        <div className={styles.empty}>{empty ?? 'Nothing to show.'}</div>
      ) : (
        <div
          className={styles.rows}
          role="rowgroup"
          style={{ height: virtual.getTotalSize(), minWidth: leastWidth }}
          onKeyDown={key}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = itemAt(shown, index);
            return (
              <div
                key={rowKey(row)}
                role="row"
                data-index={index}
                aria-rowindex={index + 2}
                aria-selected={isSelected?.(row) ?? undefined}
                tabIndex={index === current ? 0 : -1}
                className={cx(styles.row, onSelect && styles.clickable)}
                style={{
                  gridTemplateColumns: template,
                  height: rowHeight,
                  transform: `translateY(${start - HEAD}px)`,
                }}
                onFocus={() => setActive(index)}
                onClick={() => onSelect?.(row)}
              >
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    className={cx(styles.cell, column.align === 'end' && styles.end)}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

/** Where a key leads from a row; null where it leads nowhere. @param page rows that are in sight */
function rowAfterKey(key: string, current: number, rows: number, page: number): number | null {
  const steps = new Map([
    ['ArrowDown', current + 1],
    ['ArrowUp', current - 1],
    ['PageDown', current + page],
    ['PageUp', current - page],
    ['Home', 0],
    ['End', rows - 1],
  ]);
  const to = steps.get(key);
  return to === undefined ? null : Math.min(rows - 1, Math.max(0, to));
}

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  /** How the table is sorted by it; null where it is not. */
  readonly direction: Sort['direction'] | null;
  readonly onSort: () => void;
}

function Header<Row>({ column, direction, onSort }: HeaderProps<Row>) {
  const Arrow = direction === 1 ? ArrowUp : ArrowDown;
  return (
    <div
      role="columnheader"
      className={cx(styles.header, column.align === 'end' && styles.end)}
      aria-sort={direction === null ? undefined : direction === 1 ? 'ascending' : 'descending'}
    >
      {column.order ? (
        <button type="button" onClick={onSort}>
          {column.title}
          {direction !== null && <Arrow size={12} aria-hidden />}
        </button>
      ) : (
        column.title
      )}
    </div>
  );
}
