import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { readGraphMessage } from '../../shared/contract/graph-message.ts';
import type { Layering } from '../../shared/document.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import { type GraphPlan, planGraph, refuseKnown } from '../../shared/plan-graph.ts';
import type { BuildRecord } from './records/build-record.ts';

/** A plan with the closure that it is of. */
export interface BuildPlan extends GraphPlan {
  readonly graph: ClosureGraph;
}

/** Plans the closure of a build, as the window that asks for it has planned it. @throws StrataError `usage` */
export function planBuild(record: BuildRecord, layering: Layering, known: readonly KnownImage[]): BuildPlan {
  refuseKnown(layering.strategy, { known: known.map(({ name }) => name) });
  const { graph, popularity } = readGraphMessage(record.graph);
  return { graph, ...planGraph({ graph, popularity, layering, known }) };
}
