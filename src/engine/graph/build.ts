import type { ClosureGraph } from './closure-graph.ts';
import { computeClosureSizes } from './closure-sizes.ts';
import { sourceNodes } from './components.ts';
import { normalise } from './csr.ts';

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
  /** Repetitions are allowed. Undefined where the source does not say: then the least set that reaches every node. */
  readonly roots: Uint32Array | undefined;
}

/** Renumbers nodes in ascending order of path and fills in what the source left out. */
export function buildClosureGraph(columns: GraphColumns): ClosureGraph {
  const size = columns.paths.length;
  const bySource = sortedByPath(columns.paths);
  const rank = new Uint32Array(size);
  for (let node = 0; node < size; node++) rank[bySource[node]] = node;

  const narSizes = new Float64Array(size);
  const closureSizes = new Float64Array(size);
  const paths = new Array<string>(size);
  const narHashes = new Array<string>(size);
  const offsets = new Uint32Array(size + 1);
  const references = new Uint32Array(columns.references.length);
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
      references[edges++] = rank[columns.references[edge]];
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
  const roots = columns.roots?.map((source) => rank[source]);
  return {
    size,
    paths,
    narSizes,
    closureSizes,
    narHashes,
    offsets: csr.offsets,
    references: csr.targets,
    roots: roots === undefined ? sourceNodes(csr) : Uint32Array.from(new Set(roots)),
  };
}

/** Positions in `paths`, ordered by UTF-16 code units. */
function sortedByPath(paths: readonly string[]): Uint32Array {
  const positions = new Map<string, number>();
  for (let position = 0; position < paths.length; position++) positions.set(paths[position], position);
  return Uint32Array.from(paths.toSorted(), (path) => positions.get(path) ?? 0);
}
