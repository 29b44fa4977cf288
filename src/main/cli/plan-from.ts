import { type PlannedClosure, type PlanningInput, planClosure } from '../verbs/plan.ts';
import type { CommandContext } from './command.ts';
import { type GraphOptions, graphInput } from './composition.ts';
import { type LayeringOptions, layeringWith } from './options.ts';
import { noteUnmatched, type PlanningOptions, readPlanningInput } from './planning-options.ts';
import type { RegistryOptions } from './registry-options.ts';

/** Options of the commands that plan and do not build. */
export interface PlanFromOptions extends GraphOptions, LayeringOptions, PlanningOptions, RegistryOptions {}

/** Plans what a command is about, and says which of its hints are of no use. */
export async function planFrom(
  context: CommandContext,
  spec: string | undefined,
  options: PlanFromOptions,
): Promise<PlannedClosure> {
  let input: PlanningInput = { known: [] };
  const {
    graph,
    popularity,
    layering: given,
  } = await graphInput(context, spec, options, async (ofDocument, system) => {
    input = await readPlanningInput(context, options, layeringWith(ofDocument, options), system);
  });
  const layering = layeringWith(given, options);
  const planned = planClosure({ graph, popularity }, layering, input);
  noteUnmatched(context, planned.unmatchedHints);
  return planned;
}
