import { create } from 'zustand';
import type { PopularityCounts } from '../../shared/contract/popularity.ts';
import type { Layering } from '../../shared/document.ts';

/** The counts that were chosen for the open document; null where those of its package source count. The host keeps them. */
export const usePopularity = create<{ readonly chosen: PopularityCounts | null }>(() => ({ chosen: null }));

/** Whether a strategy looks at how popular paths are. */
export function looksAtPopularity({ strategy }: Pick<Layering, 'strategy'>): boolean {
  return strategy === 'strata' || strategy === 'nixery';
}
