import type { ClosureGraph } from './closure-graph.ts';
import { computeClosureSizes } from './closure-sizes.ts';
import { sourceNodes } from './components.ts';
import { normalise } from './csr.ts';
import { GraphError } from './graph-error.ts';
import { sortPaths } from './sort-paths.ts';

/** A graph as a reader found it: nodes numbered in the order of the source. */
export interface GraphColumns {
  /** Store paths, all different. */
  readonly paths: readonly string[];
  readonly narSizes: Float64Array;
  /** NaN where the source does not say. */
  readonly closureSizes: Float64Array;
  readonly narHashes: readonly string[];
  /** Row starts into `references`, length `paths.length + 1`. */
  readonly offsets: Uint32Array;
  /** Self-references and repetitions are allowed. */
  readonly references: Uint32Array;
  /** Numbers that order the paths, where the reader has them: see {@link sortPaths}. */
  readonly sortKeys?: Float64Array;
}

/** What the image asks for, by store path, and where that is told. */
export interface Roots {
  /** Repetitions are allowed. Undefined where nobody says: then the least set that reaches every node. */
  readonly paths: readonly string[] | undefined;
  readonly place: string;
}

/**
 * Renumbers nodes in ascending order of path and fills in what the source left out.
 *
 * @throws GraphError where a root is not in the graph.
 */
export function buildClosureGraph(columns: GraphColumns, roots: Roots): ClosureGraph {
  const size = columns.paths.length;
  const bySource = sortPaths(columns.paths, columns.sortKeys);
  const rank = new Uint32Array(size);
  for (let node = 0; node < size; node++) rank[bySource[node]] = node;

  const narSizes = new Float64Array(size);
  const closureSizes = new Float64Array(size);
  const paths = new Array<string>(size);
  const narHashes = new Array<string>(size);
  const offsets = new Uint32Array(size + 1);
  const references = new Uint32Array(columns.references.length);
  const selfReferences: number[] = [];
  let edges = 0;
  let complete = true;
  for (let node = 0; node < size; node++) {
    const source = bySource[node];
    paths[node] = columns.paths[source];
    narHashes[node] = columns.narHashes[source];
    narSizes[node] = columns.narSizes[source];
    closureSizes[node] = columns.closureSizes[source];
    complete &&= !Number.isNaN(closureSizes[node]);
    for (let edge = columns.offsets[source]; edge < columns.offsets[source + 1]; edge++) {
      const target = rank[columns.references[edge]];
      references[edges++] = target;
      if (target === node && selfReferences.at(-1) !== node) selfReferences.push(node);
    }
    offsets[node + 1] = edges;
  }
  const csr = normalise({ offsets, targets: references });

  if (!complete) {
    const computed = computeClosureSizes(csr, narSizes);
    for (let node = 0; node < size; node++) {
      if (Number.isNaN(closureSizes[node])) closureSizes[node] = computed[node];
    }
  }
  return {
    size,
    paths,
    narSizes,
    closureSizes,
    narHashes,
    offsets: csr.offsets,
    references: csr.targets,
    selfReferences: Uint32Array.from(selfReferences),
    roots: roots.paths === undefined ? sourceNodes(csr) : findRoots(paths, roots.paths, roots.place),
  };
}

function findRoots(paths: readonly string[], roots: readonly string[], place: string): Uint32Array {
  const nodes = roots.map((root, index) => {
    const node = findPath(paths, root);
    if (node === -1) throw new GraphError(`${place}[${index}]`, `the root ${root} is not in the graph`);
    return node;
  });
  return Uint32Array.from(new Set(nodes));
}

/** Position of `path` in the ascending `paths`, or -1. */
export function findPath(paths: readonly string[], path: string): number {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (paths[middle] < path) low = middle + 1;
    else high = middle;
  }
  return paths[low] === path ? low : -1;
}
