import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';

/** Pairs of places, left and right, whose layers hold the same nodes. */
export function sameLayers(
  left: readonly PlannedLayer[],
  right: readonly PlannedLayer[],
): readonly (readonly [number, number])[] {
  const places = new Map<number, number>();
  for (const [place, { nodes }] of right.entries()) places.set(itemAt(nodes, 0), place);
  return left.flatMap(({ nodes }, place) => {
    const other = places.get(itemAt(nodes, 0));
    if (other === undefined) return [];
    const others = itemAt(right, other).nodes;
    const same = others.length === nodes.length && nodes.every((node, index) => node === others[index]);
    return same ? [[place, other] as const] : [];
  });
}
