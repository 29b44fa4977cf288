import { itemAt } from '../../../engine/graph/item-at.ts';

/** Movement of the cells towards where they belong. It follows a moving target, so a drag never waits for it. */

/** Time in which a cell covers 63 % of its way, in milliseconds. */
const TIME_CONSTANT_MS = 55;
/** Closer than this, in pixels, a cell has arrived. */
const ARRIVED = 0.3;

/**
 * Moves every value of `current` towards `target` by what `elapsedMs` allows.
 *
 * @returns whether everything has arrived; then `current` equals `target`
 */
export function approach(current: Float32Array, target: Float32Array, elapsedMs: number): boolean {
  const part = 1 - Math.exp(-elapsedMs / TIME_CONSTANT_MS);
  let farthest = 0;
  for (let i = 0; i < current.length; i++) {
    const way = itemAt(target, i) - itemAt(current, i);
    current[i] = itemAt(current, i) + way * part;
    const left = Math.abs(way) * (1 - part);
    if (left > farthest) farthest = left;
  }
  if (farthest > ARRIVED) return false;
  current.set(target);
  return true;
}
