/** How many layers the tools and the rest have at each budget, as the least budget that each number of layers asks for. */
export interface Allocation {
  /** By number of layers; 0 and 1 ask for nothing that matters. */
  readonly toolBudgets: Uint32Array;
  readonly restBudgets: Uint32Array;
}

/**
 * What a layer more saves counts for half with the tools: all images with the same tools share what merging them costs,
 * and finer layers of tools are finer in some of these images only.
 */
const TOOL_WEIGHT = 0.5;

/**
 * Shares the budget between two parts of an image that are laid out separately: each further layer goes to the part where
 * it saves most. `costs[k]` is what a part costs with `k` layers; it has one element more than it may have layers.
 */
export function allocate(tools: Float64Array, rest: Float64Array): Allocation {
  const toolBudgets = new Uint32Array(tools.length);
  const restBudgets = new Uint32Array(rest.length);
  let toolLayers = 1;
  let restLayers = 1;
  for (let budget = 3; toolLayers + restLayers < tools.length + rest.length - 2; budget++) {
    if (TOOL_WEIGHT * saving(tools, toolLayers) >= saving(rest, restLayers)) {
      toolBudgets[++toolLayers] = budget;
    } else {
      restBudgets[++restLayers] = budget;
    }
  }
  if (tools.length > 1) toolBudgets[1] = 1;
  if (rest.length > 1) restBudgets[1] = 2;
  return { toolBudgets, restBudgets };
}

/** What one layer more saves. */
function saving(costs: Float64Array, layers: number): number {
  return layers + 1 < costs.length ? costs[layers] - costs[layers + 1] : Number.NEGATIVE_INFINITY;
}
