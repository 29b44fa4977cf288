import { DirectedGraph } from 'graphology';
import { itemAt } from '../../../engine/graph/item-at.ts';
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
      x: itemAt(positions, 2 * node),
      y: itemAt(positions, 2 * node + 1),
      size: 3,
      color: '#888888',
      label: withoutVersion(itemAt(names, node)),
    });
  }
  for (let node = 0; node < graph.size; node++) {
    const end = itemAt(references.offsets, node + 1);
    for (let edge = itemAt(references.offsets, node); edge < end; edge++) {
      result.addDirectedEdgeWithKey(String(edge), String(node), String(itemAt(references.targets, edge)));
    }
  }
  return result;
}
