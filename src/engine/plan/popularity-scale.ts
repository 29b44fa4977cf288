import type { Popularity } from '../graph/closure-graph.ts';

/**
 * Where counts stand in their package set. Counts span five orders of magnitude and every package set has its own, so
 * thresholds are percentiles, as Nixery's author planned for the popularity data.
 */
export interface PopularityScale {
  /** Share of the counted names that are less popular, 0 to 1. Names that nothing depends on are not counted. */
  percentileOf(count: number): number;
  /** The highest count: that of a path which nearly everything needs. At least 1. */
  readonly highest: number;
}

/** A record of fewer names is an excerpt, such as the popularity of one image's paths, and not a package set. */
const SMALLEST_SET = 1000;

/** Counts and percentiles of the 17,646 names that two or more packages of Debian 12 depend on, for excerpts. */
const DEBIAN: readonly (readonly [count: number, percentile: number])[] = [
  [2, 0],
  [3, 0.34],
  [4, 0.51],
  [6, 0.68],
  [8, 0.77],
  [12, 0.85],
  [20, 0.91],
  [33, 0.95],
  [100, 0.985],
  [500, 0.998],
  [5000, 0.9997],
];

export function popularityScale(popularity: Popularity): PopularityScale {
  const counts = Float64Array.from(Object.values(popularity).filter((count) => count > 1)).sort();
  const highest = counts.at(-1) ?? 1;
  if (counts.length < SMALLEST_SET) return { highest, percentileOf: debianPercentile };
  return { highest, percentileOf: (count) => countBelow(counts, count) / counts.length };
}

function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function debianPercentile(count: number): number {
  let percentile = 0;
  for (const [least, reached] of DEBIAN) if (count >= least) percentile = reached;
  return percentile;
}
