import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closureColumns, closureCounts, measure } from '../../../../src/engine/graph/closure-columns.ts';
import type { ClosureGraph } from '../../../../src/engine/graph/closure-graph.ts';
import { readStructuredAttrs } from '../../../../src/engine/graph/structured-attrs.ts';
import { agglomerate, labelsAfter } from '../../../../src/engine/strategies/strata/agglomerate.ts';
import { type Clusters, clustersOf, united } from '../../../../src/engine/strategies/strata/clusters.ts';
import { refine } from '../../../../src/engine/strategies/strata/refine.ts';
import { arbitraryGraph, attrsOf, naiveReach } from '../../graph/arbitrary-graph.ts';

const readPlain = (plain: Parameters<typeof attrsOf>[0]) => readStructuredAttrs(attrsOf(plain));
const alone = (graph: ClosureGraph) => graph.paths.map((_, node) => Uint32Array.of(node));

/** What layers cost: bytes times updates, less the credits of clusters that are alone. */
function costOf(clusters: Clusters, labels: Uint32Array, count: number): number {
  const layers = united(clusters, labels, count);
  let cost = 0;
  for (let layer = 0; layer < count; layer++) {
    const members = labels.filter((label) => label === layer).length;
    cost += layers.bytes[layer] * layers.updates[layer] - (members === 1 ? layers.credits[layer] : 0);
  }
  return cost;
}

describe('closure columns', () => {
  it('tell what is in each closure', () => {
    fc.assert(
      fc.property(arbitraryGraph(40), (plain) => {
        const graph = readPlain(plain);
        const columns = closureColumns(graph);
        const counts = closureCounts(graph, columns);
        graph.paths.forEach((path, node) => {
          const size = naiveReach(plain.references, [plain.paths.indexOf(path)]).size;
          expect(measure(columns.bits, node * columns.words, columns.weights)).toBeCloseTo(size, 9);
          expect(counts[node]).toBe(size);
        });
      }),
    );
  });

  it('weigh paths that change more often', () => {
    const graph = readStructuredAttrs({
      graph: [
        { path: 'a', narSize: 1, references: ['b'] },
        { path: 'b', narSize: 1, references: [] },
      ],
    });
    const { bits, words, weights } = closureColumns(graph, Float64Array.of(1, 5));

    expect(measure(bits, 0 * words, weights)).toBeCloseTo(6);
    expect(measure(bits, 1 * words, weights)).toBeCloseTo(5);
  });

  it('are a sample of large graphs, right to a few percent', () => {
    const size = 6000;
    const graph = readStructuredAttrs({
      graph: Array.from({ length: size }, (_, node) => ({
        path: `/nix/store/${((node * 2654435761) % 4294967296).toString(16).padStart(32, '0')}-n${node}`,
        narSize: 1,
        references: [],
      })).map((record, node, records) => ({
        ...record,
        references: node === 0 ? records.slice(1, 1501).map(({ path }) => path) : [],
      })),
    });
    const columns = closureColumns(graph);
    const top = graph.paths.findIndex((path) => path.endsWith('-n0'));

    expect(columns.count).toBe(2048);
    const measured = measure(columns.bits, top * columns.words, columns.weights);
    expect(measured / 1501).toBeGreaterThan(0.9);
    expect(measured / 1501).toBeLessThan(1.1);
  });
});

describe('agglomerate', () => {
  it('always merges a pair that raises the cost least, as trying all of them does', () => {
    fc.assert(
      fc.property(
        arbitraryGraph(9),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9 }),
        (plain, shared) => {
          const graph = readPlain(plain);
          const clusters = clustersOf(graph, closureColumns(graph), alone(graph), shared);
          const merges = agglomerate(clusters, { target: 1 });
          expect(merges).toHaveLength(Math.max(0, graph.size - 1));

          for (let done = 0; done < merges.length; done++) {
            const { labels, count } = labelsAfter(graph.size, merges.slice(0, done));
            const before = costOf(clusters, labels, count);
            const rises: number[] = [];
            for (let a = 0; a < count; a++) {
              for (let b = a + 1; b < count; b++) {
                const joined = labels.map((label) => (label === b ? a : label === count - 1 ? b : label));
                rises.push(
                  costOf(
                    clusters,
                    b === count - 1 ? labels.map((l) => (l === b ? a : l)) : joined,
                    count - 1,
                  ) - before,
                );
              }
            }
            const after = labelsAfter(graph.size, merges.slice(0, done + 1));
            const risen = costOf(clusters, after.labels, after.count) - before;
            const least = Math.min(...rises);
            expect(risen - least).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(before)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stops where the next merge would cost too much, and keeps to labels', () => {
    const graph = readStructuredAttrs({
      graph: ['a', 'b', 'c', 'd'].map((path) => ({ path, narSize: 10, references: [] })),
    });
    const clusters = clustersOf(graph, closureColumns(graph), alone(graph));

    // Two paths apart cost 10 + 10, together 20 x 2.
    expect(agglomerate(clusters, { target: 1, maxRise: 19 })).toEqual([]);
    expect(agglomerate(clusters, { target: 1, maxRise: 20 })).toHaveLength(2);
    const labels = Uint32Array.of(0, 1, 0, 1);
    expect(agglomerate(clusters, { target: 1, labels })).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
});

describe('refine', () => {
  it('never raises the cost and never empties a layer', () => {
    fc.assert(
      fc.property(arbitraryGraph(20), fc.integer({ min: 1, max: 6 }), (plain, wanted) => {
        const graph = readPlain(plain);
        const clusters = clustersOf(graph, closureColumns(graph), alone(graph));
        const count = Math.min(wanted, graph.size);
        const labels = Uint32Array.from(graph.paths, (_, node) => (count === 0 ? 0 : node % count));
        const before = costOf(clusters, labels, count);
        refine(clusters, labels, count, 3);

        expect(costOf(clusters, labels, count)).toBeLessThanOrEqual(before * (1 + 1e-9) + 1e-9);
        expect(new Set(labels).size).toBe(count);
      }),
    );
  });

  it('finds what a greedy merge misses', () => {
    // x and y change together with z; put apart, they are brought together.
    const graph = readStructuredAttrs({
      graph: [
        { path: 'w', narSize: 100, references: [] },
        { path: 'x', narSize: 50, references: ['z'] },
        { path: 'y', narSize: 50, references: ['z'] },
        { path: 'z', narSize: 1, references: [] },
      ],
    });
    const clusters = clustersOf(graph, closureColumns(graph), alone(graph));
    const labels = Uint32Array.of(0, 0, 1, 1);
    refine(clusters, labels, 2, 3);

    expect(labels[0]).not.toBe(labels[1]);
    expect(labels[1]).toBe(labels[2]);
  });
});
