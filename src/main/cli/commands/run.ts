import type { Command } from 'commander';
import { prepareRun } from '../../verbs/run.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { runImage } from '../run-image.ts';
import { addEntrypointOption, addRunOptions, type RunOptions } from '../run-options.ts';
import { splitCommand } from '../split-command.ts';

export const addRunCommand: AddCommand = (program, run) => {
  const command = program
    .command('run')
    .description('Compose an image and run it, without packing it.')
    .argument('[spec]', 'a *.strata.json document')
    .argument('[command...]', 'after --: what to run in place of Cmd');
  addEntrypointOption(addRunOptions(command)).action(run(runCommand));
};

function runCommand(
  context: CommandContext,
  _spec: string | undefined,
  _words: readonly string[],
  options: RunOptions,
  command: Command,
): Promise<number> {
  return runImage(context, prepareRun, { ...splitCommand(command), options });
}
