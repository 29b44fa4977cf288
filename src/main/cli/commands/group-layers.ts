import { runGroupLayers } from '../../planning/group-layers.ts';
import type { AddCommand } from '../command.ts';
import { parseCount } from '../parse-count.ts';

interface GroupLayersOptions {
  readonly graph: string;
  readonly pop?: string;
  readonly budget: number;
  readonly out: string;
}

export const addGroupLayersCommand: AddCommand = (program, run) => {
  program
    .command('group-layers')
    .description("Group a closure graph by Nixery's algorithm, with the interface of its group-layers.")
    .requiredOption('--graph <file>', '.attrs.json of exportReferencesGraph')
    .option('--pop <file>', 'popularity counts, a JSON object from names to numbers')
    .option('--budget <layers>', 'most layers', parseCount, 94)
    .requiredOption('--out <file>', 'where to write [{"contents": [store paths]}, …]')
    .action(
      run(async (_context, options: GroupLayersOptions) => {
        await runGroupLayers(options);
        return undefined;
      }),
    );
};
