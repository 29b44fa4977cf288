import type { ClosureGraph } from './closure-graph.ts';
import { type JsonSource, parseJson } from './json.ts';
import { readPathInfo } from './path-info.ts';
import { type GraphReadOptions, isObject } from './records.ts';
import { findGraph } from './scan.ts';
import { type AttrsFile, readAttrsFile } from './structured-attrs.ts';

/**
 * Reads a closure graph from any JSON that Nix writes: see {@link readStructuredAttrs} and {@link readPathInfo}.
 *
 * @throws GraphError with the place of the first thing that is wrong.
 */
export function readClosureGraph(source: JsonSource, options: GraphReadOptions = {}): ClosureGraph {
  return readGraphWithAttrs(source, options).graph;
}

/** Reads as {@link readClosureGraph} does, and keeps what stands beside the graph; path-info has nothing there. */
export function readGraphWithAttrs(source: JsonSource, options: GraphReadOptions = {}): AttrsFile {
  // Bytes of attributes are read several times as fast as they are.
  if (source instanceof Uint8Array && findGraph(source) !== -1) return readAttrsFile(source, options);
  const value = parseJson(source);
  if (Array.isArray(value) || (isObject(value) && isPathInfo(value))) {
    return { graph: readPathInfo(value, options), attrs: {} };
  }
  return readAttrsFile(value, options);
}

/** Keys of path-info are store paths, and those of its newest form fixed; all others are taken for attributes. */
function isPathInfo(value: Readonly<Record<string, unknown>>): boolean {
  return 'info' in value || (!('graph' in value) && Object.keys(value).some((key) => key.startsWith('/')));
}
