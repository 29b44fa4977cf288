import { readFileSync } from 'node:fs';
import { GraphError } from '../engine/graph/graph-error.ts';
import { type GroupLayersInput, groupLayersJson, planGroupLayers } from '../engine/plan/group-layers.ts';
import type { HierarchicalPlan } from '../engine/plan/hierarchy.ts';
import { StrataError } from '../shared/errors.ts';
import { writeWhole } from './documents/write-whole.ts';
import { fileSystemError } from './store/file-system-error.ts';

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
  const plan = planFiles(graph, pop);
  await writeWhole(out, groupLayersJson(plan, budget));
}

function planFiles(graph: string, pop: string | undefined): HierarchicalPlan {
  const input: GroupLayersInput = { graph: readBytes(graph), popularity: pop && readBytes(pop) };
  try {
    return planGroupLayers(input);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `${graph}: ${error.message}`, { cause: error });
  }
}

/** All at once: a large file read in turns with other work takes three times as long, and there is none here. */
function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileSystemError(error, 'read', path);
  }
}
