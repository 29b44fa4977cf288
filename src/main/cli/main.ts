import { Command, CommanderError } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import type { CommandContext, Runner } from './command.ts';
import { commands } from './commands/index.ts';
import { EXIT } from './exit-codes.ts';
import { renderError } from './render-error.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { watchOutput } from './watch-output.ts';

/** Commands that serve others until they are ended. */
const SERVERS: readonly string[] = ['serve', 'app', 'registry'];

/**
 * Runs the command line and gives its exit code. The first Ctrl-C cancels: what runs is stopped and half-written
 * files are taken away; the second leaves at once. The end of the terminal cancels too, and so does the end of whoever
 * reads the output.
 *
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = await createTerminal();
  const cancellation = new AbortController();
  const stop = (): void => cancellation.abort(new Cancelled());
  let isAskedToStop = false;
  const hangUp = (): void => {
    isAskedToStop = true;
    stop();
  };
  const cancel = (): void => {
    if (cancellation.signal.aborted) process.exit(EXIT.cancelled);
    terminal.clearProgress();
    terminal.note('Stopping … (once more to leave at once)');
    hangUp();
  };
  // What nothing awaited: a bug, said in one line; a server goes on for its other windows.
  const onBug = (error: unknown): void => {
    const exitCode = renderError(error, terminal, argv.includes('--verbose'));
    const command = argv.find((argument) => !argument.startsWith('-')) ?? '';
    if (!SERVERS.includes(command)) process.exit(exitCode);
  };
  process.on('uncaughtException', onBug);
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  // It comes twice where both the terminal and the shell send it.
  process.on('SIGHUP', hangUp);
  const output = watchOutput(process, stop);
  try {
    const exitCode = await parse(argv, terminal, cancellation.signal);
    const failure = await output.finish();
    // A signal may come too late to stop anything; what a script does next is to be stopped all the same.
    if (failure === undefined || failure.code === 'EPIPE')
      return exitCode ?? (isAskedToStop ? EXIT.cancelled : EXIT.ok);
    const error = fileSystemError(failure, 'write', 'standard output');
    return renderError(error, terminal, argv.includes('--verbose'));
  } finally {
    process.off('uncaughtException', onBug);
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
    process.off('SIGHUP', hangUp);
  }
}

/** @returns the exit code; undefined where the command has nothing to say against 0 */
async function parse(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number | undefined> {
  const verbose = argv.includes('--verbose');
  // Reading source maps takes time at every start, and only a stack needs them.
  if (verbose) process.setSourceMapsEnabled(true);
  const context: CommandContext = { terminal, signal, verbose };
  let exitCode: number | undefined;
  const run: Runner =
    (body) =>
    async (...rest) => {
      try {
        requireWorkingDirectory();
        exitCode = await body(context, ...rest);
      } catch (error) {
        exitCode = signal.aborted ? EXIT.cancelled : renderError(error, terminal, verbose);
      }
      terminal.clearProgress();
    };
  const program = await createProgram(argv, run);
  try {
    await program.parseAsync(joinOptionPairs(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed its message or the help by now.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

/** @throws StrataError `file-system` where the directory that this was started in has been removed. */
function requireWorkingDirectory(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new StrataError('file-system', 'The directory that Strata was started in is gone.', {
      hint: 'Change to one that exists, with `cd`, and start it again.',
      cause,
    });
  }
}

/** The program with those commands that the arguments may mean. */
export async function createProgram(argv: readonly string[], run: Runner): Promise<Command> {
  const program = new Command('strata')
    .description('Compose layered OCI container images from Nix packages.')
    .version(packageJson.version, '--version', 'print the version')
    .option('--verbose', 'say more about what goes wrong')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .showHelpAfterError('(strata help shows the commands)')
    .enablePositionalOptions(false)
    .exitOverride();
  for (const { name, alias = name, summary, load } of commands) {
    if (argv.includes(name) || argv.includes(alias)) (await load())(program, run);
    else program.command(name).description(summary);
  }
  for (const command of program.commands) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .showHelpAfterError(`(strata help ${command.name()} shows its options)`);
  }
  return program;
}

/** Nix's own form `--option NAME VALUE` has two values, which commander cannot say: it becomes `NAME=VALUE`. */
export function joinOptionPairs(argv: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < argv.length; i += 1) {
    const [argument, name, value] = argv.slice(i, i + 3);
    // What follows is the command line of another program.
    if (argument === '--') return [...result, ...argv.slice(i)];
    if (argument === '--option' && name !== undefined && value !== undefined && !name.includes('=')) {
      result.push('--option', `${name}=${value}`);
      i += 2;
    } else if (argument !== undefined) {
      result.push(argument);
    }
  }
  return result;
}
