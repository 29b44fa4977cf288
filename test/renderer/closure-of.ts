import type { ClosureGraph } from '../../src/engine/graph/closure-graph.ts';
import { itemAt } from '../../src/engine/graph/item-at.ts';
import type { PlannedLayer } from '../../src/engine/plan/plan.ts';
import { analyse, type Closure } from '../../src/renderer/state/closure/analysis.ts';

/** What each path refers to, by name; a path that is only referred to is there too. The first ones are the roots. */
export type References = Readonly<Record<string, readonly string[]>>;

/**
 * A closure from names. Each path is `/nix/store/<32 letters>-name`, sizes are 100 bytes unless they are given.
 */
export function closureOf(
  references: References,
  {
    roots,
    sizes = {},
  }: { readonly roots: readonly string[]; readonly sizes?: Readonly<Record<string, number>> },
): Closure {
  const names = [...new Set([...Object.keys(references), ...Object.values(references).flat()])].sort();
  const number = (name: string) => names.indexOf(name);
  const rows = names.map((name) => [...(references[name] ?? [])].map(number).sort((a, b) => a - b));
  const offsets = new Uint32Array(names.length + 1);
  rows.forEach((row, node) => {
    offsets[node + 1] = itemAt(offsets, node) + row.length;
  });
  const narSizes = Float64Array.from(names, (name) => sizes[name] ?? 100);
  const graph: ClosureGraph = {
    size: names.length,
    paths: names.map((name) => `/nix/store/${'a'.repeat(32)}-${name}`),
    narSizes,
    closureSizes: Float64Array.from(names, (_, node) =>
      [...reach(rows, node)].reduce((sum, other) => sum + itemAt(narSizes, other), 0),
    ),
    narHashes: names.map(() => ''),
    offsets,
    references: Uint32Array.from(rows.flat()),
    selfReferences: new Uint32Array(0),
    roots: Uint32Array.from(roots, number),
  };
  return analyse('build', graph, { popularity: {} });
}

/** Numbers of names in a closure, as many as there are names. */
export function nodesOf<Names extends readonly string[]>(
  closure: Closure,
  ...names: Names
): { [At in keyof Names]: number } {
  return names.map((name) => closure.names.indexOf(name)) as { [At in keyof Names]: number };
}

export function layerOf(closure: Closure, ...names: readonly string[]): PlannedLayer {
  const nodes = Uint32Array.from(nodesOf(closure, ...names)).sort();
  return { nodes, sizeBytes: nodes.reduce((sum, node) => sum + itemAt(closure.graph.narSizes, node), 0) };
}

/** Everything that can be reached, the start included: slow and plain, to check the fast against. */
export function reach(rows: readonly (readonly number[])[], start: number): Set<number> {
  const seen = new Set([start]);
  for (const node of seen) for (const next of itemAt(rows, node)) seen.add(next);
  return seen;
}
