import type { Command } from 'commander';
import { prepareShell } from '../../verbs/run.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { runImage } from '../run-image.ts';
import { addRunOptions, type RunOptions } from '../run-options.ts';
import { splitCommand } from '../split-command.ts';

export const addShellCommand: AddCommand = (program, run) => {
  const command = program
    .command('shell')
    .description('Run a shell in an image: its own, else one that is added for this run alone.')
    .argument('[spec]', 'a *.strata.json document')
    .argument('[arguments...]', 'after --: what the shell is given, such as -c COMMAND');
  addRunOptions(command).action(run(shell));
};

function shell(
  context: CommandContext,
  _spec: string | undefined,
  _words: readonly string[],
  options: RunOptions,
  command: Command,
): Promise<number> {
  return runImage(context, prepareShell, { ...splitCommand(command), options });
}
