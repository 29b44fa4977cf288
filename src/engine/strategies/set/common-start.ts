import type { ClosureGraph } from '../../graph/closure-graph.ts';
import type { KnownLayer } from './reusable.ts';

/**
 * The layers that an image can begin with as another one does, for stores that share layers only from the first on: as
 * many as it has all paths of, with none that `isTaken` marks. Of several images, the one that gives most bytes.
 *
 * @returns nodes of each layer, ascending, in the order of that image
 */
export function commonStart(
  graph: ClosureGraph,
  images: readonly (readonly KnownLayer[])[],
  isTaken: Uint8Array,
): readonly Uint32Array[] {
  const nodeOf = new Map(graph.paths.map((path, node) => [path, node]));
  let longest: readonly Uint32Array[] = [];
  let most = 0;
  for (const layers of images) {
    const taken = isTaken.slice();
    const start: Uint32Array[] = [];
    let bytes = 0;
    for (const layer of layers) {
      const nodes = Uint32Array.from(layer, (path) => nodeOf.get(path) ?? graph.size).sort();
      if (nodes.length === 0 || nodes.some((node) => node === graph.size || taken[node] === 1)) break;
      for (const node of nodes) {
        taken[node] = 1;
        bytes += graph.narSizes[node];
      }
      start.push(nodes);
    }
    if (bytes > most) {
      most = bytes;
      longest = start;
    }
  }
  return longest;
}
