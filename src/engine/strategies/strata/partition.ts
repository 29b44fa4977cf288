import type { ClosureGraph } from '../../graph/closure-graph.ts';
import type { ResolvedHints } from '../../plan/hints.ts';

/** The sets that an image's nodes are planned in; every node is in one. Nodes are ascending, sets by their lowest. */
export interface Partition {
  /** Those that exist as layers already. */
  readonly reused: ReadonlySet<Uint32Array>;
  readonly tools: readonly Uint32Array[];
  readonly rest: readonly Uint32Array[];
  /** Layers that another image begins with, in its order. */
  readonly start: readonly Uint32Array[];
  /** Volatile paths first, then that start, then pins: the first is the last to be given up. */
  readonly fixed: readonly Uint32Array[];
}

export interface PartitionInput {
  readonly hints: ResolvedHints;
  /** Finds sets that exist as layers already, among the nodes that neither a hint nor the start has (those with 0). */
  readonly reusable: (isTaken: Uint8Array) => readonly Uint32Array[];
  /** The same for those that are to be the first of the image. */
  readonly startOf: (isHinted: Uint8Array) => readonly Uint32Array[];
  /** 1 for the nodes that requested tools bring along. */
  readonly isTool: Uint8Array;
  /** Finds the node that each free one joins; others join themselves. */
  readonly hostsOf: (isFree: Uint8Array) => Uint32Array;
}

/** A set that exists or is kept together belongs to the tools only with all its members. Only what is in no other set has companions. */
export function partition(
  { size }: ClosureGraph,
  { hints, reusable, startOf, isTool, hostsOf }: PartitionInput,
): Partition {
  const isTaken = new Uint8Array(size);
  const take = (nodes: Uint32Array) => {
    for (const node of nodes) isTaken[node] = 1;
  };
  for (const nodes of [hints.volatile, hints.pins, ...hints.keepTogether]) take(nodes);
  const start = startOf(isTaken);
  for (const nodes of start) take(nodes);
  const reused = reusable(isTaken);
  for (const nodes of reused) take(nodes);
  const hosts = hostsOf(isTaken.map((taken) => 1 - taken));

  const tools: Uint32Array[] = [];
  const rest: Uint32Array[] = [];
  for (const nodes of [...reused, ...hints.keepTogether])
    (nodes.every((node) => isTool[node] === 1) ? tools : rest).push(nodes);
  const companions = new Map<number, number[]>();
  for (let node = 0; node < size; node++) {
    if (isTaken[node] === 1) continue;
    const joined = companions.get(hosts[node]);
    if (joined === undefined) companions.set(hosts[node], [node]);
    else joined.push(node);
  }
  for (const nodes of companions.values())
    (isTool[nodes[0]] === 1 ? tools : rest).push(Uint32Array.from(nodes));

  const pins = Array.from(hints.pins, (node) => Uint32Array.of(node));
  return {
    reused: new Set(reused),
    tools: tools.sort((a, b) => a[0] - b[0]),
    rest: rest.sort((a, b) => a[0] - b[0]),
    start,
    fixed: [...(hints.volatile.length > 0 ? [hints.volatile] : []), ...start, ...pins],
  };
}
