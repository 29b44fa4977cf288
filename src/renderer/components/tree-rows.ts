import { itemAt } from '../../engine/graph/item-at.ts';

/** A row of a tree as it lies on the screen. */
export interface TreeRow<Item> {
  readonly id: string;
  /** 0 for the top. */
  readonly level: number;
  /** null for a leaf. */
  readonly expanded: boolean | null;
  readonly item: Item;
}

/** Which of its siblings a row is, and how many they are: what is not drawn cannot be counted. */
export interface TreePlace {
  /** From 1. */
  readonly position: number;
  readonly setSize: number;
}

/** The places of rows, each among the rows of its level below the same parent. */
export function treePlaces(rows: readonly Pick<TreeRow<unknown>, 'level'>[]): readonly TreePlace[] {
  /** Of each level, the siblings that the next row there belongs to. */
  const siblings: { count: number }[] = [];
  const counted = rows.map(({ level }) => {
    siblings.length = Math.min(siblings.length, level + 1);
    const own = siblings[level] ?? { count: 0 };
    siblings[level] = own;
    own.count += 1;
    return { position: own.count, own };
  });
  return counted.map(({ position, own }) => ({ position, setSize: own.count }));
}

export type TreeMove =
  | { readonly type: 'focus'; readonly index: number }
  | { readonly type: 'toggle' }
  | { readonly type: 'select' };

/** What a key does in a tree (ARIA Authoring Practices, tree view pattern); null where it does nothing. */
export function moveInTree(
  key: string,
  rows: readonly Omit<TreeRow<unknown>, 'item'>[],
  current: number,
): TreeMove | null {
  const row = rows[current];
  if (row === undefined) return null;
  const to = (index: number): TreeMove | null =>
    index < 0 || index >= rows.length ? null : { type: 'focus', index };
  switch (key) {
    case 'ArrowDown':
      return to(current + 1);
    case 'ArrowUp':
      return to(current - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (row.expanded === false) return { type: 'toggle' };
      return row.expanded === true && (rows[current + 1]?.level ?? 0) > row.level ? to(current + 1) : null;
    case 'ArrowLeft':
      if (row.expanded === true) return { type: 'toggle' };
      return to(parentOf(rows, current));
    case 'Enter':
    case ' ':
      return { type: 'select' };
    default:
      return null;
  }
}

function parentOf(rows: readonly Omit<TreeRow<unknown>, 'item'>[], index: number): number {
  for (let above = index - 1; above >= 0; above--)
    if (itemAt(rows, above).level < itemAt(rows, index).level) return above;
  return -1;
}
