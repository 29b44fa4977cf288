import { itemAt } from '../../engine/graph/item-at.ts';

/** Vertical places of the strata of a cross-section, top to bottom, in pixels. */
export interface Stack {
  readonly tops: Float64Array;
  readonly heights: Float64Array;
}

export interface StackOptions {
  /** Height to fill, in pixels. */
  readonly height: number;
  /** Space between two strata; it shrinks before the strata do. */
  readonly gap?: number;
  /** No stratum is thinner than this while there is room. */
  readonly minHeight?: number;
}

/**
 * Stacks layers so that they fill the height: thickness grows with the square root of size, which keeps a layer of
 * 100 kB visible beside one of 500 MB.
 *
 * @param sizesBytes size of each layer, in manifest order
 */
export function stackStrata(sizesBytes: ArrayLike<number>, options: StackOptions): Stack {
  const count = sizesBytes.length;
  const tops = new Float64Array(count);
  const heights = new Float64Array(count);
  if (count === 0) return { tops, heights };

  const gap = Math.min(options.gap ?? 2, options.height / count / 4);
  const room = Math.max(0, options.height - gap * (count - 1));
  const least = Math.min(options.minHeight ?? 16, (room / count) * 0.6);
  let weight = 0;
  for (let i = 0; i < count; i++) weight += Math.sqrt(itemAt(sizesBytes, i));

  const spare = room - least * count;
  let top = 0;
  for (let i = 0; i < count; i++) {
    const part = weight === 0 ? 1 / count : Math.sqrt(itemAt(sizesBytes, i)) / weight;
    const height = least + spare * part;
    tops[i] = top;
    heights[i] = height;
    top += height + gap;
  }
  return { tops, heights };
}
