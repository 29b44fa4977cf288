import { buildClosureGraph } from './build.ts';
import type { ClosureGraph } from './closure-graph.ts';
import { itemAt } from './item-at.ts';

/**
 * The union of closure graphs of one store: each path once, with what the first graph that has it says.
 *
 * @param roots in the order in which they were asked for. @throws GraphError where a root is in none of the graphs.
 */
export function mergeClosureGraphs(graphs: readonly ClosureGraph[], roots: readonly string[]): ClosureGraph {
  const nodes = new Map<string, number>();
  const found: { readonly graph: ClosureGraph; readonly node: number }[] = [];
  for (const graph of graphs) {
    for (const [node, path] of graph.paths.entries()) {
      if (nodes.has(path)) continue;
      nodes.set(path, found.length);
      found.push({ graph, node });
    }
  }
  const offsets = new Uint32Array(found.length + 1);
  const references: number[] = [];
  const selves = new Map(graphs.map((graph) => [graph, new Set(graph.selfReferences)]));
  for (const [index, { graph, node }] of found.entries()) {
    for (let edge = itemAt(graph.offsets, node); edge < itemAt(graph.offsets, node + 1); edge++) {
      // A closure is whole: what one of its paths refers to is in it.
      references.push(nodes.get(itemAt(graph.paths, itemAt(graph.references, edge))) as number);
    }
    if (selves.get(graph)?.has(node)) references.push(index);
    offsets[index + 1] = references.length;
  }
  const columns = {
    paths: found.map(({ graph, node }) => itemAt(graph.paths, node)),
    narSizes: Float64Array.from(found, ({ graph, node }) => itemAt(graph.narSizes, node)),
    closureSizes: Float64Array.from(found, ({ graph, node }) => itemAt(graph.closureSizes, node)),
    narHashes: found.map(({ graph, node }) => itemAt(graph.narHashes, node)),
    offsets,
    references: Uint32Array.from(references),
  };
  return buildClosureGraph(columns, { paths: roots, place: 'roots' });
}
