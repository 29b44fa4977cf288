import type { ClosureGraph } from './closure-graph.ts';
import { depths, entryNodes, references, referrers, UNREACHED } from './reach.ts';

/** Why a path is in the image, as `nix why-depends` tells it, and more. */
export interface WhyDepends {
  /** References on a shortest way from a start to each node; {@link UNREACHED} where there is none. */
  readonly depths: Uint32Array;
  /**
   * One shortest chain of references from a start to `node`, both included; of several, the one with the lowest store
   * path at each step back from `node`. Empty where there is none.
   */
  shortestChain(node: number): Uint32Array;
  /** All shortest chains to `node` at once. */
  shortestChains(node: number): ShortestChains;
}

/** All shortest chains to a node as one acyclic graph; every way through it from the first level is a chain. */
export interface ShortestChains {
  /** Nodes by their distance from the starts, ascending; the last level is the node alone. Empty where no chain is. */
  readonly levels: readonly Uint32Array[];
  /** References between one level and the next, as `[referrer, referenced]`, level by level, ascending. */
  readonly edges: readonly (readonly [number, number])[];
  /** How many chains there are; `Infinity` beyond what a double holds. */
  readonly count: number;
}

/**
 * Prepares to answer why paths are in a graph. Preparing takes O(nodes + edges), an answer as long as it is large.
 *
 * @param starts where chains begin: one root, or by default all of them
 */
export function whyDepends(graph: ClosureGraph, starts: Uint32Array = entryNodes(graph)): WhyDepends {
  const depth = depths(references(graph), starts);
  const { offsets, targets } = referrers(graph);

  /** Referrers of a node that are one step nearer to the starts, ascending. */
  function* nearer(node: number): Generator<number> {
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      // An unreached referrer is not nearer: its depth is the largest of all.
      if (depth[targets[edge]] + 1 === depth[node]) yield targets[edge];
    }
  }

  return {
    depths: depth,
    shortestChain(node) {
      if (depth[node] === UNREACHED) return new Uint32Array();
      const chain = new Uint32Array(depth[node] + 1);
      let at = node;
      chain[depth[node]] = node;
      while (depth[at] > 0) {
        const [referrer] = nearer(at);
        chain[depth[referrer]] = referrer;
        at = referrer;
      }
      return chain;
    },
    shortestChains(node) {
      if (depth[node] === UNREACHED) return { levels: [], edges: [], count: 0 };
      const levels = [Uint32Array.of(node)];
      const edgesByLevel: (readonly [number, number])[][] = [];
      for (let level = depth[node]; level > 0; level--) {
        const edges = Array.from(levels[0]).flatMap((to) =>
          Array.from(nearer(to), (from) => [from, to] as const),
        );
        edges.sort(([a, b], [c, d]) => a - c || b - d);
        edgesByLevel.unshift(edges);
        levels.unshift(Uint32Array.from(new Set(edges.map(([from]) => from))));
      }
      const edges = edgesByLevel.flat();
      return { levels, edges, count: countWays(levels[0], edges, node) };
    },
  };
}

function countWays(starts: Uint32Array, edges: ShortestChains['edges'], node: number): number {
  const ways = new Map<number, number>();
  for (const start of starts) ways.set(start, 1);
  for (const [from, to] of edges) ways.set(to, (ways.get(to) ?? 0) + (ways.get(from) ?? 0));
  return ways.get(node) ?? 0;
}

/** The chains one by one, in the order of their nodes: at most as many as are taken. */
export function* enumerateChains({ levels, edges }: ShortestChains): Generator<readonly number[]> {
  const nexts = new Map<number, number[]>();
  for (const [from, to] of edges) {
    const known = nexts.get(from);
    if (known === undefined) nexts.set(from, [to]);
    else known.push(to);
  }
  // Depth first without recursion: for each step of the chain so far, the nodes that were not tried yet.
  const untried = levels.length === 0 ? [] : [Array.from(levels[0])];
  const chain: number[] = [];
  while (untried.length > 0) {
    const next = untried[chain.length].shift();
    if (next === undefined) {
      untried.pop();
      chain.pop();
      continue;
    }
    if (untried.length === levels.length) {
      yield [...chain, next];
      continue;
    }
    chain.push(next);
    untried.push([...(nexts.get(next) ?? [])]);
  }
}
