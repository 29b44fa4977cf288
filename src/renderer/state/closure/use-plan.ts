import { useEffect } from 'react';
import type { HierarchicalPlan } from '../../../engine/plan/hierarchy.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { planKey } from './planner.ts';
import { planRequestOf, requestPlan, useClosure } from './store.ts';

/** The plan of a document for the closure on the screens; null until it is there, and for no document. */
export function usePlan(document: Pick<StrataDocument, 'layering'> | null): HierarchicalPlan | null {
  const request = document && planRequestOf(document);
  const key = request && planKey(request);
  const plan = useClosure((state) => (key === null ? undefined : state.plans[key]));
  const closure = useClosure((state) => state.closure);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the request
  useEffect(() => {
    if (request !== null) requestPlan(request);
  }, [key, closure]);
  return plan ?? null;
}
