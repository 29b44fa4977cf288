import type { ClosureGraph, Popularity } from '../engine/graph/closure-graph.ts';
import { storePathName } from '../engine/graph/closure-graph.ts';
import type { GraphMessage } from './contract/builds.ts';

/** A closure graph as plain arrays, with the popularity of the names in it, to travel to a window. */
export function writeGraphMessage(build: string, graph: ClosureGraph, popularity: Popularity): GraphMessage {
  const names = new Set(graph.paths.map(storePathName));
  return {
    build,
    paths: [...graph.paths],
    narSizes: [...graph.narSizes],
    closureSizes: [...graph.closureSizes],
    narHashes: [...graph.narHashes],
    offsets: [...graph.offsets],
    references: [...graph.references],
    roots: [...graph.roots],
    popularity: Object.fromEntries(
      [...names].flatMap((name) => {
        const count = Object.hasOwn(popularity, name) ? popularity[name] : undefined;
        return count === undefined ? [] : [[name, count]];
      }),
    ),
  };
}

/** The graph of a message, for the planning engine. */
export function readGraphMessage(message: GraphMessage): { graph: ClosureGraph; popularity: Popularity } {
  return {
    graph: {
      size: message.paths.length,
      paths: message.paths,
      narSizes: Float64Array.from(message.narSizes),
      closureSizes: Float64Array.from(message.closureSizes),
      narHashes: message.narHashes,
      offsets: Uint32Array.from(message.offsets),
      references: Uint32Array.from(message.references),
      roots: Uint32Array.from(message.roots),
    },
    popularity: message.popularity,
  };
}
