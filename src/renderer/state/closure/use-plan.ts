import { useEffect, useRef } from 'react';
import type { StrataDocument } from '../../../shared/document.ts';
import { useKnown } from '../known.ts';
import { type PlanRequest, planKey, type ShownPlan } from './planner.ts';
import { requestPlan, useClosure } from './store.ts';

/** What to plan for a document, with the images that are known to it; null for no document. */
export function usePlanRequest(document: Pick<StrataDocument, 'layering'> | null): PlanRequest | null {
  const known = useKnown(({ list }) => list);
  return document && { layering: document.layering, known };
}

/** The plan of a document for the closure on the screens; null until it is there, and for no document. */
export function usePlan(document: Pick<StrataDocument, 'layering'> | null): ShownPlan | null {
  const request = usePlanRequest(document);
  const key = request && planKey(request);
  const plan = useClosure((state) => (key === null ? undefined : state.plans[key]));
  const closure = useClosure((state) => state.closure);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the request
  useEffect(() => {
    if (request !== null) requestPlan(request);
  }, [key, closure]);
  return plan ?? null;
}

/** The same; while the next plan is computed, the last one that this closure had here. */
export function useShownPlan(document: Pick<StrataDocument, 'layering'>): ShownPlan | null {
  const plan = usePlan(document);
  const graph = useClosure((state) => state.closure?.graph);
  const last = useRef<ShownPlan | null>(null);
  if (plan !== null) last.current = plan;
  return plan ?? (last.current?.graph === graph ? last.current : null);
}
