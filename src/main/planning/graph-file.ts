import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readPopularity } from '../../engine/graph/popularity.ts';
import { readGraphWithAttrs } from '../../engine/graph/read.ts';
import { StrataError } from '../../shared/errors.ts';
import { readUserFile } from '../files/user-file.ts';

export const GRAPH_HINT =
  'Closure graphs come from `nix path-info --json --closure-size -r PATH` or exportReferencesGraph.';

/** More paths than any store holds. */
const MOST_BYTES = 2 ** 31 - 1;

export interface GraphFile {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
}

/**
 * Reads a closure graph from a file in any of Nix's shapes, with the popularity counts that the file may hold beside
 * it under `popularity`.
 *
 * @throws StrataError `invalid-graph` with file and place; `file-system`
 */
export function readGraphFile(file: string, signal?: AbortSignal): Promise<GraphFile> {
  return readWith(file, { hint: GRAPH_HINT, signal }, (bytes) => {
    const { graph, attrs } = readGraphWithAttrs(bytes);
    return { graph, popularity: readPopularity(attrs.popularity ?? {}) };
  });
}

/** Reads popularity counts: a JSON object from names to counts. @throws as {@link readGraphFile} does. */
export function readPopularityFile(file: string, signal?: AbortSignal): Promise<Popularity> {
  const hint = 'Counts are a JSON object from names without hash to whole numbers.';
  return readWith(file, { hint, signal }, readPopularity);
}

/** What a reader of the engine makes of a file's bytes. @throws as {@link readGraphFile} does. */
export async function readWith<T>(
  file: string,
  { hint, signal }: { readonly hint: string; readonly signal?: AbortSignal | undefined },
  read: (bytes: Uint8Array) => T,
): Promise<T> {
  const bytes = await readUserFile(file, { mostBytes: MOST_BYTES, hint, signal });
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `${file}: ${error.reason}`, {
      hint,
      details: { place: error.place },
      cause: error,
    });
  }
}
