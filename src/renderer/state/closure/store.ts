import { create } from 'zustand';
import type { ClosureGraph } from '../../../engine/graph/closure-graph.ts';
import type { ScaledPopularity } from '../../../engine/plan/popularity-scale.ts';
import type { BuildResult } from '../../../shared/contract/builds.ts';
import type { DocumentRef } from '../../../shared/contract/documents.ts';
import { readGraphMessage } from '../../../shared/contract/graph-message.ts';
import type { ImageResult } from '../../../shared/contract/images.ts';
import type { PopularityCounts } from '../../../shared/contract/popularity.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { host } from '../host.ts';
import { takeKnown } from '../known.ts';
import { usePopularity } from '../popularity.ts';
import { analyse, type Closure } from './analysis.ts';
import { type Planner, type PlanRequest, planKey, type ShownPlan, startPlanner } from './planner.ts';

export interface ClosureState {
  /** `none`: nothing was built yet. */
  readonly state: 'none' | 'loading' | 'ready' | 'failed';
  readonly failure: ShownFailure | null;
  readonly build: BuildResult | null;
  readonly closure: Closure | null;
  /** Plans that are ready, by {@link planKey}. */
  readonly plans: Readonly<Record<string, ShownPlan>>;
  /** Why plans could not be made, by {@link planKey}. */
  readonly planFailures: Readonly<Record<string, string>>;
  /** The last image that was packed of this document. */
  readonly image: ImageResult | null;
}

const NOTHING: ClosureState = {
  state: 'none',
  failure: null,
  build: null,
  closure: null,
  plans: {},
  planFailures: {},
  image: null,
};

export const useClosure = create<ClosureState>(() => NOTHING);

let planner: Planner | undefined;

function forgetClosure(): void {
  planner?.stop();
  planner = undefined;
  useClosure.setState(NOTHING, true);
  takeKnown(null);
  usePopularity.setState({ chosen: null });
}

let lastQuestion: symbol | undefined;

/** Looks for what was built and packed of a document before, and for the images that are known to it. */
export async function loadLatest(ref: DocumentRef): Promise<void> {
  forgetClosure();
  const question = Symbol(ref.draft);
  lastQuestion = question;
  const [build, image, known, popularity] = await Promise.all([
    host().builds.latest(ref),
    host().images.latest(ref),
    host().known.latest(ref),
    host().popularity.latest(ref),
  ]);
  // Another document may have been opened meanwhile.
  if (lastQuestion !== question) return;
  useClosure.setState({ image });
  takeKnown(known);
  usePopularity.setState({ chosen: popularity });
  if (build !== null) await takeBuild(build);
}

/** Loads the closure of a build and makes it the one that the screens show. */
export async function takeBuild(build: BuildResult): Promise<void> {
  if (useClosure.getState().build?.build === build.build) return;
  useClosure.setState({ state: 'loading', build, failure: null });
  try {
    const message = await host().builds.graph({ build: build.build });
    if (useClosure.getState().build !== build) return;
    const { graph, ...counted } = readGraphMessage(message);
    show(build.build, graph, counted);
  } catch (error) {
    if (useClosure.getState().build === build) {
      useClosure.setState({ state: 'failed', failure: toFailure(error) });
    }
  }
}

/** From now on the closure is shown and planned with these counts; with null, with those of its package source. */
export function takePopularity(chosen: PopularityCounts | null): void {
  usePopularity.setState({ chosen });
  const { closure } = useClosure.getState();
  if (closure !== null) show(closure.build, closure.graph, closure.counted);
}

/** @param counted popularity of the package source */
function show(build: string, graph: ClosureGraph, counted: ScaledPopularity): void {
  const closure = analyse(build, graph, counted, usePopularity.getState().chosen?.counts);
  planner?.stop();
  planner = startPlanner(closure);
  useClosure.setState({ state: 'ready', closure, plans: {}, planFailures: {} });
}

export function takeImage(image: ImageResult): void {
  useClosure.setState({ image });
}

/** Makes sure that a plan is there, or on its way. */
export function requestPlan(request: PlanRequest): void {
  const { closure, plans } = useClosure.getState();
  const key = planKey(request);
  if (closure === null || planner === undefined || plans[key] !== undefined) return;
  planner.plan(request).then(
    (plan) => {
      if (plan === null || useClosure.getState().closure !== closure) return;
      useClosure.setState((state) => ({ plans: { ...state.plans, [key]: plan } }));
    },
    (error: Error) => {
      if (useClosure.getState().closure !== closure) return;
      useClosure.setState((state) => ({ planFailures: { ...state.planFailures, [key]: error.message } }));
    },
  );
}
