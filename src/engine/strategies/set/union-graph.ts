import { buildClosureGraph } from '../../graph/build.ts';
import type { ClosureGraph } from '../../graph/closure-graph.ts';

/** Several images as one graph, and where each image's nodes are in it. */
export interface UnionGraph {
  readonly graph: ClosureGraph;
  /** For each image, the node of the union that each of its nodes is. Ascending. */
  readonly nodesOf: readonly Uint32Array[];
}

/** Every path of any image once; a path's references are those that any image tells. */
export function unionGraph(images: readonly ClosureGraph[]): UnionGraph {
  const numbers = new Map<string, number>();
  for (const { paths } of images)
    for (const path of paths) if (!numbers.has(path)) numbers.set(path, numbers.size);
  const size = numbers.size;
  const narSizes = new Float64Array(size);
  const narHashes = new Array<string>(size).fill('');
  const rows: Set<number>[] = Array.from({ length: size }, () => new Set());
  const numbered = images.map((image) => Uint32Array.from(image.paths, (path) => numbers.get(path) ?? 0));
  images.forEach((image, index) => {
    const own = numbered[index];
    for (let node = 0; node < image.size; node++) {
      narSizes[own[node]] = image.narSizes[node];
      narHashes[own[node]] ||= image.narHashes[node];
      for (let edge = image.offsets[node]; edge < image.offsets[node + 1]; edge++) {
        rows[own[node]].add(own[image.references[edge]]);
      }
    }
  });
  const offsets = new Uint32Array(size + 1);
  rows.forEach((row, node) => {
    offsets[node + 1] = offsets[node] + row.size;
  });
  const paths = [...numbers.keys()];
  const roots = images.flatMap((image) => Array.from(image.roots, (root) => image.paths[root]));
  const graph = buildClosureGraph(
    {
      paths,
      narSizes,
      // A closure is larger in the union where images tell of different references.
      closureSizes: new Float64Array(size).fill(Number.NaN),
      narHashes,
      offsets,
      references: Uint32Array.from(rows.flatMap((row) => [...row])),
    },
    { paths: roots, place: 'roots' },
  );
  const ranks = new Map(graph.paths.map((path, node) => [path, node]));
  return {
    graph,
    nodesOf: images.map((image) => Uint32Array.from(image.paths, (path) => ranks.get(path) ?? 0)),
  };
}
