import type { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { type NixRunContext, runNix } from './run.ts';

export interface Evaluation<Schema extends z.ZodType> {
  /** A file that ships with Strata: the only Nix code on the command line. */
  readonly file: string;
  /** Strings for the expression's arguments: data, however it is written. */
  readonly args: Readonly<Record<string, string>>;
  readonly schema: Schema;
  /** Writes derivations into the store, so that they can be built. */
  readonly instantiate?: boolean;
}

/** Evaluates a Nix file to JSON. @throws StrataError `evaluation-failed` and the others of `classifyNixFailure`. */
export async function evaluate<Schema extends z.ZodType>(
  evaluation: Evaluation<Schema>,
  context: NixRunContext,
): Promise<z.infer<Schema>> {
  const { stdout } = await runNix(
    {
      program: 'nix-instantiate',
      args: [
        '--eval',
        '--strict',
        '--json',
        ...(evaluation.instantiate ? ['--read-write-mode'] : []),
        evaluation.file,
        ...Object.entries(evaluation.args).flatMap(([name, value]) => ['--argstr', name, value]),
      ],
    },
    context,
  );
  const parsed = evaluation.schema.safeParse(JSON.parse(stdout));
  if (parsed.success) return parsed.data;
  throw new StrataError('evaluation-failed', 'The package source gave something unexpected.', {
    cause: parsed.error,
    log: parsed.error.message,
  });
}
