import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** What every command gets beside its own options. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly verbose: boolean;
}

/**
 * The body of a command. Returns the exit code where it is not 0, or where a signal is the usual end of the command and
 * makes it no other; expected failures are thrown as StrataError.
 * Bodies import what they need when they run, so that `strata --version` does not load the whole host.
 */
type Body<Arguments extends unknown[]> = (
  context: CommandContext,
  ...rest: Arguments
) => Promise<number | undefined>;

/** Makes a body into an action of commander; supplied by `main`. */
export type Runner = <Arguments extends unknown[]>(
  body: Body<Arguments>,
) => (...rest: Arguments) => Promise<void>;

/** One file a command, all of this type. */
export type AddCommand = (program: Command, run: Runner) => void;
