import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closureColumns } from '../../../src/engine/graph/closure-columns.ts';
import type { ClosureGraph } from '../../../src/engine/graph/closure-graph.ts';
import { subgraph } from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planSet } from '../../../src/engine/strategies/plan-set.ts';
import { reusableLayers } from '../../../src/engine/strategies/set/reusable.ts';
import { arbitraryGraph, attrsOf } from '../graph/arbitrary-graph.ts';
import { contentsOf } from './plan-properties.ts';

/** `a b` are two images with a path each, `ab` one with both; sizes by letter. */
const sizes: Readonly<Record<string, number>> = { a: 1e6, b: 2e6, c: 3e6, d: 4e6, e: 5e6 };
const image = (letters: string): ClosureGraph =>
  readStructuredAttrs({
    graph: [...letters].map((path) => ({ path, narSize: sizes[path] ?? 1, references: [] })),
  });
const layersOf = (plan: ReturnType<typeof planSet>[number], budget: number) =>
  contentsOf(plan, budget).map((layer) => layer.join(''));

describe('planSet', () => {
  it('merges what the same images have before it takes a shared layer apart', () => {
    const [first, second] = planSet([image('abcd'), image('cde')]);

    expect(layersOf(first, 3).sort()).toEqual(['ab', 'c', 'd']);
    expect(layersOf(second, 3).sort()).toEqual(['c', 'd', 'e']);
    // One image over the budget makes both take the merged layer where that costs nothing more.
    expect(layersOf(first, 2).sort()).toEqual(['ab', 'cd']);
    expect(layersOf(second, 2).sort()).toEqual(['cd', 'e']);
  });

  it('puts first what holds most for each update that changes it, whatever other images have', () => {
    const [first] = planSet([image('abc'), image('ab'), image('a')]);

    expect(layersOf(first, 125)).toEqual(['c', 'b', 'a']);
  });

  it('partitions every image within every budget, whatever the order of the images', () => {
    const cuts = arbitraryGraph(16).chain((plain) =>
      fc.record({
        plain: fc.constant(plain),
        roots: fc.array(
          fc.subarray([...plain.paths.keys()], { minLength: Math.min(1, plain.paths.length) }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
      }),
    );
    fc.assert(
      fc.property(cuts, ({ plain, roots }) => {
        const whole = readStructuredAttrs(attrsOf(plain));
        const images = roots.map((nodes) => subgraph(whole, Uint32Array.from(nodes)));
        const plans = planSet(images);
        const reversed = planSet(images.toReversed()).toReversed();
        for (const budget of [1, 2, 3, 5, 8, 20]) {
          plans.forEach((plan, at) => {
            const layers = contentsOf(plan, budget);
            expect(layers.length).toBeLessThanOrEqual(budget);
            expect(layers.flat().sort()).toEqual([...images[at].paths]);
            expect(contentsOf(reversed[at], budget)).toEqual(layers);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes over layers that exist beyond the set, and keeps hints', () => {
    const [plan] = planSet([image('abcde')], {
      known: [['a', 'c']],
      hints: { pins: ['b'], volatile: ['e'] },
    });

    expect(layersOf(plan, 4)).toEqual(['d', 'ac', 'b', 'e']);
    expect(layersOf(plan, 3)).toEqual(['acd', 'b', 'e']);
    expect(layersOf(plan, 1)).toEqual(['abcde']);
  });

  it('keeps the budgets that images have of their own, whichever of them is asked', () => {
    const images = [image('abcd'), image('cde')];
    const each = [{ budget: 2 }, { budget: 3 }];
    const [first, second] = planSet(images, { each });

    expect(layersOf(first, 2).sort()).toEqual(['ab', 'cd']);
    expect(layersOf(second, 3).sort()).toEqual(['cd', 'e']);
  });

  it('follows the hints of single images beside those of all', () => {
    const [first, second] = planSet([image('abcd'), image('cde')], {
      hints: { pins: ['c'] },
      each: [{ hints: { keepTogether: [['a', 'b']] } }, { hints: { volatile: ['d'] } }],
    });

    expect(layersOf(first, 125).sort()).toEqual(['ab', 'c', 'd']);
    expect(layersOf(second, 125)).toEqual(['e', 'c', 'd']);
  });

  it('gives pins up before what is volatile, which stays last', () => {
    const [plan] = planSet([image('abcde')], { hints: { pins: ['a', 'b', 'c', 'd'], volatile: ['e'] } });

    expect(layersOf(plan, 2)).toEqual(['abcd', 'e']);
    expect(layersOf(plan, 3).at(-1)).toBe('e');
  });

  it('refuses a budget that is none', () => {
    const [plan] = planSet([image('a')]);

    expect(() => plan.layers(0)).toThrow(RangeError);
    expect(() => plan.layers(1.5)).toThrow(RangeError);
  });
});

describe('layers to take over', () => {
  const graph = image('abcd');
  const chosen = (known: readonly (readonly string[])[]) =>
    reusableLayers(graph, known, closureColumns(graph)).map((nodes) =>
      Array.from(nodes, (node) => graph.paths[node]).join(''),
    );

  it('are whole in the image and have no path in common', () => {
    expect(chosen([['a', 'b'], ['b', 'c'], ['d', 'x'], []])).toEqual(['bc']);
  });

  it('are rather those that more images have', () => {
    expect(
      chosen([
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'b'],
      ]),
    ).toEqual(['ab']);
  });

  it('are left where big paths would suffer from many updates', () => {
    const big = readStructuredAttrs({
      graph: [
        { path: 'app', narSize: 10, references: Array.from({ length: 60 }, (_, index) => `lib${index}`) },
        { path: 'data', narSize: 1e9, references: [] },
        ...Array.from({ length: 60 }, (_, index) => ({ path: `lib${index}`, narSize: 10, references: [] })),
      ],
    });

    expect(reusableLayers(big, [['app', 'data']], closureColumns(big))).toEqual([]);
    expect(reusableLayers(big, [['data', 'lib1']], closureColumns(big))).toHaveLength(1);
  });
});
