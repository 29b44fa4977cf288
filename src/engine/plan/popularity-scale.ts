import type { Popularity } from '../graph/closure-graph.ts';

/**
 * Where counts stand in their package set. Counts span five orders of magnitude and every package set has its own, so
 * thresholds are percentiles, as Nixery's author planned for the popularity data. Plain data: with an excerpt of the
 * counts it says what all of them would.
 */
export interface PopularityScale {
  /** The highest count: that of a path which nearly everything needs. At least 1. */
  readonly highest: number;
  /**
   * Ascending: of whole counts from `least` on, the share of the counted names that are less popular, 0 to 1. Names that
   * nothing depends on are not counted.
   */
  readonly steps: readonly (readonly [least: number, share: number])[];
}

/** Counts, and where they stand in their package set; where that is left out they are all of it. */
export interface ScaledPopularity {
  readonly popularity: Popularity;
  readonly popularityScale?: PopularityScale | undefined;
}

/** A record of fewer names is an excerpt, such as the popularity of one image's paths, and not a package set. */
const SMALLEST_SET = 1000;

/** Counts and percentiles of the 17,646 names that two or more packages of Debian 12 depend on, for excerpts. */
const DEBIAN: PopularityScale['steps'] = [
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
  if (names < SMALLEST_SET) return { highest, steps: DEBIAN };
  let below = 0;
  const steps = Array.from(counts, (count, index): readonly [number, number] => {
    const share = below / names;
    below += namesOf.get(count) ?? 0;
    return [index === 0 ? 0 : counts[index - 1] + 1, share];
  });
  return { highest, steps: [...steps, [highest + 1, 1]] };
}

/** Share of the counted names that are less popular, 0 to 1. */
export function percentileOf({ steps }: PopularityScale, count: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle][0] <= count) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : steps[low - 1][1];
}
