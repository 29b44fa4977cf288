import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { ComparedImage } from '../../shared/known-images.ts';
import { type LayerHolder, pathHolders } from '../../shared/layer-sharing.ts';
import { oncePerLayer } from './layering-facts.ts';

/** The known images that have a layer, as the command line tells them. */
export type HoldersOf = (layer: PlannedLayer) => readonly LayerHolder[];

/** @returns null where no images are known, so that there is nothing to mark */
export function holdersOf(graph: ClosureGraph, known: readonly ComparedImage[]): HoldersOf | null {
  if (known.length === 0) return null;
  const holders = pathHolders(known);
  return oncePerLayer(({ nodes }) => holders(Array.from(nodes, (node) => itemAt(graph.paths, node))));
}

export interface TakenOver {
  readonly layers: number;
  readonly sizeBytes: number;
}

/** What known images have of an image, whether it exists or is planned along. */
export function takenOver(layers: readonly PlannedLayer[], holders: HoldersOf): TakenOver {
  const taken = layers.filter((layer) => holders(layer).length > 0);
  return { layers: taken.length, sizeBytes: taken.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** What holders make of a layer, in a word or two; null where none has it. */
export function heldInWords(holders: readonly LayerHolder[]): string | null {
  if (holders.length === 0) return null;
  return holders.some(({ exists }) => exists) ? 'taken over' : 'planned along';
}
