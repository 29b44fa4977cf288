import { readFileSync } from 'node:fs';
import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readPopularity } from '../../engine/graph/popularity.ts';
import { readGraphWithAttrs } from '../../engine/graph/read.ts';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';

export const GRAPH_HINT =
  'Closure graphs come from `nix path-info --json --closure-size -r PATH` or exportReferencesGraph.';

/**
 * Reads a closure graph from a file in any of Nix's shapes, with the popularity counts that the file may hold beside
 * it under `popularity`.
 *
 * @throws StrataError `invalid-graph` with file and place; `file-system`
 */
export function readGraphFile(file: string): {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
} {
  return readWith(file, GRAPH_HINT, (bytes) => {
    const { graph, attrs } = readGraphWithAttrs(bytes);
    return { graph, popularity: readPopularity(attrs.popularity ?? {}) };
  });
}

/** Reads popularity counts: a JSON object from names to counts. @throws as {@link readGraphFile} does. */
export function readPopularityFile(file: string): Popularity {
  return readWith(file, 'Counts are a JSON object from names without hash to whole numbers.', readPopularity);
}

/** What a reader of the engine makes of a file's bytes. @throws as {@link readGraphFile} does. */
export function readWith<T>(file: string, hint: string, read: (bytes: Uint8Array) => T): T {
  let bytes: Uint8Array;
  try {
    // At once and not by turns: a command has no other work to take turns with, and a large file comes much sooner.
    bytes = readFileSync(file);
  } catch (error) {
    throw fileSystemError(error, 'read', file);
  }
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
