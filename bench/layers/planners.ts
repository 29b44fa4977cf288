import { planFromHierarchy } from '../../src/engine/plan/hierarchy.ts';
import { hierarchyFromLevels } from '../../src/engine/plan/levels.ts';
import type { Plan } from '../../src/engine/plan/plan.ts';
import { autoLevels } from '../../src/engine/strategies/auto.ts';
import { planLayers, type StrategyName, strategies } from '../../src/engine/strategies/index.ts';
import { planSet } from '../../src/engine/strategies/plan-set.ts';
import type { ImageSet } from './image-set.ts';

/** A way to plan all images of a set. Plans answer every budget. */
export interface Planner {
  readonly name: string;
  plan(imageSet: ImageSet): readonly Plan[];
}

/** What the ratios are to: `layer_eval.py` gives each primary path of `auto` a layer of its own, nixpkgs does not. */
export const REFERENCE = 'auto (layer_eval.py)';
export const STRATA = 'strata';
export const STRATA_KNOWN = 'strata, set known';

const reference: Planner = {
  name: REFERENCE,
  plan: ({ images }) =>
    images.map(({ graph }) => {
      const levels = autoLevels(graph, { primariesAlone: true });
      return planFromHierarchy(
        REFERENCE,
        graph,
        hierarchyFromLevels(graph.size, levels, () => 0),
      );
    }),
};

const known: Planner = {
  name: STRATA_KNOWN,
  plan: ({ images }) => planSet(images.map(({ graph }) => graph)),
};

function strategy(name: StrategyName): Planner {
  return {
    name: name === 'auto' ? 'auto (nixpkgs)' : name,
    plan: ({ images, set }) =>
      images.map(({ graph }) => planLayers(name, graph, { popularity: set.popularity })),
  };
}

/** Every strategy, the reference before them, and `strata` with the whole set known after them. */
export const PLANNERS: readonly Planner[] = [
  reference,
  ...(Object.keys(strategies) as StrategyName[]).map(strategy).reverse(),
  known,
];
