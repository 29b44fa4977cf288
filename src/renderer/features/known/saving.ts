import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { KnownEntry } from '../../../shared/contract/known.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { reasonLines, totalLines } from '../../../shared/layer-sharing.ts';
import { holdersOf, takenOver } from '../../layers/holders.ts';
import type { ShownPlan } from '../../state/closure/planner.ts';

/** What an entry of the list saves, in words. */
export interface EntrySaving {
  readonly text: string;
  readonly isUseful: boolean;
}

type Planned = Pick<ShownPlan, 'graph' | 'known'>;

/** What the command line says of all known images together. */
export function totalSaving({ graph, known }: Planned, layers: readonly PlannedLayer[]): readonly string[] {
  return totalLines(graph, layers, known);
}

/** How much of an image the images of an entry have, or why they have nothing of it. */
export function entrySaving(
  { graph, known }: Planned,
  layers: readonly PlannedLayer[],
  { images }: KnownEntry,
): EntrySaving {
  const names = new Set(images.map(({ name }) => name));
  const compared = known.filter(({ name }) => names.has(name));
  const holders = holdersOf(graph, compared);
  if (holders === null) return { text: 'It has the same paths as this image.', isUseful: false };
  const shared = takenOver(layers, holders);
  if (shared.layers > 0) {
    const along = compared.every(({ type }) => type === 'planned') ? ', planned along' : ' taken over';
    return {
      text: `${count(shared.layers, 'layer')}, ${formatBytes(shared.sizeBytes)}${along}`,
      isUseful: true,
    };
  }
  return { text: reasonLines(graph, layers, compared).join(' '), isUseful: false };
}
