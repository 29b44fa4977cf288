import type { Tile } from './dominator-hierarchy.ts';

/** The tile that an arrow key leads to: the nearest one whose middle lies that way; null where there is none. */
export function nearestTile(tiles: readonly Tile[], from: Tile, key: string): Tile | null {
  const way = WAYS.get(key);
  if (way === undefined) return null;
  const [x, y] = middle(from);
  let best: Tile | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const tile of tiles) {
    if (tile === from) continue;
    const [dx, dy] = [middle(tile)[0] - x, middle(tile)[1] - y];
    const along = dx * way[0] + dy * way[1];
    if (along <= 0.5) continue;
    // What lies aside counts double, so that a row is followed rather than left.
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    const distance = along + 2 * aside;
    if (distance < least) {
      least = distance;
      best = tile;
    }
  }
  return best;
}

const WAYS = new Map<string, readonly [number, number]>(
  Object.entries({
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowDown: [0, 1],
    ArrowUp: [0, -1],
  }),
);

function middle({ left, top, width, height }: Tile): readonly [number, number] {
  return [left + width / 2, top + height / 2];
}
