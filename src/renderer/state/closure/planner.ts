import { planFromHierarchy } from '../../../engine/plan/hierarchy.ts';
import type { Plan } from '../../../engine/plan/plan.ts';
import type { KnownList } from '../../../shared/contract/known.ts';
import type { Layering } from '../../../shared/document.ts';
import type { GraphPlan } from '../../../shared/plan-graph.ts';
import { hasPlannedImages, listFor } from '../known.ts';
import type { Closure } from './analysis.ts';
import type { PlannerAnswer, PlannerRequest } from './planner.worker.ts';

/** What decides a plan, beside the closure. */
export interface PlanRequest {
  readonly layering: Layering;
  readonly known: KnownList | null;
}

/** A plan with what it was planned with, and what known images have of it. */
export interface ShownPlan extends Plan, Pick<GraphPlan, 'known' | 'options'> {
  /** False where other images are planned along: then it has the layers of one budget, whatever it is asked for. */
  readonly answersEveryBudget: boolean;
}

export interface Planner {
  /**
   * A plan; the same request twice is computed once.
   *
   * @returns null where a later request took its place before it was begun: a hand drags through many budgets
   */
  plan(request: PlanRequest): Promise<ShownPlan | null>;
  stop(): void;
}

/** The same for requests that the same plan answers: at every budget, unless images are planned along. */
export function planKey({ layering, known }: PlanRequest): string {
  const { budget, ...asked } = layering;
  const list = listFor(layering, known);
  return [
    JSON.stringify(asked),
    ...(list === null ? [] : [list.list]),
    ...(hasPlannedImages(list) ? [budget] : []),
  ].join(' ');
}

/** Plans the closure in a worker, so that no strategy holds up the window. */
export function startPlanner(closure: Closure): Planner {
  const worker = new Worker(new URL('./planner.worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, PromiseWithResolvers<PlannerAnswer>>();
  const plans = new Map<string, Promise<ShownPlan | null>>();
  let stopped: Error | undefined;
  let nextId = 0;
  /** The last of the plans of one budget: those before it that have not begun are not wanted any more. */
  let newest = 0;
  let inTurn: Promise<unknown> = Promise.resolve();
  const post = (request: PlannerRequest) => worker.postMessage(request);

  worker.addEventListener('message', ({ data }: MessageEvent<PlannerAnswer>) => {
    waiting.get(data.id)?.resolve(data);
    waiting.delete(data.id);
  });
  worker.addEventListener('error', ({ message }) => {
    stopped = new Error(`The planning worker stopped: ${message}`);
    for (const { reject } of waiting.values()) reject(stopped);
    waiting.clear();
  });
  const { graph, popularity, popularityScale } = closure;
  post({ type: 'graph', graph, popularity, popularityScale });

  const compute = async ({ layering, known }: PlanRequest): Promise<ShownPlan> => {
    if (stopped) throw stopped;
    const id = nextId++;
    const reply = Promise.withResolvers<PlannerAnswer>();
    waiting.set(id, reply);
    post({ type: 'plan', id, layering, known: listFor(layering, known) });
    const answer = await reply.promise;
    if ('problem' in answer) throw new Error(answer.problem);
    return shownPlan(closure, layering, answer);
  };
  const computeInTurn = (request: PlanRequest): Promise<ShownPlan | null> => {
    const turn = ++newest;
    const computed = inTurn.then(() => (turn === newest ? compute(request) : null));
    inTurn = computed.catch(() => undefined);
    return computed;
  };

  return {
    plan: (request) => {
      const key = planKey(request);
      const isOfOneBudget = hasPlannedImages(listFor(request.layering, request.known));
      const known = plans.get(key) ?? (isOfOneBudget ? computeInTurn(request) : compute(request));
      plans.set(key, known);
      known.then(
        (plan) => plan === null && plans.delete(key),
        () => plans.delete(key),
      );
      return known;
    },
    stop: () => worker.terminate(),
  };
}

function shownPlan(
  { graph, popularity }: Closure,
  { strategy }: Layering,
  { planned, known, options }: Exclude<PlannerAnswer, { problem: string }>,
): ShownPlan {
  const told = { known, options: { ...options, popularity } };
  if ('hierarchy' in planned) {
    return { ...planFromHierarchy(strategy, graph, planned.hierarchy), ...told, answersEveryBudget: true };
  }
  const { layers, maxLayers } = planned;
  return { strategy, graph, maxLayers, layers: () => layers, ...told, answersEveryBudget: false };
}
