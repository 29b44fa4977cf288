import { DEFAULT_BUDGET } from '../../../shared/document.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { writeWhole } from '../../documents/write-whole.ts';
import { readHintsFile } from '../../planning/hints-file.ts';
import { type PlannedSet, planImageSet } from '../../planning/plan-set.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { addNixOptions, type NixOptions } from '../options.ts';
import { parseCount } from '../parse-count.ts';
import { addPlanningOptions, knownContext, type PlanningOptions } from '../planning-options.ts';
import { formatTable } from '../table.ts';

interface PlanSetCommandOptions extends PlanningOptions, NixOptions {
  readonly budget: number;
  readonly out?: string;
  readonly json?: true;
}

export const addPlanSetCommand: AddCommand = (program, run) => {
  const command = program
    .command('plan-set')
    .description('Plan a set of images together: a layer is shared by exactly the images that need it.')
    .argument('<images...>', 'closure graphs or documents; a directory stands for those in it')
    .option('--budget <layers>', 'most layers of each image', parseCount, DEFAULT_BUDGET);
  addPlanningOptions(addNixOptions(command))
    .option('--out <file>', 'write the plan as JSON to a file')
    .option('--json', 'print the plan as JSON')
    .action(run(planSetCommand));
};

async function planSetCommand(
  context: CommandContext,
  images: readonly string[],
  options: PlanSetCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  const hints = options.hints === undefined ? undefined : await readHintsFile(options.hints);
  const set = await planImageSet(
    { images, known: options.known, budget: options.budget, hints },
    knownContext(context, options),
  );
  if (options.out !== undefined) await writeWhole(options.out, `${JSON.stringify(set)}\n`);
  if (options.json) terminal.print(JSON.stringify(set, null, 2));
  else if (options.out === undefined)
    for (const line of setTable(set, terminal.columns)) terminal.print(line);
  terminal.note(
    `${count(set.images.length, 'image')}, ${count(set.layers.length, 'distinct layer')}, ` +
      `${formatBytes(set.layerBytes)}, ${(set.layerBytes / set.pathBytes).toFixed(2)} times the distinct paths`,
  );
  return undefined;
}

function setTable({ layers }: PlannedSet, width: number): string[] {
  return formatTable(
    [
      { title: 'images', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'paths', align: 'right' },
      { title: 'first' },
    ],
    layers.map(({ images, sizeBytes, contents }) => [
      String(images.length),
      formatBytes(sizeBytes),
      String(contents.length),
      contents[0] ?? '',
    ]),
    width,
  );
}
