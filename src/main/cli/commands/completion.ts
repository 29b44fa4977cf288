import { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { completionScript } from '../completion-script.ts';

/** @param commands what is completed; this command is one of them, so it cannot list them itself. */
export function completionCommand(
  commands: readonly { readonly load: () => Promise<AddCommand> }[],
): AddCommand {
  return (program, run) => {
    program
      .command('completion')
      .description('Print a script that completes commands and options in bash: source <(strata completion)')
      .action(
        run(async ({ terminal }): Promise<undefined> => {
          const described = new Command('strata');
          // They are described here, never run.
          for (const { load } of commands) (await load())(described, () => async () => {});
          terminal.print(completionScript(described).trimEnd());
          return undefined;
        }),
      );
  };
}
