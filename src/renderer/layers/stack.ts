import { itemAt } from '../../engine/graph/item-at.ts';

/** How bytes become heights. `true`: in proportion. `compressed`: by the square root, so that small layers are seen. */
export type ScaleKind = 'true' | 'compressed';

/** One scale for all that stands side by side. */
export interface PictureScale {
  readonly kind: ScaleKind;
  /** Height of a band of so many bytes, in pixels. */
  heightOf(sizeBytes: number): number;
  /** Space between two bands, in pixels. */
  readonly gap: number;
}

/** Bands that are too thin for a name, gathered in one place. */
export interface ThinBands {
  /** Layers, in manifest order. */
  readonly layers: readonly number[];
  readonly sizeBytes: number;
  readonly top: number;
  /** At least that of a line of text, so that it can be named. */
  readonly height: number;
}

/** Vertical places of the bands of one column, in pixels: those with names in manifest order, then the gathered ones. */
export interface Stack {
  readonly tops: Float64Array;
  readonly heights: Float64Array;
  /** null where every band has room for its name, and where the scale gives it that. */
  readonly gathered: ThinBands | null;
  /** Of all of it. */
  readonly height: number;
}

/** A band that is lower has no room for its name. */
export const LEGIBLE = 13;
const BRACE = 22;
const GAP = 2;
/** A picture to scale is taken where the bands that it names hold so much of the bytes. */
const NAMED_SHARE = 0.6;

/**
 * The scale for columns of layers that stand side by side.
 *
 * @param columns size of each layer, in manifest order
 * @param height to fill by the tallest column, in pixels
 * @param kind null: to scale where that is legible, else compressed
 */
export function pictureScale(
  columns: readonly (readonly number[])[],
  height: number,
  kind: ScaleKind | null,
): PictureScale {
  const filled = columns.filter((sizes) => sizes.length > 0);
  const trueScale = scaleInProportion(filled, height);
  if (kind === 'true') return trueScale;
  const isLegible = filled.every((sizes) => {
    const named = sizes.filter((size) => trueScale.heightOf(size) >= LEGIBLE);
    return sumOf(named) >= NAMED_SHARE * sumOf(sizes);
  });
  return kind === null && isLegible ? trueScale : compressedScale(filled, height);
}

function scaleInProportion(columns: readonly (readonly number[])[], height: number): PictureScale {
  const least = (sizes: readonly number[], perByte: number): number => {
    const thin = sizes.filter((size) => size * perByte < LEGIBLE);
    const bands = sizes.length - thin.length + Math.min(1, thin.length);
    const brace = thin.length === 0 ? 0 : Math.max(0, BRACE - sumOf(thin) * perByte);
    return sumOf(sizes) * perByte + GAP * (bands - 1) + brace;
  };
  // The height that a column takes grows with the scale but for what is gathered, so the largest that fits is searched.
  const most = columns.map(sumOf).reduce((a, b) => Math.max(a, b), 1);
  let [low, high] = [0, height / most];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (columns.every((sizes) => least(sizes, middle) <= height)) low = middle;
    else high = middle;
  }
  return { kind: 'true', gap: GAP, heightOf: (size) => size * low };
}

function compressedScale(columns: readonly (readonly number[])[], height: number): PictureScale {
  const rows = columns.reduce((longest, { length }) => Math.max(longest, length), 1);
  const gap = Math.min(GAP, height / rows / 4);
  const room = Math.max(0, height - gap * (rows - 1));
  const least = Math.min(16, (room / rows) * 0.6);
  const perRoot = columns.map((sizes) => {
    const roots = sizes.reduce((sum, size) => sum + Math.sqrt(size), 0);
    return roots === 0 ? 0 : Math.max(0, height - gap * (sizes.length - 1) - least * sizes.length) / roots;
  });
  const factor = perRoot.length === 0 ? 0 : perRoot.reduce((a, b) => Math.min(a, b));
  return { kind: 'compressed', gap, heightOf: (size) => least + factor * Math.sqrt(size) };
}

/** Places of the layers of one column. */
export function stackStrata(sizesBytes: ArrayLike<number>, { kind, gap, heightOf }: PictureScale): Stack {
  const heights = Float64Array.from(sizesBytes, heightOf);
  const tops = new Float64Array(heights.length);
  const thin: number[] = [];
  let top = 0;
  for (const [index, height] of heights.entries()) {
    if (kind === 'true' && height < LEGIBLE) {
      thin.push(index);
      continue;
    }
    tops[index] = top;
    top += height + gap;
  }
  if (thin.length === 0) return { tops, heights, gathered: null, height: Math.max(0, top - gap) };
  const start = top;
  for (const index of thin) {
    tops[index] = top;
    top += itemAt(heights, index);
  }
  const sizeBytes = thin.reduce((sum, index) => sum + itemAt(sizesBytes, index), 0);
  const height = Math.max(BRACE, top - start);
  return {
    tops,
    heights,
    gathered: { layers: thin, sizeBytes, top: start, height },
    height: start + height,
  };
}

/** A round number of bytes for a bar that shows the scale, at most so high. Pixels. */
export function scaleBar(
  { heightOf }: PictureScale,
  most: number,
): { sizeBytes: number; height: number } | null {
  let best: { sizeBytes: number; height: number } | null = null;
  for (let power = 1; power < 1e15; power *= 10) {
    for (const digit of [1, 2, 5]) {
      const height = heightOf(power * digit);
      if (height > 0 && height <= most) best = { sizeBytes: power * digit, height };
    }
  }
  return best;
}

function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
