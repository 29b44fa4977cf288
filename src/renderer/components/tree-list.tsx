// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which lists in lists cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: in a tree one row is focusable at a time

import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import { cx } from './class-names.ts';
import styles from './tree-list.module.css';
import { moveInTree, type TreeRow, treePlaces } from './tree-rows.ts';

export interface TreeListProps<Item> {
  readonly name: string;
  /** What is in sight of the tree, from top to bottom. */
  readonly rows: readonly TreeRow<Item>[];
  readonly render: (item: Item, row: TreeRow<Item>) => ReactNode;
  /** What a row is called where `render` shows more than its name. */
  readonly label?: (item: Item) => string;
  readonly selected?: string | null;
  /** The row that something is about to be dropped on. */
  readonly target?: string | null;
  readonly onToggle: (row: TreeRow<Item>) => void;
  readonly onSelect?: (row: TreeRow<Item>) => void;
  /** Called when the last rows come into sight. */
  readonly onEnd?: () => void;
  readonly rowHeight?: number;
}

/** A tree that draws only the rows in sight, with the roles and the keys of a tree. */
export function TreeList<Item>(props: TreeListProps<Item>) {
  const { name, rows, render, label, selected, target, onToggle, onSelect, onEnd, rowHeight = 28 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const found = rows.findIndex((row) => row.id === (activeId ?? selected));
  const current = Math.max(0, found);
  const places = useMemo(() => treePlaces(rows), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 14,
    onChange: ({ range }) => range && range.endIndex >= rows.length - 2 && onEnd?.(),
  });

  const focus = (index: number) => {
    setActiveId(rows[index]?.id ?? null);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };
  const key = (event: KeyboardEvent) => {
    const move = moveInTree(event.key, rows, current);
    if (move === null) return;
    event.preventDefault();
    if (move.type === 'focus') focus(move.index);
    else if (move.type === 'toggle') onToggle(itemAt(rows, current));
    else onSelect?.(itemAt(rows, current));
  };

  return (
    <div ref={scroller} className={styles.tree} role="tree" aria-label={name} onKeyDown={key}>
      <div style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = itemAt(rows, index);
          return (
            <div
              key={row.id}
              role="treeitem"
              data-index={index}
              aria-level={row.level + 1}
              aria-posinset={itemAt(places, index).position}
              aria-setsize={itemAt(places, index).setSize}
              aria-expanded={row.expanded ?? undefined}
              aria-selected={row.id === selected}
              aria-label={label?.(row.item)}
              data-target={row.id === target || undefined}
              tabIndex={index === current ? 0 : -1}
              className={cx(styles.row, row.id === selected && styles.selected)}
              style={{
                height: rowHeight,
                transform: `translateY(${start}px)`,
                paddingLeft: 8 + row.level * 18,
              }}
              onFocus={() => setActiveId(row.id)}
              onClick={() => onSelect?.(row)}
              onKeyDown={undefined}
            >
              {row.expanded === null ? (
                <span className={styles.blank} />
              ) : (
                <button
                  type="button"
                  tabIndex={-1}
                  aria-hidden
                  className={styles.twist}
                  data-open={row.expanded || undefined}
                  onClick={(event) => {
                    event.stopPropagation();
                    onToggle(row);
                  }}
                >
                  <ChevronRight size={14} />
                </button>
              )}
              {render(row.item, row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
