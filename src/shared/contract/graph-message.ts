import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { ClosureMessage, GraphMessage } from './builds.ts';

/** A closure graph as plain arrays. */
export function writeClosureMessage(graph: ClosureGraph): ClosureMessage {
  return {
    paths: [...graph.paths],
    narSizes: [...graph.narSizes],
    closureSizes: [...graph.closureSizes],
    narHashes: [...graph.narHashes],
    offsets: [...graph.offsets],
    references: [...graph.references],
    selfReferences: [...graph.selfReferences],
    roots: [...graph.roots],
  };
}

/** The graph of a message, for the planning engine. */
export function readClosureMessage(message: ClosureMessage): ClosureGraph {
  return {
    size: message.paths.length,
    paths: message.paths,
    narSizes: Float64Array.from(message.narSizes),
    closureSizes: Float64Array.from(message.closureSizes),
    narHashes: message.narHashes,
    offsets: Uint32Array.from(message.offsets),
    references: Uint32Array.from(message.references),
    selfReferences: Uint32Array.from(message.selfReferences),
    roots: Uint32Array.from(message.roots),
  };
}

/** The closure graph of a build, with the popularity of the names in it, to travel to a window. */
export function writeGraphMessage(build: string, graph: ClosureGraph, popularity: Popularity): GraphMessage {
  const names = new Set(graph.paths.map(storePathName));
  return {
    build,
    ...writeClosureMessage(graph),
    popularity: Object.fromEntries(
      [...names].flatMap((name) => {
        const count = Object.hasOwn(popularity, name) ? popularity[name] : undefined;
        return count === undefined ? [] : [[name, count]];
      }),
    ),
  };
}

/** The graph of a build's message, for the planning engine. */
export function readGraphMessage(message: GraphMessage): { graph: ClosureGraph; popularity: Popularity } {
  return { graph: readClosureMessage(message), popularity: message.popularity };
}
