import type { Command } from 'commander';
import { StrataError } from '../../shared/errors.ts';

export interface SplitCommand {
  readonly spec: string | undefined;
  /** The program to run, with its arguments. */
  readonly words: readonly string[];
}

/**
 * Tells the document from the command that follows `--`: to commander, both are operands.
 *
 * @throws StrataError `usage` where several operands stand before it.
 */
export function splitCommand(command: Command): SplitCommand {
  const { rawArgs } = command.parent as Command & { readonly rawArgs: readonly string[] };
  const at = rawArgs.indexOf('--');
  const words = at < 0 ? [] : rawArgs.slice(at + 1);
  const [spec, ...others] = command.args.slice(0, command.args.length - words.length);
  if (others.length === 0) return { spec, words };
  throw new StrataError('usage', `Several documents are named: ${[spec, ...others].join(', ')}.`, {
    hint: 'The command to run follows after --, as in `strata run web.strata.json -- nginx -t`.',
  });
}
