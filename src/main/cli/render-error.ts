import { stripVTControlCharacters } from 'node:util';
import { StrataError } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { asFaultOfMachine } from '../files/file-system-error.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { hintWithOptions } from './hint-with-options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/**
 * Says what happened and what to do, and gives the exit code. A stack is shown for a bug's report only when asked
 * for, with `--verbose`.
 */
export function renderError(thrown: unknown, terminal: Terminal, verbose: boolean): number {
  const error = asFaultOfMachine(thrown);
  const { style } = terminal;
  terminal.clearProgress();
  if (error instanceof StrataError) {
    terminal.note(`${style(['red', 'bold'], 'error:')} ${printableLines(error.message)}`);
    if (error.log !== undefined) {
      terminal.note(printableLines(stripVTControlCharacters(error.log)).replace(/^/gm, style('dim', '  │ ')));
    }
    const hint = hintWithOptions(error);
    if (hint !== null) terminal.note(`${style('cyan', 'hint:')} ${printableLines(hint)}`);
    if (verbose) terminal.note(style('dim', `[${error.code}] ${withoutCredentials(stackOf(error))}`));
    return exitCodeOf(error.code);
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(`${style(['red', 'bold'], 'bug in strata:')} ${printableLines(message)}`);
  terminal.note(
    verbose
      ? withoutCredentials(stackOf(error))
      : `${style('cyan', 'hint:')} Run it again with --verbose and report what it prints.`,
  );
  return EXIT.bug;
}

/** Names, answers of registries and logs of builds may hold anything. */
function printableLines(text: string): string {
  return withoutCredentials(text).split('\n').map(printable).join('\n');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
