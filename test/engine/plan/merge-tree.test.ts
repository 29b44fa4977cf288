import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planFromHierarchy } from '../../../src/engine/plan/hierarchy.ts';
import { hierarchyFromMerges } from '../../../src/engine/plan/merge-tree.ts';
import { budgetsOf, contentsOf, expectSoundPlan } from './plan-properties.ts';

const graphOf = (size: number) =>
  readStructuredAttrs({
    graph: Array.from({ length: size }, (_, node) => ({
      path: String.fromCharCode(97 + node),
      narSize: node,
      references: [],
    })),
  });

/** Groups of one to three nodes and merges of any two clusters that are left. */
const mergeTree = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 8, maxLength: 8 }),
  })
  .map(({ sizes, picks }) => {
    const clusters = sizes.map((_, group) => group);
    const merges: (readonly [number, number])[] = [];
    while (clusters.length > 1) {
      const [first, second] = picks[merges.length];
      const [left] = clusters.splice(first % clusters.length, 1);
      const [right] = clusters.splice(second % clusters.length, 1);
      merges.push([left, right]);
      clusters.push(sizes.length + merges.length - 1);
    }
    return { sizes, merges };
  });

function planOf({
  sizes,
  merges,
}: {
  sizes: readonly number[];
  merges: readonly (readonly [number, number])[];
}) {
  const starts = sizes.map((_, group) => sizes.slice(0, group).reduce((sum, size) => sum + size, 0));
  const graph = graphOf(sizes.reduce((sum, size) => sum + size, 0));
  const hierarchy = hierarchyFromMerges(
    {
      nodes: Uint32Array.from(graph.paths.keys()),
      starts: Uint32Array.from(starts),
      sharing: new Float64Array(sizes.length),
    },
    {
      left: Uint32Array.from(merges, ([left]) => left),
      right: Uint32Array.from(merges, ([, right]) => right),
    },
  );
  return planFromHierarchy('test', graph, hierarchy);
}

describe('hierarchyFromMerges', () => {
  it('undoes the last merges first', () => {
    // a and c become one, then b and d, then all.
    const plan = planOf({
      sizes: [1, 1, 1, 1],
      merges: [
        [0, 2],
        [1, 3],
        [4, 5],
      ],
    });

    expect(contentsOf(plan, 1)).toEqual([['a', 'b', 'c', 'd']]);
    expect(contentsOf(plan, 2)).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
    expect(contentsOf(plan, 3)).toEqual([['a', 'c'], ['b'], ['d']]);
    expect(contentsOf(plan, 4)).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('gives at every budget what merging until it fits gives', () => {
    fc.assert(
      fc.property(mergeTree, (tree) => {
        const plan = planOf(tree);
        expectSoundPlan(plan);
        for (const budget of budgetsOf(plan)) {
          expect(plan.layers(budget).map(({ nodes }) => [...nodes].join())).toEqual(
            naiveLayers(tree, budget),
          );
        }
      }),
    );
  });

  it('takes 200,000 groups that join one layer one by one, from either side', () => {
    const size = 200_000;
    const groups = {
      nodes: Uint32Array.from({ length: size }, (_, node) => node),
      starts: Uint32Array.from({ length: size }, (_, node) => node),
      sharing: new Float64Array(size),
    };
    const grown = Uint32Array.from({ length: size - 1 }, (_, merge) => (merge === 0 ? 0 : size + merge - 1));
    const joined = Uint32Array.from({ length: size - 1 }, (_, merge) => merge + 1);

    for (const [left, right] of [
      [grown, joined],
      [joined, grown],
    ]) {
      const { cutFrom } = hierarchyFromMerges(groups, { left, right });
      expect(Math.max(...cutFrom.slice(0, 1000), ...cutFrom.slice(-1000))).toBe(size);
    }
  });

  it.each<[what: string, merges: [number, number][], problem: string]>([
    ['too few', [[0, 1]], '3 groups take 2 merges, not 1'],
    [
      'a group twice',
      [
        [0, 1],
        [3, 0],
      ],
      'a cluster is merged twice',
    ],
    [
      'a cluster that is not made yet',
      [
        [0, 4],
        [1, 2],
      ],
      'merge 0 takes a cluster that does not exist yet',
    ],
  ])('refuses merges with %s', (_what, merges, problem) => {
    expect(() => planOf({ sizes: [1, 1, 1], merges })).toThrow(`engine/plan: ${problem}`);
  });
});

/** The groups as they are merged one step after another, while there are more than the budget. */
function naiveLayers(
  { sizes, merges }: { sizes: readonly number[]; merges: readonly (readonly [number, number])[] },
  budget: number,
): string[] {
  let next = 0;
  const clusters = new Map(sizes.map((size, group) => [group, Array.from({ length: size }, () => next++)]));
  for (const [merge, [left, right]] of merges.entries()) {
    if (clusters.size <= budget) break;
    clusters.set(sizes.length + merge, [...(clusters.get(left) ?? []), ...(clusters.get(right) ?? [])]);
    clusters.delete(left);
    clusters.delete(right);
  }
  const layers = [...clusters.values()].map((nodes) => nodes.sort((a, b) => a - b));
  return layers.sort(([a], [b]) => a - b).map((nodes) => nodes.join());
}
