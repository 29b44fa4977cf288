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
  // Few counts are distinct: telling them apart first is several times faster than sorting all.
  const namesOf = new Map<number, number>();
  let names = 0;
  for (const name in popularity) {
    const count = popularity[name];
    if (count <= 1) continue;
    namesOf.set(count, (namesOf.get(count) ?? 0) + 1);
    names++;
  }
  const counts = Float64Array.from(namesOf.keys()).sort();
  const highest = counts.at(-1) ?? 1;
  if (names < SMALLEST_SET) return { highest, percentileOf: debianPercentile };
  const namesBelow = new Float64Array(counts.length + 1);
  counts.forEach((count, index) => {
    namesBelow[index + 1] = namesBelow[index] + (namesOf.get(count) ?? 0);
  });
  return { highest, percentileOf: (count) => namesBelow[countBelow(counts, count)] / names };
}

/** How many of the ascending values are below the limit. */
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
