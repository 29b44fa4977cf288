import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readPathInfo } from '../../engine/graph/path-info.ts';
import { StrataError } from '../../shared/errors.ts';
import { type NixRunContext, runNix } from './run.ts';

/**
 * The closure of store paths as a store knows it, without building: the local one, or with `store` any other, such as
 * a binary cache. @throws StrataError `nix-failed` where a path is not there.
 */
export async function pathInfo(
  paths: readonly string[],
  context: NixRunContext,
  store?: string,
): Promise<ClosureGraph> {
  const { stdout } = await runNix(
    {
      program: 'nix',
      args: [
        'path-info',
        '--extra-experimental-features',
        'nix-command',
        '--json',
        '--closure-size',
        '--recursive',
        ...(store === undefined ? [] : ['--store', store]),
        ...paths,
      ],
    },
    context,
  );
  try {
    return readPathInfo(stdout, { roots: paths });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `Nix reports a closure that makes no sense: ${error.message}`, {
      cause: error,
    });
  }
}
