import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closureColumns } from '../../../src/engine/graph/closure-columns.ts';
import { type ClosureGraph, storePathName } from '../../../src/engine/graph/closure-graph.ts';
import { reachable, references } from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { chainOrder } from '../../../src/engine/plan/chain-order.ts';
import type { PlannedLayer } from '../../../src/engine/plan/plan.ts';
import { strata } from '../../../src/engine/strategies/strata.ts';
import { arbitraryGraph, attrsOf } from '../graph/arbitrary-graph.ts';

/** Bytes that one update of every path moves, all together, where a layer moves with all that come before it. */
function movedByChain(graph: ClosureGraph, layers: readonly PlannedLayer[]): number {
  const changing = new Set<number>();
  return layers.reduce((moved, { nodes, sizeBytes }) => {
    for (const node of reachable(references(graph), nodes)) changing.add(node);
    return moved + sizeBytes * changing.size;
  }, 0);
}

const layersOf = (graph: ClosureGraph) =>
  graph.paths.map(
    (_, node): PlannedLayer => ({ nodes: Uint32Array.of(node), sizeBytes: graph.narSizes[node] }),
  );
const ordered = (graph: ClosureGraph, layers: readonly PlannedLayer[]) => {
  const columns = closureColumns(graph);
  const updates = { columns, further: new Float64Array(graph.size) };
  return chainOrder(layers, updates, new Uint32Array(columns.words));
};
const named = (graph: ClosureGraph, layers: readonly PlannedLayer[]) =>
  layers.map(({ nodes }) => Array.from(nodes, (node) => storePathName(graph.paths[node])).join('+'));

describe('the order of layers for clients that cache by chain', () => {
  it('moves no more than any order that differs by the place of one layer', () => {
    fc.assert(
      fc.property(arbitraryGraph(9), (plain) => {
        const graph = readStructuredAttrs(attrsOf(plain));
        const best = ordered(graph, layersOf(graph));
        expect([...best].sort((a, b) => a.nodes[0] - b.nodes[0])).toEqual(layersOf(graph));
        const moved = movedByChain(graph, best);
        for (const layer of best) {
          const rest = best.filter((other) => other !== layer);
          for (let place = 0; place <= rest.length; place++) {
            const bytes = movedByChain(graph, rest.toSpliced(place, 0, layer));
            // A layer of no bytes counts as one byte: it has to stand somewhere.
            expect(bytes + graph.size * graph.size).toBeGreaterThanOrEqual(moved);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order that it is given', () => {
    fc.assert(
      fc.property(arbitraryGraph(12), (plain) => {
        const graph = readStructuredAttrs(attrsOf(plain));
        const layers = layersOf(graph);
        expect(ordered(graph, layers.toReversed())).toEqual(ordered(graph, layers));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the manifest of the strategy strata', () => {
  /** A big tool of a big library, a program on top of both, and something small that changes with much. */
  const path = (name: string) => `/nix/store/${'0'.repeat(32)}-${name}`;
  const sizes: Readonly<Record<string, readonly [number, ...string[]]>> = {
    libc: [30e6],
    tool: [20e6, 'libc'],
    app: [40e6, 'libc', 'plugin'],
    plugin: [5e6, 'libc', 'tool'],
  };
  const graph = readStructuredAttrs({
    exportReferencesGraph: { graph: [path('app')] },
    graph: Object.entries(sizes).map(([name, [narSize, ...names]]) => ({
      path: path(name),
      narSize,
      references: names.map(path),
    })),
  });
  const manifest = (options = {}) =>
    named(graph, strata(graph, { minLayerBytes: 0, ...options }).layers(123));

  it('puts what is requested last, after all that it needs', () => {
    expect(manifest()).toEqual(['libc', 'tool', 'plugin', 'app']);
  });

  it('puts what is volatile after that', () => {
    expect(manifest({ hints: { volatile: ['tool'] } })).toEqual(['libc', 'plugin', 'app', 'tool']);
  });

  it('goes by what was learned of updates', () => {
    const pair = readStructuredAttrs({
      graph: ['a-1', 'b-1'].map((name) => ({ path: path(name), narSize: 10e6, references: [] })),
    });
    const orderOf = (changes: Readonly<Record<string, number>>) =>
      named(pair, strata(pair, { minLayerBytes: 0, hints: { updates: { steps: 9, changes } } }).layers(123));

    expect(orderOf({ 'a-*': 9 })).toEqual(['b-1', 'a-1']);
    expect(orderOf({ 'b-*': 9 })).toEqual(['a-1', 'b-1']);
  });
});
