import { create } from 'zustand';
import type { StrategyName } from '../../../engine/strategies/index.ts';

/** What the Strata screen shows, apart from the document and the closure. */
export interface StrataState {
  /** The budget under the hand, while the drill is dragged; else null, and the document's counts. */
  readonly liveBudget: number | null;
  /** A second strategy to look at side by side. */
  readonly compareWith: StrategyName | null;
  readonly view: 'section' | 'table';
  /** A store path of the layer that is open in the inspector: layers and closures change around it. */
  readonly openedPath: string | null;
}

export const useStrata = create<StrataState>(() => ({
  liveBudget: null,
  compareWith: null,
  view: 'section',
  openedPath: null,
}));

export function openLayerOf(path: string | null): void {
  useStrata.setState({ openedPath: path });
}
