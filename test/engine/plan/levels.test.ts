import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planFromHierarchy } from '../../../src/engine/plan/hierarchy.ts';
import { hierarchyFromLevels } from '../../../src/engine/plan/levels.ts';
import { budgetsOf, contentsOf, expectSoundPlan } from './plan-properties.ts';

const graphOf = (size: number) =>
  readStructuredAttrs({
    graph: Array.from({ length: size }, (_, node) => ({
      path: String.fromCharCode(97 + node),
      narSize: node,
      references: [],
    })),
  });

function planOf(levels: readonly (readonly number[])[], size = levels[0].length) {
  const rows = levels.map((level) => Uint32Array.from(level));
  return planFromHierarchy(
    'test',
    graphOf(size),
    hierarchyFromLevels(size, rows, (node) => node),
  );
}

describe('hierarchyFromLevels', () => {
  it('takes the finest level that fits the budget', () => {
    const plan = planOf([
      [1, 1, 2, 2, 2],
      [7, 7, 8, 9, 5],
      [1, 2, 3, 4, 5],
    ]);

    expect(contentsOf(plan, 1)).toEqual([['a', 'b', 'c', 'd', 'e']]);
    expect(contentsOf(plan, 2)).toEqual([
      ['c', 'd', 'e'],
      ['a', 'b'],
    ]);
    expect(contentsOf(plan, 3)).toEqual(contentsOf(plan, 2));
    expect(contentsOf(plan, 4)).toEqual([['e'], ['d'], ['c'], ['a', 'b']]);
    expect(plan.maxLayers).toBe(5);
  });

  it('says of a layer that it is shared as widely as the least of its nodes', () => {
    const { sharing } = hierarchyFromLevels(3, [Uint32Array.of(1, 0, 1)], (node) => [5, 4, 3][node]);

    expect([...sharing]).toEqual([3, 4]);
  });

  it('is one layer without levels, and nothing for a graph of nothing', () => {
    expect(contentsOf(planOf([], 2), 5)).toEqual([['a', 'b']]);
    expect(planOf([], 0).layers(1)).toEqual([]);
  });

  it('gives at every budget the finest level that fits, whatever the levels', () => {
    const levels = fc.integer({ min: 1, max: 8 }).chain((size) =>
      fc.array(fc.array(fc.nat({ max: 2 }), { minLength: size, maxLength: size }), {
        minLength: 1,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(levels, (given) => {
        const plan = planOf(given);
        expectSoundPlan(plan);
        // Nodes are together at a level where they are together at it and at all coarser ones.
        const partitions = given.map((_, depth) =>
          Map.groupBy(given[0].keys(), (node) =>
            given
              .slice(0, depth + 1)
              .map((level) => level[node])
              .join(),
          ),
        );
        for (const budget of budgetsOf(plan)) {
          const fitting = partitions.findLast((partition) => partition.size <= budget);
          const expected = [...(fitting?.values() ?? [[...given[0].keys()]])].map((nodes) => nodes.join());
          expect(
            plan
              .layers(budget)
              .map(({ nodes }) => nodes.join())
              .sort(),
          ).toEqual(expected.sort());
        }
      }),
    );
  });
});
