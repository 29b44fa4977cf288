import { pathsAt, storePathName } from '../../../engine/graph/closure-graph.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { layerCountNotices } from '../../../shared/layer-count.ts';
import { layerHolders, sharingLines } from '../../../shared/layer-sharing.ts';
import { writeWhole } from '../../files/write-whole.ts';
import type { PlannedClosure } from '../../verbs/plan.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { addCompositionOptions, addLayeringOptions } from '../options.ts';
import { type PlanFromOptions, planFrom } from '../plan-from.ts';
import { addPlanningOptions, addPopularityOption } from '../planning-options.ts';
import { printable } from '../printable.ts';
import { addRegistryOptions } from '../registry-options.ts';
import { formatTable } from '../table.ts';

interface PlanOptions extends PlanFromOptions {
  readonly out?: string;
  readonly json?: true;
}

export const addPlanCommand: AddCommand = (program, run) => {
  const command = program
    .command('plan')
    .description('Group the paths of a closure into layers, without packing them.')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document');
  addPopularityOption(addPlanningOptions(addLayeringOptions(addCompositionOptions(command))));
  addRegistryOptions(command)
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
  const planned = await planFrom(context, spec, options);
  const { plan, graph, layers, layering, known } = planned;
  if (options.out !== undefined) {
    await writeWhole(options.out, `${JSON.stringify(planReport(planned))}\n`);
  }
  if (options.json) {
    terminal.print(JSON.stringify(planReport(planned), null, 2));
  } else if (options.out === undefined) {
    for (const line of planTable(planned, terminal.columns)) terminal.print(printable(line));
  }
  terminal.note(
    `${count(layers.length, 'layer')} of ${count(graph.size, 'path')} by ${plan.strategy}, budget ${layering.budget}, ` +
      `${formatBytes(layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`,
  );
  for (const notice of layerCountNotices(layers.length + 1)) terminal.note(`note: ${notice}`);
  for (const line of sharingLines(graph, layers, known)) terminal.note(line);
  return undefined;
}

function planReport({ plan, graph, layers, layering, known }: PlannedClosure): unknown {
  const holders = layerHolders(graph, layers, known);
  return {
    strategy: plan.strategy,
    budget: layering.budget,
    layers: layers.map(({ nodes, sizeBytes }, at) => ({
      sizeBytes,
      contents: pathsAt(graph, nodes),
      ...(known.length === 0 ? {} : { known: holders[at] }),
    })),
  };
}

function planTable({ graph, layers, known }: PlannedClosure, width: number): string[] {
  const holders = layerHolders(graph, layers, known);
  const held = known.length === 0 ? [] : [{ title: 'also in' }];
  return formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'paths', align: 'right' },
      ...held,
      { title: 'packages' },
    ],
    layers.map(({ nodes, sizeBytes }, index) => [
      String(index + 1),
      formatBytes(sizeBytes),
      String(nodes.length),
      ...held.map(() => holderCell(itemAt(holders, index).map(({ image }) => image))),
      Array.from(nodes)
        .toSorted((a, b) => itemAt(graph.narSizes, b) - itemAt(graph.narSizes, a) || a - b)
        .slice(0, 40)
        .map((node) => storePathName(itemAt(graph.paths, node)))
        .join(', '),
    ]),
    width,
  );
}

const LONGEST_NAME = 24;

/** Sets lie in one directory or repository: what tells images apart is the end of their names. */
function holderCell([first, ...others]: readonly string[]): string {
  if (first === undefined) return '-';
  const base = first.slice(first.lastIndexOf('/') + 1);
  const name = base.length > LONGEST_NAME ? `${base.slice(0, LONGEST_NAME - 1)}…` : base;
  return others.length === 0 ? name : `${name} +${others.length}`;
}
