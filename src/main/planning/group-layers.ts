import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { groupLayersJson, planGroupLayers } from '../../engine/strategies/group-layers.ts';
import { StrataError } from '../../shared/errors.ts';
import { writeWhole } from '../files/write-whole.ts';
import { GRAPH_HINT, readPopularityFile, readWith } from './graph-file.ts';

export interface GroupLayersFiles {
  /** Closure graph: `.attrs.json` of exportReferencesGraph. */
  readonly graph: string;
  /** Popularity counts. Left out, those that the graph's file holds, if any. */
  readonly pop?: string | undefined;
  /** Most layers, at least 1. */
  readonly budget: number;
  /** Where the layers go. */
  readonly out: string;
}

/**
 * Runs the original program's command: reads a closure graph, writes `[{"contents":[…]}, …]`.
 *
 * @throws StrataError `invalid-graph`, `usage`, `file-system` or `disk-full`
 */
export async function runGroupLayers({ graph, pop, budget, out }: GroupLayersFiles): Promise<void> {
  if (!Number.isSafeInteger(budget) || budget < 1) {
    throw new StrataError('usage', `A budget is a whole number of layers of at least 1, not ${budget}.`);
  }
  const popularity: Popularity | undefined = pop === undefined ? undefined : await readPopularityFile(pop);
  const plan = await readWith(graph, { hint: GRAPH_HINT }, (bytes) => planGroupLayers(bytes, popularity));
  await writeWhole(out, groupLayersJson(plan, budget));
}
