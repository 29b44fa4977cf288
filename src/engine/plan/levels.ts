import type { Hierarchy } from './hierarchy.ts';

/**
 * Lays out partitions that refine each other, coarsest first, for {@link planFromHierarchy}. A level is a number for
 * every node, the same for those in one group; nodes that are apart in one level are apart in all later ones, whatever
 * their numbers there. Levels may add several layers at once: a budget then takes the finest level that fits. The first
 * level that cuts at all may already have several layers; budgets too small for it give one layer.
 *
 * `sharingOf` tells how widely a node is shared: see {@link Hierarchy.sharing}.
 */
export function hierarchyFromLevels(
  size: number,
  levels: Iterable<Uint32Array>,
  sharingOf: (node: number) => number,
): Hierarchy {
  let order = Uint32Array.from({ length: size }, (_, node) => node);
  // The budget that cuts before each position of `order`, or 0 where no level so far does.
  let cutBefore = new Uint32Array(size);
  let layers = Math.min(size, 1);
  for (const level of levels) {
    const next = refine(order, cutBefore, level);
    for (let at = 1; at < size; at++) if (next.isNew[at] === 1) layers++;
    for (let at = 1; at < size; at++) if (next.isNew[at] === 1) next.cutBefore[at] = layers;
    ({ order, cutBefore } = next);
  }

  const starts: number[] = [];
  for (let at = 0; at < size; at++) if (at === 0 || cutBefore[at] !== 0) starts.push(at);
  return {
    order,
    starts: Uint32Array.from(starts),
    cutFrom: Uint32Array.from(starts, (at) => cutBefore[at]),
    sharing: Float64Array.from(starts, (start, group) => {
      let least = Number.POSITIVE_INFINITY;
      for (let at = start; at < (starts[group + 1] ?? size); at++)
        least = Math.min(least, sharingOf(order[at]));
      return least;
    }),
  };
}

/** Splits every run of `order` by `level`: parts in the order of their first node in the run, nodes in their old order. */
function refine(order: Uint32Array, cutBefore: Uint32Array, level: Uint32Array) {
  const refined = order.slice();
  const isNew = new Uint8Array(order.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    for (end = start + 1; end < order.length && cutBefore[end] === 0; ) end++;
    if (end - start === 1) continue;
    const parts = new Map<number, number[]>();
    for (const node of order.subarray(start, end)) {
      const part = parts.get(level[node]);
      if (part === undefined) parts.set(level[node], [node]);
      else part.push(node);
    }
    let at = start;
    for (const part of parts.values()) {
      if (at > start) isNew[at] = 1;
      refined.set(part, at);
      at += part.length;
    }
  }
  return { order: refined, cutBefore: cutBefore.slice(), isNew };
}
