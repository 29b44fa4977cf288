import type { ClosureGraph } from '../graph/closure-graph.ts';
import { type NixeryOptions, nixery } from './nixery.ts';
import type { Plan, Strategy } from './plan.ts';

/** What any strategy may be told; each takes what it knows. */
export interface PlanOptions extends NixeryOptions {}

/** Planning strategies by name. */
export const strategies = {
  nixery,
} as const satisfies Record<string, Strategy<PlanOptions>>;

export type StrategyName = keyof typeof strategies;

export function isStrategyName(name: string): name is StrategyName {
  return Object.hasOwn(strategies, name);
}

/** A plan of `graph` by the strategy of that name. */
export function planLayers(name: StrategyName, graph: ClosureGraph, options: PlanOptions = {}): Plan {
  return strategies[name](graph, options);
}
