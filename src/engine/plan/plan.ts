import type { ClosureGraph } from '../graph/closure-graph.ts';

/** A layer of a plan: a non-empty set of nodes of the closure graph. */
export interface PlannedLayer {
  /** Nodes in ascending order. */
  readonly nodes: Uint32Array;
  /** Sum of the NAR sizes of the nodes, in bytes. */
  readonly sizeBytes: number;
}

/**
 * A layering for every budget at once. `layers(budget)` is a lookup: it gives a partition of the graph's nodes into at
 * most `budget` layers, in manifest order.
 */
export interface Plan {
  readonly strategy: string;
  readonly graph: ClosureGraph;
  /** Number of layers when the budget does not bind. */
  readonly maxLayers: number;
  /** @throws RangeError when the budget is not a whole number of at least 1. */
  layers(budget: number): readonly PlannedLayer[];
}

/** Planning strategies: one file each, all of this type. */
export type Strategy<Options> = (graph: ClosureGraph, options: Options) => Plan;
