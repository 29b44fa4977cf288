import { DirectedGraph } from 'graphology';
import type { Closure } from '../../state/closure/analysis.ts';
import { withoutVersion } from '../../state/format.ts';
import type { Positions } from './layered-layout.ts';

export interface NodeAttributes {
  x: number;
  y: number;
  size: number;
  color: string;
  label: string;
}

/** The closure as graphology has it; nodes and edges are named by their numbers. */
export function sigmaGraph(
  { graph, references, names }: Closure,
  positions: Positions,
): DirectedGraph<NodeAttributes> {
  const result = new DirectedGraph<NodeAttributes>({ allowSelfLoops: false });
  for (let node = 0; node < graph.size; node++) {
    result.addNode(String(node), {
      x: positions[2 * node],
      y: positions[2 * node + 1],
      size: 3,
      color: '#888888',
      label: withoutVersion(names[node]),
    });
  }
  for (let node = 0; node < graph.size; node++) {
    for (let edge = references.offsets[node]; edge < references.offsets[node + 1]; edge++) {
      result.addDirectedEdgeWithKey(String(edge), String(node), String(references.targets[edge]));
    }
  }
  return result;
}
