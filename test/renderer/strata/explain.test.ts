import { describe, expect, test } from 'vitest';
import { freedBytes } from '../../../src/renderer/features/inspect/package-of.ts';
import { explainLayer, rootsNeeding } from '../../../src/renderer/features/strata/explain.ts';
import { closureOf, layerOf, nodesOf } from '../closure-of.ts';

const closure = closureOf(
  { web: ['flask', 'ssl'], tool: ['ssl'], flask: ['jinja', 'markup'], jinja: ['markup'], ssl: ['libc'] },
  { roots: ['web', 'tool'], sizes: { flask: 30, jinja: 20, markup: 5, ssl: 50, libc: 70, web: 1, tool: 2 } },
);
const named = (nodes: readonly number[]) => nodes.map((node) => closure.names[node]);

describe('why paths are together', () => {
  test('one head leads to all of a layer: it goes as a whole', () => {
    const why = explainLayer(closure, layerOf(closure, 'flask', 'jinja', 'markup'));
    expect(named(why.heads)).toEqual(['flask']);
    expect(why.whole).toBe(true);
    expect(named(why.neededBy)).toEqual(['web']);
  });

  test('a head whose dominated paths lie elsewhere does not take the layer along', () => {
    const why = explainLayer(closure, layerOf(closure, 'flask', 'jinja'));
    expect(named(why.heads)).toEqual(['flask']);
    expect(why.whole).toBe(false);
  });

  test('groups that only the budget put together are told apart, heaviest first', () => {
    const why = explainLayer(closure, layerOf(closure, 'flask', 'jinja', 'markup', 'ssl', 'libc'));
    expect(named(why.heads)).toEqual(['ssl', 'flask']);
    expect(why.headBytes.get(why.heads[0])).toBe(120);
    expect(why.headBytes.get(why.heads[1])).toBe(55);
    expect(named(why.neededBy).toSorted()).toEqual(['tool', 'web']);
  });
});

describe('what goes if packages go', () => {
  const [web, tool] = nodesOf(closure, 'web', 'tool');

  test('only what nothing else leads to', () => {
    expect(freedBytes(closure, new Set([web]))).toBe(1 + 30 + 20 + 5);
    expect(freedBytes(closure, new Set([tool]))).toBe(2);
    expect(freedBytes(closure, new Set([web, tool]))).toBe(closure.totalBytes);
    expect(freedBytes(closure, new Set())).toBe(0);
  });

  test('the packages that need a path', () => {
    expect(named(rootsNeeding(closure, nodesOf(closure, 'markup')))).toEqual(['web']);
    expect(named(rootsNeeding(closure, nodesOf(closure, 'libc'))).toSorted()).toEqual(['tool', 'web']);
  });
});
