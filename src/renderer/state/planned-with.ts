import type { PlannedWith } from '../../shared/contract/image-request.ts';
import type { KnownList } from '../../shared/contract/known.ts';
import type { PopularityCounts } from '../../shared/contract/popularity.ts';
import type { Layering } from '../../shared/document.ts';
import { listFor, useKnown } from './known.ts';
import { looksAtPopularity, usePopularity } from './popularity.ts';

/** What the host is to plan the open document with, as the window does. */
export function plannedWith(layering: Pick<Layering, 'strategy'>): PlannedWith {
  return idsOf(layering, useKnown.getState().list, usePopularity.getState().chosen);
}

export function usePlannedWith(layering: Pick<Layering, 'strategy'>): PlannedWith {
  return idsOf(
    layering,
    useKnown(({ list }) => list),
    usePopularity(({ chosen }) => chosen),
  );
}

function idsOf(
  layering: Pick<Layering, 'strategy'>,
  list: KnownList | null,
  chosen: PopularityCounts | null,
): PlannedWith {
  return {
    known: listFor(layering, list)?.list ?? null,
    popularity: looksAtPopularity(layering) ? (chosen?.id ?? null) : null,
  };
}
