import { storePathName } from '../../../engine/graph/closure-graph.ts';
import { DEFAULT_BUDGET, layeringSchema } from '../../../shared/document.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { type PlannedSet, planImageSet } from '../../planning/plan-set.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { addNixOptions, layeringWith, type NixOptions } from '../options.ts';
import { parseCount } from '../parse-count.ts';
import {
  addPlanningOptions,
  type PlanningOptions,
  readKnown,
  readPlanningInput,
} from '../planning-options.ts';
import { addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { formatTable } from '../table.ts';

interface PlanSetCommandOptions extends PlanningOptions, NixOptions, RegistryOptions {
  readonly budget?: number;
  readonly out?: string;
  readonly json?: true;
}

export const addPlanSetCommand: AddCommand = (program, run) => {
  const command = program
    .command('plan-set')
    .description('Plan a set of images together: a layer is shared by exactly the images that need it.')
    .argument('<images...>', 'closure graphs or documents; a directory stands for those in it')
    .option(
      '--budget <layers>',
      `most layers of each image; that of its document, else ${DEFAULT_BUDGET}, where it is left out`,
      parseCount,
    );
  addRegistryOptions(addPlanningOptions(addNixOptions(command)))
    .option('--out <file>', 'write the plan as JSON to a file, which --known takes')
    .option('--json', 'print the plan as JSON')
    .action(run(planSetCommand));
};

async function planSetCommand(
  context: CommandContext,
  locations: readonly string[],
  options: PlanSetCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { budget } = options;
  const layering = layeringWith(layeringSchema.parse({}), budget === undefined ? {} : { budget });
  const input = await readPlanningInput(context, options, layering);
  const images = await readKnown(context, locations, options);
  const set = planImageSet({ images, ...input, budget, defaultBudget: layering.budget });
  if (options.out !== undefined) await writeWhole(options.out, `${JSON.stringify(set)}\n`);
  if (options.json) terminal.print(JSON.stringify(set, null, 2));
  else if (options.out === undefined) {
    for (const line of setTables(set, terminal.columns)) terminal.print(line);
  }
  terminal.note(
    `${count(set.images.length, 'image')}, ${count(set.layers.length, 'distinct layer')}, ${formatBytes(set.layerBytes)}: ` +
      `${(set.layerBytes / Math.max(1, set.pathBytes)).toFixed(2)} times the ${formatBytes(set.pathBytes)} of distinct paths`,
  );
  const existing = set.layers.filter(({ exists }) => exists);
  if (input.known.length > 0) {
    const bytes = existing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    terminal.note(`${count(existing.length, 'layer')}, ${formatBytes(bytes)}, in known images already`);
  }
  return undefined;
}

/** The images, then the distinct layers. */
function setTables({ images, layers }: PlannedSet, width: number): string[] {
  const own = (image: number) =>
    layers.filter((layer) => layer.images.length === 1 && layer.images[0] === image);
  const imageTable = formatTable(
    [
      { title: 'size', align: 'right' },
      { title: 'layers', align: 'right' },
      { title: 'budget', align: 'right' },
      { title: 'only here', align: 'right' },
      { title: 'image' },
    ],
    images.map(({ name, budget, layers: numbers, sizeBytes }, image) => [
      formatBytes(sizeBytes),
      String(numbers.length),
      String(budget),
      formatBytes(own(image).reduce((sum, layer) => sum + layer.sizeBytes, 0)),
      name,
    ]),
    width,
  );
  const layerTable = formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'images', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'paths', align: 'right' },
      { title: 'packages' },
    ],
    layers.map(({ images: holders, sizeBytes, contents }, number) => [
      String(number + 1),
      String(holders.length),
      formatBytes(sizeBytes),
      String(contents.length),
      contents.map(storePathName).join(', '),
    ]),
    width,
  );
  return [...imageTable, '', ...layerTable];
}
