import { type HierarchicalPlan, planFromHierarchy } from '../../../engine/plan/hierarchy.ts';
import type { PlanOptions, StrategyName } from '../../../engine/plan/index.ts';
import type { Closure } from './analysis.ts';
import type { PlannerAnswer, PlannerRequest } from './planner.worker.ts';

/** What decides a plan, beside the closure. */
export interface PlanRequest {
  readonly strategy: StrategyName;
  readonly options: Omit<PlanOptions, 'popularity'>;
}

export interface Planner {
  /** A plan; the same request twice is computed once. */
  plan(request: PlanRequest): Promise<HierarchicalPlan>;
  stop(): void;
}

export function planKey({ strategy, options }: PlanRequest): string {
  return `${strategy} ${JSON.stringify(options)}`;
}

/** Plans the closure in a worker, so that no strategy holds up the window. */
export function startPlanner(closure: Closure): Planner {
  const worker = new Worker(new URL('./planner.worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, PromiseWithResolvers<PlannerAnswer>>();
  const plans = new Map<string, Promise<HierarchicalPlan>>();
  let stopped: Error | undefined;
  let nextId = 0;
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
  post({ type: 'graph', graph: closure.graph, popularity: closure.popularity });

  const compute = async ({ strategy, options }: PlanRequest): Promise<HierarchicalPlan> => {
    if (stopped) throw stopped;
    const id = nextId++;
    const reply = Promise.withResolvers<PlannerAnswer>();
    waiting.set(id, reply);
    post({ type: 'plan', id, strategy, options });
    const answer = await reply.promise;
    if ('problem' in answer) throw new Error(answer.problem);
    return planFromHierarchy(strategy, closure.graph, answer.hierarchy);
  };

  return {
    plan: (request) => {
      const key = planKey(request);
      const known = plans.get(key) ?? compute(request);
      plans.set(key, known);
      known.catch(() => plans.delete(key));
      return known;
    },
    stop: () => worker.terminate(),
  };
}
