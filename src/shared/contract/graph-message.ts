import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { excerptPopularity } from '../../engine/plan/popularity-match.ts';
import { popularityScale, type ScaledPopularity } from '../../engine/plan/popularity-scale.ts';
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

/** The closure graph of a build, with what of the counts decides over it, to travel to a window. */
export function writeGraphMessage(build: string, graph: ClosureGraph, popularity: Popularity): GraphMessage {
  const { highest, steps } = popularityScale(popularity);
  return {
    build,
    ...writeClosureMessage(graph),
    popularity: excerptPopularity(graph, popularity),
    popularityScale: { highest, steps: steps.map(([least, share]) => [least, share]) },
  };
}

/** The graph of a build's message, for the planning engine. */
export function readGraphMessage(message: GraphMessage): { readonly graph: ClosureGraph } & ScaledPopularity {
  const { popularity, popularityScale: ofAll } = message;
  return { graph: readClosureMessage(message), popularity, popularityScale: ofAll };
}
