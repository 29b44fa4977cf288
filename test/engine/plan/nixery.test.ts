import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planFromHierarchy } from '../../../src/engine/plan/hierarchy.ts';
import { groupLayersJson, planGroupLayers } from '../../../src/engine/strategies/group-layers.ts';
import { nixery } from '../../../src/engine/strategies/nixery.ts';
import { arbitraryGraph, arbitraryShuffle, attrsOf } from '../graph/arbitrary-graph.ts';
import { budgetsOf, contentsOf, expectSoundPlan } from './plan-properties.ts';

const cases = join(import.meta.dirname, '../../fixtures/grouping-cases');

/** An input and what the original program made of it. */
interface GroupingCase {
  readonly attrs: unknown;
  readonly popularity: Readonly<Record<string, number>>;
  readonly budget: number;
  /** Sets of store paths. */
  readonly layers?: readonly (readonly string[])[];
  /** Sets of names of one letter, by budget. */
  readonly layersByBudget?: Readonly<Record<string, readonly string[]>>;
}

const readCase = (file: string): GroupingCase =>
  JSON.parse(gunzipSync(readFileSync(join(cases, file))).toString());
const asSets = (layers: readonly (readonly string[])[]) =>
  layers.map((layer) => [...layer].sort().join('\n')).sort();

describe('nixery', () => {
  for (const file of readdirSync(cases)) {
    const { attrs, popularity, budget, layers, layersByBudget } = readCase(file);
    const plan = nixery(readStructuredAttrs(attrs), { popularity });

    if (layers !== undefined) {
      it(`groups ${file} into ${budget} layers as the original program does`, () => {
        expect(asSets(contentsOf(plan, budget))).toEqual(asSets(layers));
      });
    }
    for (const [smaller, names] of Object.entries(layersByBudget ?? {})) {
      it(`groups ${file} into ${smaller} layers as the original program does`, () => {
        const letters = contentsOf(plan, Number(smaller)).map((layer) => layer.map((path) => path.slice(-1)));
        expect(asSets(letters)).toEqual(asSets(names.map((name) => [...name])));
      });
    }
    it(`partitions ${file} within every budget`, () => {
      expectSoundPlan(plan);
    });
  }

  const record = (name: string, closureSize: number, ...references: string[]) => ({
    path: name,
    narSize: 1,
    closureSize,
    references,
  });

  it('makes heads of what is bigger than, or as popular as, the thresholds', () => {
    const graph = readStructuredAttrs({
      graph: [record('app', 5, 'big', 'popular'), record('big', 4), record('popular', 1)],
    });
    const options = { popularity: { popular: 10 }, closureSizeThreshold: 3, popularityThreshold: 10 };

    expect(nixery(graph).maxLayers).toBe(1);
    expect(nixery(graph, options).maxLayers).toBe(3);
    expect(nixery(graph, { ...options, closureSizeThreshold: 4 }).maxLayers).toBe(2);
    expect(nixery(graph, { ...options, popularityThreshold: 11 }).maxLayers).toBe(2);
  });

  it('settles equal ratings by store path, where the original program does so at random', () => {
    const graph = readStructuredAttrs({
      graph: [record('c', 1), record('a', 1), record('d', 1), record('b', 1)],
    });

    expect(contentsOf(nixery(graph), 3).map((layer) => layer.join(''))).toEqual(['ab', 'c', 'd']);
  });

  it('keeps the merged layer the lowest, whatever it amounts to', () => {
    // 3 + 4 is more than 5, and still takes 5 in at a budget of two.
    const graph = readStructuredAttrs({
      graph: [record('a', 3), record('b', 4), record('c', 5), record('d', 6)],
    });

    expect(contentsOf(nixery(graph), 2).map((layer) => layer.join(''))).toEqual(['abc', 'd']);
  });

  it('tells ratings apart that are the same double', () => {
    const [higher, lower] = [2 ** 53 - 1, 2 ** 53 - 2];
    expect(5 * higher).toBe(5 * lower);
    const graph = readStructuredAttrs({ graph: [record('a', higher), record('b', lower), record('c', 1)] });
    const plan = nixery(graph, { popularity: { a: 5, b: 5 } });

    expect(contentsOf(plan, 2).map((layer) => layer.join(''))).toEqual(['a', 'bc']);
  });

  it('puts what no root reaches into layers too', () => {
    const graph = readStructuredAttrs(
      { graph: [record('a', 1), record('b', 2, 'c'), record('c', 1)] },
      { roots: ['a'] },
    );

    expectSoundPlan(nixery(graph));
    expect(nixery(graph).maxLayers).toBe(2);
  });

  it('is a partition within every budget, for any graph', () => {
    fc.assert(
      fc.property(
        arbitraryGraph(),
        fc.nat({ max: 3_000_000 }),
        fc.nat({ max: 4 }),
        (plain, closureSizeThreshold, popular) => {
          const popularity = { 'glibc-2.36': 3, 'bash-5.2': 2 };
          const options = { popularity, closureSizeThreshold, popularityThreshold: popular };
          expectSoundPlan(nixery(readStructuredAttrs(attrsOf(plain)), options));
        },
      ),
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(arbitraryShuffle(), ({ graph, shuffled }) => {
        const options = { popularity: { 'glibc-2.36': 2000 }, closureSizeThreshold: 1_000_000 };
        const plan = nixery(readStructuredAttrs(attrsOf(graph)), options);
        const other = nixery(readStructuredAttrs(shuffled), options);
        for (const budget of budgetsOf(plan))
          expect(contentsOf(other, budget)).toEqual(contentsOf(plan, budget));
      }),
    );
  });

  it('can be had again from its hierarchy', () => {
    const { attrs, popularity } = readCase('git.json.gz');
    const plan = nixery(readStructuredAttrs(attrs), { popularity });
    const again = planFromHierarchy(plan.strategy, plan.graph, structuredClone(plan.hierarchy));

    for (const budget of budgetsOf(plan)) expect(contentsOf(again, budget)).toEqual(contentsOf(plan, budget));
  });
});

describe('planGroupLayers', () => {
  const { attrs, popularity, layers = [], budget } = readCase('git.json.gz');

  it('answers as the original program: layers of sorted paths, as JSON', () => {
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const json = groupLayersJson(planGroupLayers(bytes(attrs), popularity), budget);

    const written: { contents: string[] }[] = JSON.parse(json);
    for (const { contents } of written) expect(contents).toEqual(contents.toSorted());
    expect(asSets(written.map(({ contents }) => contents))).toEqual(asSets(layers));
  });

  it('takes the popularity beside the graph where none is given', () => {
    const beside = planGroupLayers({ ...(attrs as object), popularity });

    expect(asSets(contentsOf(beside, budget))).toEqual(asSets(layers));
    expect(planGroupLayers({ graph: [] }).layers(1)).toEqual([]);
  });

  it('refuses counts that are none', () => {
    expect(() => planGroupLayers({ graph: [], popularity: { a: -1 } })).toThrow(
      'engine/graph: popularity["a"]: expected a whole number from 0, found -1',
    );
  });
});
