import { Command } from 'commander';
import type { AddCommand, CommandContext } from '../command.ts';
import { completionScript } from '../completion-script.ts';
import { commands } from './index.ts';

export const addCompletionCommand: AddCommand = (program, run) => {
  program
    .command('completion')
    .description('Print a script that completes commands and options in bash: source <(strata completion)')
    .action(run(completion));
};

async function completion({ terminal }: CommandContext): Promise<undefined> {
  const program = new Command('strata');
  // They are described here, never run.
  for (const { load } of commands) (await load())(program, () => async () => {});
  terminal.print(completionScript(program).trimEnd());
  return undefined;
}
