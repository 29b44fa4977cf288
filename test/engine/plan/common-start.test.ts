import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planSet } from '../../../src/engine/strategies/plan-set.ts';
import { strata } from '../../../src/engine/strategies/strata.ts';
import { contentsOf } from './plan-properties.ts';

const sizes: Readonly<Record<string, number>> = { a: 1e6, b: 2e6, c: 3e6, d: 4e6, e: 5e6 };
const image = (letters: string) =>
  readStructuredAttrs({
    graph: [...letters].map((path) => ({ path, narSize: sizes[path] ?? 1, references: [] })),
  });
const like = (...images: string[]) => images.map((text) => text.split(' ').map((letters) => [...letters]));

describe('an image that begins as another does', () => {
  const plan = (letters: string, images: readonly string[], budget = 20, hints = {}) =>
    contentsOf(strata(image(letters), { minLayerBytes: 0, startLike: like(...images), hints }), budget).map(
      (layer) => layer.join(''),
    );

  it('has the same first layers in the same order, up to the first that it lacks a path of', () => {
    expect(plan('abcde', ['a bd x c'])).toEqual(['a', 'bd', 'e', 'c']);
    expect(plan('abcde', ['x a'])).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('begins as the one of several that gives most bytes', () => {
    expect(plan('abcde', ['a b', 'c x', 'b d'])).toEqual(['b', 'd', 'e', 'c', 'a']);
  });

  it('keeps that start where the budget is small, and hints before it', () => {
    expect(plan('abcde', ['a b'], 3)).toEqual(['a', 'b', 'cde']);
    expect(plan('abcde', ['a b c'], 20, { volatile: ['b'] })).toEqual(['a', 'e', 'd', 'c', 'b']);
  });
});

describe('a set of images with a common start', () => {
  it('begins with what most of them have', () => {
    const layersOf = (commonStart: boolean) =>
      planSet([image('abe'), image('ab'), image('ad')], { commonStart }).map((plan) =>
        contentsOf(plan, 20).map((layer) => layer.join('')),
      );
    expect(layersOf(false)[0]).toEqual(['e', 'b', 'a']);
    const [first, second] = layersOf(true);
    expect(first).toEqual(['b', 'a', 'e']);
    expect(second).toEqual(['b', 'a']);
  });
});
