import type { ClosureGraph } from '../../graph/closure-graph.ts';
import { references } from '../../graph/reach.ts';

/** A companion may be changed by so many further paths for each `maxBytes` that it falls short of. */
const FURTHER_UPDATES = 3;

/** Tools take companions so many times bigger: who asks for the same tools comes to the same layers of them anyway. */
const TOOL_FACTOR = 3;

/**
 * Popularity counts direct dependants. Of two paths with as many, the one with the smaller closure is in more images: it
 * stands lower, so that more depends on it by way of others.
 */
const CLOSURE_EXPONENT = -0.2;

export interface CompanionOptions {
  /** Smaller paths may join a host. */
  readonly maxBytes: number;
  readonly popularity: Float64Array;
  /** Number of paths in the closure of each node. */
  readonly closureCounts: Float64Array;
  /** 1 for what requested tools bring along: it is planned apart, so no host is on one side and a companion on the other. */
  readonly isTool: Uint8Array;
}

/** The node that each node shares a set with, the same for all of a set: a set's own, or itself. */
export type Hosts = Uint32Array;

/**
 * Joins small paths to the popular path that brings them along, as `libx11` does `libxau` and `libxdmcp`. A host's
 * closure is the same in every image, so images that know nothing of each other come to the same sets, where greedy
 * merges hardly ever do. The most popular host takes first; a path joins only where the updates that it is then exposed
 * to cost little for its size. `isFree` tells which nodes may be hosts and companions.
 */
export function findHosts(graph: ClosureGraph, isFree: Uint8Array, options: CompanionOptions): Hosts {
  const { popularity, closureCounts, isTool } = options;
  const { offsets, targets } = references(graph);
  const hosts = Uint32Array.from({ length: graph.size }, (_, node) => node);
  const isTaken = new Uint8Array(graph.size);
  const ranks = popularity.map((count, node) => count * closureCounts[node] ** CLOSURE_EXPONENT);
  const candidates = hosts.filter((node) => isFree[node] === 1).sort((a, b) => ranks[b] - ranks[a] || a - b);

  const seenBy = new Uint32Array(graph.size);
  const queue = new Uint32Array(graph.size);
  candidates.forEach((host, index) => {
    if (isTaken[host] === 1) return;
    isTaken[host] = 1;
    seenBy[host] = index + 1;
    const maxBytes = options.maxBytes * (isTool[host] === 1 ? TOOL_FACTOR : 1);
    // A big host is a good layer by itself, and its companions change less often without it.
    let first = graph.narSizes[host] <= maxBytes ? host : undefined;
    queue[0] = host;
    for (let at = 0, end = 1; at < end; at++) {
      const node = queue[at];
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
        const target = targets[edge];
        if (seenBy[target] === index + 1) continue;
        seenBy[target] = index + 1;
        queue[end++] = target;
        if (isFree[target] === 0 || isTaken[target] === 1 || isTool[target] !== isTool[host]) continue;
        const further = graph.narSizes[target] * (closureCounts[host] - closureCounts[target]);
        if (graph.narSizes[target] > maxBytes || further > FURTHER_UPDATES * maxBytes) continue;
        isTaken[target] = 1;
        first ??= target;
        hosts[target] = first;
      }
    }
  });
  return hosts;
}
