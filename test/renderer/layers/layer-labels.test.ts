import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { sameLayers } from '../../../src/renderer/features/strata/same-layers.ts';
import { fitNames, fitText, layerLabels, nameList } from '../../../src/renderer/layers/layer-labels.ts';
import { closureOf, layerOf } from '../closure-of.ts';

const measure = (text: string) => text.length * 7;

describe('what a stratum says of itself', () => {
  test('never more than fits', () => {
    const names = fc.array(fc.stringMatching(/^[a-z0-9-]{1,30}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 600 }), (all, width) => {
        expect(measure(fitNames(all, width, measure))).toBeLessThanOrEqual(width);
        expect(measure(fitText(itemAt(all, 0), width, measure))).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('as many names as fit, and how many more there are', () => {
    expect(fitNames(['glibc', 'zlib', 'openssl'], 1000, measure)).toBe('glibc  ·  zlib  ·  openssl');
    expect(fitNames(['glibc', 'zlib', 'openssl'], 140, measure)).toBe('glibc  ·  zlib   +1');
    expect(fitNames(['glibc'], 21, measure)).toBe('gl…');
    expect(nameList(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });

  test('names without versions, largest first, each once; outputs are told apart', () => {
    const sizes = { 'git-2.39': 1e6, 'perl-5.36': 5e6, 'perl-5.36-man': 20, 'perl-5.34': 10 };
    const paths = Object.keys(sizes);
    const closure = closureOf({ 'git-2.39': paths.slice(1) }, { roots: ['git-2.39'], sizes });
    expect(layerLabels(closure)(layerOf(closure, ...paths))).toEqual({
      names: ['perl', 'git', 'perl-man'],
      facts: '4 paths · 6.00 MB',
    });
  });
});

describe('layers that two plans share', () => {
  test('are those with the very same paths', () => {
    const closure = closureOf({ a: ['b', 'c'], b: [], c: [] }, { roots: ['a'] });
    const left = [layerOf(closure, 'a'), layerOf(closure, 'b', 'c')];
    const right = [layerOf(closure, 'b', 'c'), layerOf(closure, 'a')];
    expect(sameLayers(left, right)).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(sameLayers(left, [layerOf(closure, 'a', 'b'), layerOf(closure, 'c')])).toEqual([]);
  });
});
