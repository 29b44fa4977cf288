import { create } from 'zustand';
import type { StrategyName } from '../../../engine/strategies/index.ts';

/** What the Strata screen shows, apart from the document and the closure. */
export interface StrataState {
  /** The budget under the hand, while the drill is dragged; else null, and the document's counts. */
  readonly liveBudget: number | null;
  /** A second strategy to look at side by side. */
  readonly compareWith: StrategyName | null;
  readonly view: 'section' | 'table';
  /** Smallest node of the layer that is open in the inspector: the layer may change around it. */
  readonly openedNode: number | null;
}

export const useStrata = create<StrataState>(() => ({
  liveBudget: null,
  compareWith: null,
  view: 'section',
  openedNode: null,
}));

export function openLayerOf(node: number | null): void {
  useStrata.setState({ openedNode: node });
}
