import { create } from 'zustand';
import type { ScaleKind } from './stack.ts';

/** How pictures of layers are drawn, on every screen alike. */
export const useScaleChoice = create<{
  /** null: to scale where that is legible. */
  readonly kind: ScaleKind | null;
}>(() => ({ kind: null }));
