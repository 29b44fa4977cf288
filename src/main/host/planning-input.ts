import type { PlannedWith } from '../../shared/contract/image-request.ts';
import type { PlanningInput } from '../verbs/plan.ts';
import type { KnownLists } from './known-lists.ts';
import type { Popularities } from './popularities.ts';

export interface PlanningServices {
  readonly known: KnownLists;
  readonly popularities: Popularities;
}

/** What a window plans with, for the verbs. @throws StrataError `not-found` where it is not kept any more. */
export async function planningInput(
  { known, popularity }: PlannedWith,
  services: PlanningServices,
): Promise<PlanningInput> {
  return {
    known: await services.known.images(known),
    popularity: await services.popularities.counts(popularity),
  };
}
