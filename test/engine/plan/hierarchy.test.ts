import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { type Hierarchy, planFromHierarchy } from '../../../src/engine/plan/hierarchy.ts';
import { contentsOf, expectSoundPlan } from './plan-properties.ts';

/** Five paths, a to e, of 1, 2, 4, 8 and 16 bytes. */
const graph = readStructuredAttrs({
  graph: [...'abcde'].map((path, node) => ({ path, narSize: 2 ** node, references: [] })),
});
const layersAt = (plan: Hierarchy, budget: number) =>
  contentsOf(planFromHierarchy('test', graph, plan), budget).map((layer) => layer.join(''));

/** b alone, then d and a, then e, then c. The last boundary is cut first. */
const hierarchy: Hierarchy = {
  order: Uint32Array.of(1, 3, 0, 4, 2),
  starts: Uint32Array.of(0, 1, 3, 4),
  cutFrom: Uint32Array.of(0, 4, 3, 2),
  sharing: Float64Array.of(1, 5, 3, 3),
};

describe('planFromHierarchy', () => {
  it('cuts at the boundaries that a budget has', () => {
    expect(layersAt(hierarchy, 1)).toEqual(['abcde']);
    expect(layersAt(hierarchy, 2).sort()).toEqual(['abde', 'c']);
    expect(layersAt(hierarchy, 3).sort()).toEqual(['abd', 'c', 'e']);
    expect(layersAt(hierarchy, 4).sort()).toEqual(['ad', 'b', 'c', 'e']);
    expect(layersAt(hierarchy, 125)).toEqual(layersAt(hierarchy, 4));
    expectSoundPlan(planFromHierarchy('test', graph, hierarchy));
  });

  it('puts the most widely shared first, by its least shared group, and settles ties by store path', () => {
    expect(layersAt(hierarchy, 4)).toEqual(['ad', 'c', 'e', 'b']);
    expect(layersAt(hierarchy, 3)).toEqual(['c', 'e', 'abd']);
  });

  it('adds up NAR sizes', () => {
    const plan = planFromHierarchy('test', graph, hierarchy);

    expect(plan.layers(3).map(({ sizeBytes }) => sizeBytes)).toEqual([4, 16, 1 + 2 + 8]);
  });

  it('takes the finest level that fits where several layers come at once', () => {
    const jump = { ...hierarchy, cutFrom: Uint32Array.of(0, 4, 4, 2) };

    expect(layersAt(jump, 3)).toEqual(layersAt(jump, 2));
    expect(layersAt(jump, 4)).toHaveLength(4);
  });

  it('gives the same object for the same layer and the same budget, so that a lookup costs nothing twice', () => {
    const plan = planFromHierarchy('test', graph, hierarchy);

    expect(plan.layers(125)).toBe(plan.layers(4));
    const c = plan.layers(2).find(({ nodes }) => nodes[0] === 2);
    expect(plan.layers(4)).toContain(c);
  });

  it('has no layers for a graph of nothing', () => {
    const nothing = readStructuredAttrs({ graph: [] });
    const empty = {
      order: new Uint32Array(),
      starts: new Uint32Array(),
      cutFrom: new Uint32Array(),
      sharing: new Float64Array(),
    };

    expect(planFromHierarchy('test', nothing, empty).layers(1)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a budget of %d', (budget) => {
    const plan = planFromHierarchy('test', graph, hierarchy);

    expect(() => plan.layers(budget)).toThrow(RangeError);
  });

  it.each<[what: string, change: Partial<Hierarchy>, problem: string]>([
    ['a node twice', { order: Uint32Array.of(1, 3, 0, 4, 4) }, 'node 4 is in two layers'],
    ['a node that is not there', { order: Uint32Array.of(1, 3, 0, 4, 9) }, 'node 9 is not in the graph'],
    ['a node missing', { order: Uint32Array.of(1, 3, 0, 4) }, '1 nodes are in no layer'],
    ['an empty group', { starts: Uint32Array.of(0, 1, 1, 4) }, 'group 1 is empty'],
    ['a group past the end', { starts: Uint32Array.of(0, 1, 3, 5) }, 'group 3 is empty'],
    [
      'nodes before the first group',
      { starts: Uint32Array.of(1, 2, 3, 4) },
      'the first group does not start at 0',
    ],
    ['a missing cut', { cutFrom: Uint32Array.of(0, 2, 3) }, '4 groups, but 3 cuts and 4 numbers of sharing'],
    [
      'more layers than a budget allows',
      { cutFrom: Uint32Array.of(0, 2, 2, 4) },
      'a budget of 2 would give more layers than that',
    ],
  ])('refuses a hierarchy with %s', (_what, change, problem) => {
    expect(() => planFromHierarchy('test', graph, { ...hierarchy, ...change })).toThrow(
      `engine/plan: ${problem}`,
    );
  });
});

describe('planFromHierarchy with a coarser hierarchy', () => {
  /** a and e, then the rest. */
  const coarser: Hierarchy = {
    order: Uint32Array.of(0, 4, 1, 2, 3),
    starts: Uint32Array.of(0, 2),
    cutFrom: Uint32Array.of(0, 2),
    sharing: Float64Array.of(2, 1),
  };
  const both: Hierarchy = { ...hierarchy, coarser: { upToBudget: 3, hierarchy: coarser } };

  it('asks that one up to its budget as far as it has groups, and the finer one beyond', () => {
    expect(layersAt(both, 2)).toEqual(['ae', 'bcd']);
    expect(layersAt(both, 3)).toEqual(layersAt(hierarchy, 3));
    expect(layersAt({ ...both, coarser: { upToBudget: 1, hierarchy: coarser } }, 2)).toEqual(
      layersAt(hierarchy, 2),
    );
    expectSoundPlan(planFromHierarchy('test', graph, both));
  });

  it('reads it only when such a budget is asked for', () => {
    let reads = 0;
    const plan = planFromHierarchy('test', graph, {
      ...hierarchy,
      coarser: {
        upToBudget: 3,
        get hierarchy() {
          reads++;
          return coarser;
        },
      },
    });
    plan.layers(4);
    expect(reads).toBe(0);
    plan.layers(2);
    plan.layers(3);
    expect(reads).toBe(1);
  });

  it('refuses it where it is no partition', () => {
    const damaged = { ...coarser, order: Uint32Array.of(0, 4) };
    const plan = planFromHierarchy('test', graph, {
      ...hierarchy,
      coarser: { upToBudget: 3, hierarchy: damaged },
    });
    expect(() => plan.layers(2)).toThrow('engine/plan: 3 nodes are in no layer');
  });
});
