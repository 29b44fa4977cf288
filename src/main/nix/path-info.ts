import { GraphError } from '../../engine/graph/graph-error.ts';
import { parseJson } from '../../engine/graph/json.ts';
import { StrataError } from '../../shared/errors.ts';
import { type NixRunContext, runNix } from './run.ts';

/**
 * What `nix path-info --json --closure-size --recursive` prints of store paths, parsed: of the local store, or with
 * `store` of any other, such as a binary cache. Nothing is built or fetched.
 *
 * @throws StrataError `nix-failed` where a path is not there, `network` where the store does not answer
 */
export async function pathInfoJson(
  paths: readonly string[],
  context: NixRunContext,
  store?: string,
): Promise<unknown> {
  const { stdout } = await runNix(
    {
      program: 'nix',
      args: [
        'path-info',
        '--extra-experimental-features',
        'nix-command',
        '--json',
        ...(context.hasJsonFormat ? ['--json-format', '2'] : []),
        '--closure-size',
        '--recursive',
        ...paths,
      ],
    },
    // As an option, because the address of a store may hold a password.
    store === undefined ? context : { ...context, options: [...(context.options ?? []), ['store', store]] },
  );
  try {
    return parseJson(stdout);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `Nix reports a closure that makes no sense: ${error.message}`, {
      cause: error,
    });
  }
}
