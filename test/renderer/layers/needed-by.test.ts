import { describe, expect, test } from 'vitest';
import { freedBytes } from '../../../src/renderer/inspect/package-of.ts';
import { rootsNeeding } from '../../../src/renderer/layers/needed-by.ts';
import { closureOf, nodesOf } from '../closure-of.ts';

const closure = closureOf(
  { web: ['flask', 'ssl'], tool: ['ssl'], flask: ['jinja', 'markup'], jinja: ['markup'], ssl: ['libc'] },
  { roots: ['web', 'tool'], sizes: { flask: 30, jinja: 20, markup: 5, ssl: 50, libc: 70, web: 1, tool: 2 } },
);
const named = (nodes: readonly number[]) => nodes.map((node) => closure.names[node]);

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
