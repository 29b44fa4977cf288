import { create } from 'zustand';

/** How the dominator tree is looked at. */
export interface WeightView {
  readonly view: 'treemap' | 'icicle' | 'tree';
  /** Store path that is zoomed to; null for the whole image. */
  readonly zoomedPath: string | null;
}

export const useWeightView = create<WeightView>(() => ({ view: 'treemap', zoomedPath: null }));
