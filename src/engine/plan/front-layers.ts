import type { Hierarchy } from './hierarchy.ts';

/** A layer for each node from the front of `order`, as far as the budget goes; all that is left over shares the last. */
export function frontLayers(order: Uint32Array): Hierarchy {
  return {
    order,
    starts: order.map((_, at) => at),
    cutFrom: order.map((_, at) => (at === 0 ? 0 : at + 1)),
    sharing: Float64Array.from(order, (_, at) => -at),
  };
}
