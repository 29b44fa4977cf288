import { explainPlan, explanationLines } from '../../planning/explain.ts';
import { planGraph } from '../../planning/plan-graph.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { type GraphOptions, graphInput } from '../composition.ts';
import { addCompositionOptions, addLayeringOptions, type LayeringOptions, layeringWith } from '../options.ts';
import { addPlanningOptions, knownContext, type PlanningOptions } from '../planning-options.ts';

interface ExplainOptions extends GraphOptions, LayeringOptions, PlanningOptions {
  readonly json?: true;
}

export const addExplainCommand: AddCommand = (program, run) => {
  const command = program
    .command('explain')
    .description('Say of every layer why its paths are together, and what an update to each would move.')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document')
    .option('--pop <file>', 'popularity counts, a JSON object from names to numbers');
  addPlanningOptions(addLayeringOptions(addCompositionOptions(command)))
    .option('--json', 'print it as JSON')
    .action(run(explain));
};

async function explain(
  context: CommandContext,
  spec: string | undefined,
  options: ExplainOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { graph, popularity, layering: fromDocument } = await graphInput(context, spec, options);
  const layering = layeringWith(fromDocument, options);
  const request = { graph, popularity, layering, known: options.known, hintsFile: options.hints };
  const plan = await planGraph(request, knownContext(context, options));
  const explanations = explainPlan({ graph, popularity, layering, layers: plan.layers(layering.budget) });
  if (options.json) {
    const nameOf = (node: number) => graph.paths[node];
    const report = explanations.map(({ layer, updates, ...rest }) => ({
      ...rest,
      sizeBytes: layer.sizeBytes,
      contents: Array.from(layer.nodes, nameOf),
      updates: updates.map(({ node, ...update }) => ({ path: nameOf(node), ...update })),
    }));
    terminal.print(JSON.stringify(report, null, 2));
  } else {
    for (const line of explanationLines(graph, explanations)) terminal.print(line);
  }
  return undefined;
}
