import { storePathName } from '../../../engine/graph/closure-graph.ts';
import type { Plan, PlannedLayer } from '../../../engine/plan/plan.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { writeWhole } from '../../documents/write-whole.ts';
import { planGraph } from '../../planning/plan-graph.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { type GraphOptions, graphInput } from '../composition.ts';
import { addCompositionOptions, addLayeringOptions, type LayeringOptions, layeringWith } from '../options.ts';
import { addPlanningOptions, knownContext, type PlanningOptions } from '../planning-options.ts';
import { formatTable } from '../table.ts';

interface PlanOptions extends GraphOptions, LayeringOptions, PlanningOptions {
  readonly out?: string;
  readonly json?: true;
}

export const addPlanCommand: AddCommand = (program, run) => {
  const command = program
    .command('plan')
    .description('Group the paths of a closure into layers, without packing them.')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document')
    .option('--pop <file>', 'popularity counts, a JSON object from names to numbers');
  addPlanningOptions(addLayeringOptions(addCompositionOptions(command)))
    .option('--out <file>', 'write the plan as JSON to a file')
    .option('--json', 'print the plan as JSON')
    .action(run(planCommand));
};

async function planCommand(
  context: CommandContext,
  spec: string | undefined,
  options: PlanOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { graph, popularity, layering: fromDocument } = await graphInput(context, spec, options);
  const layering = layeringWith(fromDocument, options);
  const { known, hints } = options;
  const request = { graph, popularity, layering, known, hintsFile: hints };
  const plan = await planGraph(request, knownContext(context, options));
  const layers = plan.layers(layering.budget);
  if (options.out !== undefined) {
    await writeWhole(options.out, `${JSON.stringify(planReport(plan, layers, layering.budget))}\n`);
  }
  if (options.json) {
    terminal.print(JSON.stringify(planReport(plan, layers, layering.budget), null, 2));
  } else if (options.out === undefined) {
    for (const line of planTable(plan, layers, terminal.columns)) terminal.print(line);
  }
  terminal.note(
    `${count(layers.length, 'layer')} of ${count(graph.size, 'path')} by ${plan.strategy}, budget ${layering.budget}, ` +
      `${formatBytes(layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`,
  );
  return undefined;
}

function planReport(plan: Plan, layers: readonly PlannedLayer[], budget: number): unknown {
  return {
    strategy: plan.strategy,
    budget,
    layers: layers.map(({ nodes, sizeBytes }) => ({
      sizeBytes,
      contents: Array.from(nodes, (node) => plan.graph.paths[node]),
    })),
  };
}

function planTable({ graph }: Plan, layers: readonly PlannedLayer[], width: number): string[] {
  return formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'paths', align: 'right' },
      { title: 'packages' },
    ],
    layers.map(({ nodes, sizeBytes }, index) => [
      String(index + 1),
      formatBytes(sizeBytes),
      String(nodes.length),
      Array.from(nodes)
        .toSorted((a, b) => graph.narSizes[b] - graph.narSizes[a] || a - b)
        .slice(0, 40)
        .map((node) => storePathName(graph.paths[node]))
        .join(', '),
    ]),
    width,
  );
}
