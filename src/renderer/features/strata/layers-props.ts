import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { HoldersOf } from '../../layers/holders.ts';
import type { LayerLabel } from '../../layers/layer-labels.ts';
import type { FactsSource } from '../../layers/layering-facts.ts';

/** What shows the layers, be it as a picture or as a table. */
export interface LayersProps {
  readonly layers: readonly PlannedLayer[];
  readonly facts: FactsSource;
  readonly label: (layer: PlannedLayer) => LayerLabel;
  /** Whether there is an image to compare with, so that new layers are marked. */
  readonly marked: boolean;
  /** null where no images are known. */
  readonly holders: HoldersOf | null;
  /** A node of the layer that is looked at. */
  /** A node of the layer that is open, -1 where none is. */
  readonly openedNode: number;
  readonly onOpen: (node: number) => void;
}
