import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import type { ForceAnswer, ForceRequest } from './force.worker.ts';
import type { Positions } from './layered-layout.ts';

const FIELDS = 10;
const LONGEST_MS = 5000;

/** The matrices that graphology-layout-forceatlas2 works on (its helpers.js). */
export function forceMatrices(
  { graph, references }: Closure,
  from: Positions,
  radii: Float32Array,
): Pick<ForceRequest, 'nodes' | 'edges'> {
  const nodes = new Float32Array(FIELDS * graph.size);
  for (let node = 0; node < graph.size; node++) {
    // The layered layout is on a grid, where forces cancel out; a spiral's offset is enough to break the tie.
    nodes[FIELDS * node] = itemAt(from, 2 * node) * 40 + Math.cos(node) * 0.7;
    nodes[FIELDS * node + 1] = itemAt(from, 2 * node + 1) * 40 + Math.sin(node) * 0.7;
    nodes[FIELDS * node + 6] = 1;
    nodes[FIELDS * node + 7] = 1;
    nodes[FIELDS * node + 8] = itemAt(radii, node);
  }
  const edges = new Float32Array(3 * references.targets.length);
  for (let node = 0; node < graph.size; node++) {
    const end = itemAt(references.offsets, node + 1);
    for (let edge = itemAt(references.offsets, node); edge < end; edge++) {
      const target = itemAt(references.targets, edge);
      edges.set([FIELDS * node, FIELDS * target, 1], 3 * edge);
      for (const end of [node, target]) nodes[FIELDS * end + 6] = itemAt(nodes, FIELDS * end + 6) + 1;
    }
  }
  return { nodes, edges };
}

/**
 * Runs the layout in a worker.
 *
 * @param onPositions called with every step that is worth showing
 * @returns what ends it early
 */
export function startForceLayout(
  closure: Closure,
  from: Positions,
  radii: Float32Array,
  onPositions: (positions: Positions, done: boolean) => void,
): () => void {
  const worker = new Worker(new URL('./force.worker.ts', import.meta.url), { type: 'module' });
  const { size } = closure.graph;
  const request: ForceRequest = {
    ...forceMatrices(closure, from, radii),
    settings: {
      linLogMode: false,
      outboundAttractionDistribution: true,
      adjustSizes: false,
      edgeWeightInfluence: 1,
      scalingRatio: 12,
      strongGravityMode: false,
      gravity: 1.2,
      slowDown: 1 + Math.log(Math.max(2, size)),
      barnesHutOptimize: size > 600,
      barnesHutTheta: 0.6,
    },
    longestMs: LONGEST_MS,
  };
  worker.addEventListener('message', ({ data }: MessageEvent<ForceAnswer>) => {
    onPositions(data.positions, data.done);
    if (data.done) worker.terminate();
  });
  worker.postMessage(request, [request.nodes.buffer, request.edges.buffer]);
  return () => worker.terminate();
}
