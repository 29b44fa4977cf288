import { describe, expect, it } from 'vitest';
import { storePathName } from '../../../src/engine/graph/closure-graph.ts';
import { nodePopularity, readPopularity } from '../../../src/engine/graph/popularity.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';

const hash = '0mdqa9w1p6cmli6976v4wi0sw9r4p5pr';

describe('storePathName', () => {
  it.each([
    [`/nix/store/${hash}-hello-2.12.1`, 'hello-2.12.1'],
    [`/gnu/other-store/${hash}-hello`, 'hello'],
    [`${hash}-hello`, 'hello'],
    [`/nix/store/${hash}-`, `${hash}-`],
    ['/nix/store/hello-2.12', 'hello-2.12'],
    ['hello', 'hello'],
    ['', ''],
  ])('of %j is %j', (path, name) => {
    expect(storePathName(path)).toBe(name);
  });
});

describe('nodePopularity', () => {
  it('is looked up by name, and 1 for names that nothing is known of', () => {
    const paths = [`/nix/store/0${hash.slice(1)}-glibc-2.36`, `/nix/store/1${hash.slice(1)}-constructor`];
    const graph = readStructuredAttrs({ graph: paths.map((path) => ({ path, narSize: 1, references: [] })) });

    expect([...nodePopularity(graph, { 'glibc-2.36': 9000 })]).toEqual([9000, 1]);
  });
});

describe('readPopularity', () => {
  it('reads an object of whole numbers', () => {
    expect(readPopularity('{"glibc": 12, "zero": 0}')).toEqual({ glibc: 12, zero: 0 });
  });

  it.each([
    ['[]', 'popularity: expected an object, found an array'],
    ['{"a": -1}', 'popularity["a"]: expected a whole number from 0, found -1'],
    ['{"a": 0.5}', 'popularity["a"]: expected a whole number from 0, found 0.5'],
    ['{"a": "1"}', 'popularity["a"]: expected a whole number from 0, found a string'],
    ['{"a": 1', 'line 1, column 8: this is not JSON'],
  ])('refuses %s', (text, message) => {
    expect(() => readPopularity(text)).toThrow(`engine/graph: ${message}`);
  });
});
