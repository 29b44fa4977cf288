import type { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { withTemporaryFile } from '../files/with-temporary-file.ts';
import { type NixRunContext, runNix } from './run.ts';

export interface Evaluation<Schema extends z.ZodType> {
  /** A file that ships with Strata: the only Nix code on the command line. */
  readonly file: string;
  /** What the file is asked, as JSON: data, whatever is in it. */
  readonly request: unknown;
  readonly schema: Schema;
  /** Writes derivations into the store, so that they can be built. */
  readonly instantiate?: boolean;
}

/**
 * Evaluates a Nix file to JSON. The request goes by a file: an argument takes no more than 128 KiB (execve(2)), which
 * some two thousand packages fill, and other users of the machine see it.
 *
 * @throws StrataError `evaluation-failed` and the others of `classifyNixFailure`.
 */
export async function evaluate<Schema extends z.ZodType>(
  evaluation: Evaluation<Schema>,
  context: NixRunContext,
): Promise<z.infer<Schema>> {
  const { stdout } = await withTemporaryFile(JSON.stringify(evaluation.request), (requestFile) =>
    runNix(
      {
        program: 'nix-instantiate',
        args: [
          '--eval',
          '--strict',
          '--json',
          '--show-trace',
          ...(evaluation.instantiate ? ['--read-write-mode'] : []),
          evaluation.file,
          '--argstr',
          'requestFile',
          requestFile,
        ],
      },
      context,
    ),
  );
  const parsed = evaluation.schema.safeParse(JSON.parse(stdout));
  if (parsed.success) return parsed.data;
  throw new StrataError('evaluation-failed', 'The package source gave something unexpected.', {
    cause: parsed.error,
    log: parsed.error.message,
  });
}
