import { pathsAt, storePathName } from '../../../engine/graph/closure-graph.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { reasonInWords } from '../../../shared/layer-reasons.ts';
import { layerHolders } from '../../../shared/layer-sharing.ts';
import { explainPlan, explanationLines } from '../../planning/explain.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { addCompositionOptions, addLayeringOptions } from '../options.ts';
import { type PlanFromOptions, planFrom } from '../plan-from.ts';
import { addPlanningOptions, addPopularityOption } from '../planning-options.ts';
import { addRegistryOptions } from '../registry-options.ts';

interface ExplainOptions extends PlanFromOptions {
  readonly json?: true;
}

export const addExplainCommand: AddCommand = (program, run) => {
  const command = program
    .command('explain')
    .description('Say of every layer why its paths are together, and what an update to each would move.')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document');
  addPopularityOption(addPlanningOptions(addLayeringOptions(addCompositionOptions(command))));
  addRegistryOptions(command).option('--json', 'print it as JSON').action(run(explain));
};

async function explain(
  context: CommandContext,
  spec: string | undefined,
  options: ExplainOptions,
): Promise<undefined> {
  const { terminal } = context;
  const planned = await planFrom(context, spec, options);
  if (!options.json) {
    for (const line of explanationLines(planned)) terminal.print(line);
    return undefined;
  }
  const { graph, layers, layering, known } = planned;
  const holders = layerHolders(graph, layers, known);
  const pathOf = (node: number) => itemAt(graph.paths, node);
  const report = explainPlan(planned).map(({ layer, reason, updates, ...rest }, at) => ({
    sizeBytes: layer.sizeBytes,
    contents: pathsAt(graph, layer.nodes),
    reason: {
      ...reason,
      ...(reason.kind === 'companions' ? { host: pathOf(reason.host) } : {}),
      text: reasonInWords(reason, layering.strategy, (node) => storePathName(pathOf(node))),
    },
    ...(known.length === 0 ? {} : { known: holders[at] }),
    ...rest,
    updates: updates.map(({ node, ...update }) => ({ path: pathOf(node), ...update })),
  }));
  terminal.print(JSON.stringify(report, null, 2));
  return undefined;
}
