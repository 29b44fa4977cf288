import { create } from 'zustand';
import type { KnownList } from '../../shared/contract/known.ts';
import type { Layering } from '../../shared/document.ts';

/** The known images of the open document; null where none were added. The host keeps the list, the document does not. */
export const useKnown = create<{ readonly list: KnownList | null }>(() => ({ list: null }));

export function takeKnown(list: KnownList | null): void {
  useKnown.setState({ list });
}

/** What of a list a layering is planned with: only the strategy `strata` looks at other images. */
export function listFor({ strategy }: Pick<Layering, 'strategy'>, list: KnownList | null): KnownList | null {
  return strategy === 'strata' && list !== null && list.entries.length > 0 ? list : null;
}

/** Whether images are planned along: then every budget is a plan of its own. */
export function hasPlannedImages(list: KnownList | null): boolean {
  return list?.entries.some(({ images }) => images.some(({ type }) => type === 'planned')) ?? false;
}
