import { findPath } from './build.ts';
import type { ClosureGraph } from './closure-graph.ts';
import { sourceNodes } from './components.ts';
import { type Csr, transpose } from './csr.ts';

/** The references of a graph as adjacency: from each path to those it needs. Shares the graph's arrays. */
export function references(graph: ClosureGraph): Csr {
  return { offsets: graph.offsets, targets: graph.references };
}

/** The referrers of every path: from each path to those that need it, ascending. */
export function referrers(graph: ClosureGraph): Csr {
  return transpose(references(graph));
}

export const UNREACHED = 0xffffffff;

/** Edges on a shortest way from the nearest of `starts` to each node; {@link UNREACHED} where there is none. */
export function depths({ offsets, targets }: Csr, starts: Uint32Array): Uint32Array {
  const size = offsets.length - 1;
  const depth = new Uint32Array(size).fill(UNREACHED);
  const queue = new Uint32Array(size);
  let end = 0;
  for (const start of starts) {
    if (depth[start] === 0) continue;
    depth[start] = 0;
    queue[end++] = start;
  }
  for (let at = 0; at < end; at++) {
    const node = queue[at];
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const target = targets[edge];
      if (depth[target] !== UNREACHED) continue;
      depth[target] = depth[node] + 1;
      queue[end++] = target;
    }
  }
  return depth;
}

/** Nodes that can be reached from `starts`, these included. Ascending. */
export function reachable(csr: Csr, starts: Uint32Array): Uint32Array {
  const depth = depths(csr, starts);
  return depth.map((_, node) => node).filter((node) => depth[node] !== UNREACHED);
}

/**
 * The graph's roots and, where they do not reach everything, the fewest further nodes that do. What Nix writes is
 * covered by its roots; a graph that was put together by hand need not be.
 */
export function entryNodes(graph: ClosureGraph): Uint32Array {
  const depth = depths(references(graph), graph.roots);
  if (!depth.includes(UNREACHED)) return graph.roots;
  const further = sourceNodes(references(graph)).filter((node) => depth[node] === UNREACHED);
  return Uint32Array.from([...graph.roots, ...further]);
}

/** The graph of the closures of `roots` alone. Closure sizes stay, since closures do. */
export function subgraph(graph: ClosureGraph, roots: Uint32Array): ClosureGraph {
  const nodes = reachable(references(graph), roots);
  const renumbered = new Uint32Array(graph.size);
  const isReached = new Uint8Array(graph.size);
  for (let node = 0; node < nodes.length; node++) {
    renumbered[nodes[node]] = node;
    isReached[nodes[node]] = 1;
  }

  const offsets = new Uint32Array(nodes.length + 1);
  for (let node = 0; node < nodes.length; node++) {
    offsets[node + 1] = offsets[node] + graph.offsets[nodes[node] + 1] - graph.offsets[nodes[node]];
  }
  const targets = new Uint32Array(offsets[nodes.length]);
  for (let node = 0; node < nodes.length; node++) {
    const row = graph.references.subarray(graph.offsets[nodes[node]], graph.offsets[nodes[node] + 1]);
    for (let at = 0; at < row.length; at++) targets[offsets[node] + at] = renumbered[row[at]];
  }
  return {
    size: nodes.length,
    paths: Array.from(nodes, (node) => graph.paths[node]),
    narSizes: Float64Array.from(nodes, (node) => graph.narSizes[node]),
    closureSizes: Float64Array.from(nodes, (node) => graph.closureSizes[node]),
    narHashes: Array.from(nodes, (node) => graph.narHashes[node]),
    offsets,
    references: targets,
    selfReferences: graph.selfReferences
      .filter((node) => isReached[node] === 1)
      .map((node) => renumbered[node]),
    roots: Uint32Array.from(new Set(roots), (root) => renumbered[root]),
  };
}

/** Number of the node with this store path, or -1. */
export function nodeOf(graph: ClosureGraph, path: string): number {
  return findPath(graph.paths, path);
}
