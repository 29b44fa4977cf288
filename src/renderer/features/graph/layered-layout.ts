import { stronglyConnectedComponents } from '../../../engine/graph/components.ts';
import { type Csr, neighbours } from '../../../engine/graph/csr.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/** Positions of nodes, x and y by turns. */
export type Positions = Float32Array;

/** Rows of more nodes than this are broken into several. */
const LONGEST_ROW = 56;
const ROW_HEIGHT = 1;
const SWEEPS = 4;

/**
 * A layout by depth: what was asked for on top, and every path below all that need it, so that what carries the most
 * lies lowest. Within a depth, nodes stand near what they are connected to (barycentre heuristic; Sugiyama, Tagawa and
 * Toda, 1981).
 */
export function layeredLayout({ graph, references, referrers }: Closure): Positions {
  const ranks = longestWays(references);
  const levels: number[][] = Array.from(
    { length: ranks.reduce((most, rank) => Math.max(most, rank), -1) + 1 },
    () => [],
  );
  for (let node = 0; node < graph.size; node++) itemAt(levels, itemAt(ranks, node)).push(node);

  const place = new Float32Array(graph.size);
  const spread = (level: readonly number[]) => {
    level.forEach((node, index) => {
      place[node] = (index + 0.5) / level.length;
    });
  };
  for (const level of levels) spread(level);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    const order = down ? levels : levels.toReversed();
    for (const level of order) {
      const wanted = new Map(
        level.map((node) => [node, meanPlace(node, down ? referrers : references, place) ?? place[node]]),
      );
      level.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a - b);
      spread(level);
    }
  }

  const positions = new Float32Array(2 * graph.size);
  let y = 0;
  for (const level of levels) {
    const rows = Math.max(1, Math.ceil(level.length / LONGEST_ROW));
    level.forEach((node, index) => {
      positions[2 * node] = itemAt(place, node) * width(levels);
      // Neighbours go to rows by turns, so that a broken row stays one band.
      positions[2 * node + 1] = -(y + (index % rows) * ROW_HEIGHT * 0.6);
    });
    y += ROW_HEIGHT * (1.6 + (rows - 1) * 0.6);
  }
  return positions;
}

/** References on the longest way to each node; the nodes of a cycle share a rank. */
export function longestWays(references: Csr): Uint32Array {
  const { count, of } = stronglyConnectedComponents(references);
  const members: number[][] = Array.from({ length: count }, () => []);
  of.forEach((component, node) => {
    itemAt(members, component).push(node);
  });
  const ranks = new Uint32Array(count);
  // Edges lead from higher components to lower ones, so a component's rank is known when its turn comes.
  for (let component = count - 1; component >= 0; component--) {
    for (const node of itemAt(members, component)) {
      for (const target of neighbours(references, node)) {
        const below = itemAt(of, target);
        if (below !== component) ranks[below] = Math.max(itemAt(ranks, below), itemAt(ranks, component) + 1);
      }
    }
  }
  return Uint32Array.from(of, (component) => itemAt(ranks, component));
}

/** As wide as tall, about: a screen is wider, but labels need room between the rows. */
function width(levels: readonly (readonly number[])[]): number {
  const rows = levels.reduce(
    (sum, level) => sum + 1.6 + (Math.ceil(level.length / LONGEST_ROW) - 1) * 0.6,
    0,
  );
  return Math.max(4, rows * 1.7);
}

function meanPlace(node: number, csr: Csr, place: Float32Array): number | null {
  const near = neighbours(csr, node);
  if (near.length === 0) return null;
  return near.reduce((sum, other) => sum + itemAt(place, other), 0) / near.length;
}
