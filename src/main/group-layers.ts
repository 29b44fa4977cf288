import { readFileSync } from 'node:fs';
import type { Popularity } from '../engine/graph/closure-graph.ts';
import { GraphError } from '../engine/graph/graph-error.ts';
import { readPopularity } from '../engine/graph/popularity.ts';
import { groupLayersJson, planGroupLayers } from '../engine/plan/group-layers.ts';
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
  const popularity: Popularity | undefined = pop === undefined ? undefined : readWith(pop, readPopularity);
  const plan = readWith(graph, (bytes) => planGroupLayers(bytes, popularity));
  await writeWhole(out, groupLayersJson(plan, budget));
}

/** What `read` makes of a file, or an error that names the file. */
function readWith<T>(file: string, read: (bytes: Uint8Array) => T): T {
  let bytes: Uint8Array;
  try {
    // At once and not by turns: there is no other work here to take turns with, and a large file comes much sooner.
    bytes = readFileSync(file);
  } catch (error) {
    throw fileSystemError(error, 'read', file);
  }
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `${file}: ${error.reason}`, { cause: error });
  }
}
