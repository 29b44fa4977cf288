import { addRow, type ClosureColumns, measure } from '../../graph/closure-columns.ts';
import type { ClosureGraph } from '../../graph/closure-graph.ts';
import { PULL_WEIGHT } from '../strata/clusters.ts';

/** A layer that exists in an image, in a registry or a store: its store paths. */
export type KnownLayer = readonly string[];

/**
 * Chooses the known layers that an image should take over as they are, no two with a path in common: those that most
 * images have, then the biggest, and none with a node that `isTaken` marks. A layer can only be taken over whole, and
 * pays where what its big paths suffer from the updates of the others is worth less than the pull that it saves.
 *
 * @returns nodes of each, ascending; the layers by their first nodes
 */
export function reusableLayers(
  graph: ClosureGraph,
  known: readonly KnownLayer[],
  columns: ClosureColumns,
  isTaken: Uint8Array = new Uint8Array(graph.size),
): readonly Uint32Array[] {
  const nodeOf = new Map(graph.paths.map((path, node) => [path, node]));
  const candidates = new Map<string, { readonly nodes: Uint32Array; holders: number }>();
  for (const layer of known) {
    const nodes = layer.map((path) => nodeOf.get(path) ?? -1);
    if (nodes.length === 0 || nodes.includes(-1)) continue;
    const sorted = Uint32Array.from(new Set(nodes)).sort();
    const key = sorted.join();
    const candidate = candidates.get(key) ?? { nodes: sorted, holders: 0 };
    candidate.holders++;
    candidates.set(key, candidate);
  }

  const bytesOf = (nodes: Uint32Array) => nodes.reduce((sum, node) => sum + graph.narSizes[node], 0);
  const ranked = [...candidates.values()].map((candidate) => ({
    ...candidate,
    bytes: bytesOf(candidate.nodes),
  }));
  ranked.sort(
    (a, b) => b.holders - a.holders || b.bytes - a.bytes || (a.nodes.join() < b.nodes.join() ? -1 : 1),
  );
  const taken = isTaken.slice();
  const chosen: Uint32Array[] = [];
  for (const { nodes, bytes } of ranked) {
    if (nodes.some((node) => taken[node] === 1)) continue;
    if (furtherUpdates(graph, columns, nodes, bytes) > PULL_WEIGHT * bytes) continue;
    for (const node of nodes) taken[node] = 1;
    chosen.push(nodes);
  }
  return chosen.sort((a, b) => a[0] - b[0]);
}

/** Bytes times updates that the paths of a layer are moved by, and would not be if each were alone. */
function furtherUpdates(
  { narSizes }: ClosureGraph,
  { bits, words, weights }: ClosureColumns,
  nodes: Uint32Array,
  bytes: number,
): number {
  const row = new Uint32Array(words);
  let alone = 0;
  for (const node of nodes) {
    addRow(row, 0, bits, node * words, words);
    alone += narSizes[node] * measure(bits, node * words, weights);
  }
  return bytes * measure(row, 0, weights) - alone;
}
