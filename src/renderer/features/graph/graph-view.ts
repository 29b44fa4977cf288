import { create } from 'zustand';

export type SizeBy = 'nar' | 'closure';
export type ColourBy = 'layer' | 'sharing' | 'depth';

/** How the graph is looked at. */
export interface GraphView {
  readonly layout: 'layered' | 'force';
  readonly sizeBy: SizeBy;
  readonly colourBy: ColourBy;
  /** Paths of fewer bytes are hidden. */
  readonly minBytes: number;
  /** A store path of the only layer that is shown; null for all. */
  readonly layerOf: string | null;
  readonly view: 'graph' | 'table';
}

export const useGraphView = create<GraphView>(() => ({
  layout: 'layered',
  sizeBy: 'nar',
  colourBy: 'sharing',
  minBytes: 0,
  layerOf: null,
  view: 'graph',
}));
