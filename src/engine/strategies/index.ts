import type { ClosureGraph } from '../graph/closure-graph.ts';
import type { Plan, Strategy } from '../plan/plan.ts';
import { auto } from './auto.ts';
import { type NixeryOptions, nixery } from './nixery.ts';
import { perPath } from './per-path.ts';
import { popularityContest } from './popularity-contest.ts';
import { single } from './single.ts';
import { type StrataOptions, strata } from './strata.ts';

/** What any strategy may be told; each takes what it knows. */
export interface PlanOptions extends NixeryOptions, StrataOptions {}

/** Planning strategies by name. */
export const strategies = {
  strata,
  nixery,
  'popularity-contest': popularityContest,
  auto,
  'per-path': perPath,
  single,
} as const satisfies Record<string, Strategy<PlanOptions>>;

export type StrategyName = keyof typeof strategies;

/** A plan of `graph` by the strategy of that name. */
export function planLayers(name: StrategyName, graph: ClosureGraph, options: PlanOptions = {}): Plan {
  const strategy: Strategy<PlanOptions> = strategies[name];
  return strategy(graph, options);
}
