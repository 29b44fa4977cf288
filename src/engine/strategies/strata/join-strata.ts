import type { Hierarchy } from '../../plan/hierarchy.ts';
import { allocate } from './allocate.ts';
import type { StratumLayout } from './stratum.ts';

/** Parts of an image, each laid out for any number of layers of its own. Any of them may be empty. */
export interface Strata {
  readonly tools: StratumLayout;
  readonly rest: StratumLayout;
  /** Layers that stay as they are, the first the last to be given up. */
  readonly fixed: readonly Uint32Array[];
}

export type Layout = Pick<Hierarchy, 'order' | 'starts' | 'cutFrom'>;

/**
 * Lays strata out side by side. A budget is first for the fixed layers, then shared between tools and the rest by what
 * it saves. How the tools' layers merge does not depend on the application beside them, only how many there are: so
 * layers that two images do not both have are parts of one that the other has.
 */
export function joinStrata({ tools, rest, fixed }: Strata): Layout {
  const hasBoth = tools.starts.length > 0 && rest.starts.length > 0;
  const { toolBudgets, restBudgets } = allocate(tools.costs, rest.costs);
  /** The least budget, fixed layers included, that leaves `layers` to the tools or to the rest. */
  const toolBudget = (layers: number) => fixed.length + (hasBoth ? toolBudgets[layers] : layers);
  const restBudget = (layers: number) => fixed.length + (hasBoth ? restBudgets[layers] : layers);

  const parts = [
    shifted(tools, 0, toolBudget),
    shifted(rest, fixed.length + 2, restBudget),
    // At a budget of 1 everything is one layer. Each further one sets a fixed layer apart, the first first.
    ...fixed.map((nodes, index) => ({ order: nodes, starts: [0], cutFrom: [index + 2] })).reverse(),
  ].filter(({ starts }) => starts.length > 0);
  return concatenated(parts);
}

interface Part {
  readonly order: Uint32Array;
  readonly starts: readonly number[];
  readonly cutFrom: readonly number[];
}

function shifted(
  { order, starts, cutFrom }: Layout,
  first: number,
  budgetOf: (layers: number) => number,
): Part {
  return {
    order,
    starts: [...starts],
    cutFrom: Array.from(cutFrom, (layers, group) => (group === 0 ? first : budgetOf(layers))),
  };
}

function concatenated(parts: readonly Part[]): Layout {
  const size = parts.reduce((sum, { order }) => sum + order.length, 0);
  const order = new Uint32Array(size);
  const starts: number[] = [];
  const cutFrom: number[] = [];
  let end = 0;
  for (const part of parts) {
    order.set(part.order, end);
    for (const start of part.starts) starts.push(end + start);
    for (const layers of part.cutFrom) cutFrom.push(layers);
    end += part.order.length;
  }
  if (cutFrom.length > 0) cutFrom[0] = 0;
  return { order, starts: Uint32Array.from(starts), cutFrom: Uint32Array.from(cutFrom) };
}
