import type { ImageSet } from './image-set.ts';
import { type Planner, REFERENCE } from './planners.ts';
import { type Moved, type Score, scorer } from './score.ts';

export const BUDGETS = [20, 60, 100] as const;

/** Cuts the images and draws the updates of a seed. */
export type Cut = (seed: number) => ImageSet;

/** Scores of one planner at one budget, one a seed in the order of the seeds. */
export interface Series {
  readonly planner: string;
  readonly budget: number;
  readonly scores: readonly Score[];
}

/** Plans and scores the images of every seed with every planner. `onSeed` is told of each seed that is done. */
export function evaluate(
  cut: Cut,
  seeds: readonly number[],
  planners: readonly Planner[],
  onSeed: (seed: number) => void = () => {},
): readonly Series[] {
  const series = planners.flatMap((planner) =>
    BUDGETS.map((budget) => ({ planner: planner.name, budget, scores: [] as Score[] })),
  );
  for (const seed of seeds) {
    const imageSet = cut(seed);
    const { score } = scorer(imageSet);
    for (const planner of planners) {
      const plans = planner.plan(imageSet);
      for (const budget of BUDGETS) {
        const found = series.find((each) => each.planner === planner.name && each.budget === budget);
        found?.scores.push(score((_, index) => plans[index].layers(budget)));
      }
    }
    onSeed(seed);
  }
  return series;
}

/** A planner's figures at a budget: means over the seeds. */
export interface Summary extends Moved {
  readonly planner: string;
  readonly budget: number;
  readonly chain: Moved;
  readonly layersPerImage: number;
  /** Ratios to the reference on the same seed, one a seed in the order of the seeds. */
  readonly ratios: { readonly cold: readonly number[]; readonly update: readonly number[] };
}

export function summarise(series: readonly Series[]): readonly Summary[] {
  return series.map(({ planner, budget, scores }) => {
    const reference = series.find((each) => each.planner === REFERENCE && each.budget === budget);
    const cold = scores.map((score, seed) => score.cold / (reference?.scores[seed].cold ?? Number.NaN));
    const update = scores.map((score, seed) => score.update / (reference?.scores[seed].update ?? Number.NaN));
    return {
      planner,
      budget,
      ...means(scores),
      chain: means(scores.map(({ chain }) => chain)),
      layersPerImage: mean(scores.map((score) => score.layersPerImage)),
      ratios: { cold, update },
    };
  });
}

function means(moved: readonly Moved[]): Moved {
  return { cold: mean(moved.map(({ cold }) => cold)), update: mean(moved.map(({ update }) => update)) };
}

/**
 * What no planner can go below, as a ratio to the reference: a layer for each path moves every byte that a pull or an
 * update needs, and none besides.
 */
export function bounds(series: readonly Series[], budget: number): { cold: number; update: number } {
  const scores = series.find((each) => each.planner === REFERENCE && each.budget === budget)?.scores ?? [];
  return {
    cold: mean(scores.map(({ cold }) => 1 / cold)),
    update: mean(scores.map(({ update }) => 1 / update)),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
