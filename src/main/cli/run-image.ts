import type { prepareRun, prepareShell } from '../verbs/run.ts';
import type { CommandContext } from './command.ts';
import { noteSource } from './note-source.ts';
import { documentFrom, preferencesFromOptions } from './options.ts';
import { type RunOptions, runRequest } from './run-options.ts';
import { shown } from './show-work.ts';
import { placeOfSpec } from './source-options.ts';

/** What the program gets as it is. The others ask it to end. */
const PASSED_ON = ['SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGCONT'] as const;
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs an image at the terminal, and gives the exit code of its program. A signal that asks Strata to end asks the program
 * to: with its own stop signal, where the configuration says one.
 */
export async function runImage(
  context: CommandContext,
  prepare: typeof prepareRun | typeof prepareShell,
  { spec, words, options }: { spec: string | undefined; words: readonly string[]; options: RunOptions },
): Promise<number> {
  const { env: _, user: __, workdir: ___, entrypoint: ____, volume: _____, ...composition } = options;
  const document = await documentFrom(spec, composition);
  const request = runRequest(options, words, process.env);
  const run = await shown(context, (work) =>
    prepare(document, request, {
      ...work,
      engine: options.with,
      nix: preferencesFromOptions(options),
      ...placeOfSpec(spec, options),
      onComposed: (composed) => noteSource(context.terminal, composed),
    }),
  );
  try {
    const program = await run.start({ type: 'inherited', hasTerminal: request.hasTerminal });
    const end = (signal: NodeJS.Signals) => program.signal(run.stopSignal ?? signal);
    for (const signal of PASSED_ON) process.on(signal, program.signal);
    for (const signal of ENDING) process.on(signal, end);
    try {
      return await program.exitCode;
    } finally {
      for (const signal of PASSED_ON) process.off(signal, program.signal);
      for (const signal of ENDING) process.off(signal, end);
    }
  } finally {
    run.close();
  }
}
