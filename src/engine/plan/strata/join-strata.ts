import type { Hierarchy } from '../hierarchy.ts';

/** Of the layers that are not fixed, one in so many is for the tools that other images ask for as well. */
const TOOL_SHARE = 10;

/** Parts of an image, each laid out for any number of layers of its own. Any of them may be empty. */
export interface Strata {
  readonly tools: Layout;
  readonly rest: Layout;
  /** Layers that stay as they are, the first the last to be given up. */
  readonly fixed: readonly Uint32Array[];
}

export type Layout = Pick<Hierarchy, 'order' | 'starts' | 'cutFrom'>;

/**
 * Lays strata out side by side. A budget is first for the fixed layers, then shared between tools and the rest, by a
 * rule that looks at the budget alone: were the layers of the tools to depend on the application beside them, no other
 * image would come to the same. What the rest has no use for goes to the tools all the same, rather than to nobody.
 */
export function joinStrata({ tools, rest, fixed }: Strata): Layout {
  const hasBoth = tools.starts.length > 0 && rest.starts.length > 0;
  /** The least budget, fixed layers included, that leaves `layers` to the tools or to the rest. */
  const toolBudget = (layers: number) =>
    fixed.length +
    (hasBoth
      ? Math.min(least(layers, (layers - 1) * TOOL_SHARE, toolLayers), layers + rest.starts.length)
      : layers);
  const restBudget = (layers: number) =>
    fixed.length + (hasBoth ? least(layers, layers, (budget) => budget - toolLayers(budget)) : layers);
  const between = fixed.length + 2;

  const parts = [
    shifted(tools, 0, toolBudget),
    shifted(rest, between, restBudget),
    // At a budget of 1 everything is one layer. Each further one sets a fixed layer apart, the first first.
    ...fixed.map((nodes, index) => ({ order: nodes, starts: [0], cutFrom: [index + 2] })).reverse(),
  ].filter(({ starts }) => starts.length > 0);
  return concatenated(parts);
}

/** Layers of the tools where both strata have some. */
function toolLayers(budget: number): number {
  return budget < 2 ? 0 : Math.max(1, Math.round(budget / TOOL_SHARE));
}

function least(layers: number, from: number, layersAt: (budget: number) => number): number {
  let budget = Math.max(2, from);
  while (layersAt(budget) < layers) budget++;
  return budget;
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
  const budgets = new Map<number, number>();
  return {
    order,
    starts: [...starts],
    cutFrom: Array.from(cutFrom, (layers, group) => {
      if (group === 0) return first;
      const budget = budgets.get(layers) ?? budgetOf(layers);
      budgets.set(layers, budget);
      return budget;
    }),
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
    cutFrom.push(...part.cutFrom);
    end += part.order.length;
  }
  if (cutFrom.length > 0) cutFrom[0] = 0;
  return { order, starts: Uint32Array.from(starts), cutFrom: Uint32Array.from(cutFrom) };
}
