import { readFile } from 'node:fs/promises';
import type { ClosureGraph, Popularity } from '../engine/graph/closure-graph.ts';
import { GraphError } from '../engine/graph/graph-error.ts';
import { parseJson } from '../engine/graph/json.ts';
import { readPopularity } from '../engine/graph/popularity.ts';
import { readClosureGraph } from '../engine/graph/read.ts';
import { StrataError } from '../shared/errors.ts';
import { fileSystemError } from './store/file-system-error.ts';

/**
 * Reads a closure graph from a file in any of Nix's shapes, with the popularity counts that the file may hold beside
 * it under `popularity`.
 *
 * @throws StrataError `invalid-graph` with file and place; `file-system`
 */
export async function readGraphFile(
  file: string,
): Promise<{ readonly graph: ClosureGraph; readonly popularity: Popularity }> {
  const bytes = await readBytes(file);
  return inFile(file, () => {
    const value = parseJson(bytes);
    const held = typeof value === 'object' && value !== null && 'popularity' in value ? value.popularity : {};
    return { graph: readClosureGraph(value), popularity: readPopularity(held) };
  });
}

/** Reads popularity counts: a JSON object from names to counts. @throws as {@link readGraphFile} does. */
export async function readPopularityFile(file: string): Promise<Popularity> {
  const bytes = await readBytes(file);
  return inFile(file, () => readPopularity(bytes));
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileSystemError(error, 'read', file);
  }
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `${file}: ${error.message}`, {
      hint: 'Closure graphs come from `nix path-info --json --closure-size -r PATH` or exportReferencesGraph.',
      details: { place: error.place },
      cause: error,
    });
  }
}
