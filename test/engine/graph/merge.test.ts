import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClosureGraph, mergePopularity } from '../../../src/engine/graph/closure-graph.ts';
import { mergeClosureGraphs } from '../../../src/engine/graph/merge.ts';
import { readPathInfo } from '../../../src/engine/graph/path-info.ts';

interface Entry {
  readonly path: string;
  readonly references: readonly string[];
}
const file = join(import.meta.dirname, '../../fixtures/closure-graphs/path-info-nix-2.8.json');
const entries: readonly Entry[] = JSON.parse(readFileSync(file, 'utf8'));

function closure(root: string): ClosureGraph {
  const paths = new Set([root]);
  for (const path of paths)
    for (const { references } of entries.filter((each) => each.path === path))
      for (const each of references) paths.add(each);
  return readPathInfo(JSON.stringify(entries.filter(({ path }) => paths.has(path))), { roots: [root] });
}

describe('closure graphs of several sources', () => {
  const roots = entries.map(({ path }) => path).filter((path) => /-(tool|other)-/.test(path));

  it('are together what Nix says of all their roots at once', () => {
    expect(roots.length).toBeGreaterThan(1);
    const merged = mergeClosureGraphs(roots.map(closure), roots);
    const whole = new Set(roots.flatMap((root) => [...closure(root).paths]));
    const expected = readPathInfo(JSON.stringify(entries.filter(({ path }) => whole.has(path))), { roots });
    expect(merged).toEqual(expected);
  });

  it('keep the order of the roots, whichever graph they are of', () => {
    const merged = mergeClosureGraphs(roots.map(closure), roots.toReversed());
    expect([...merged.roots].map((root) => merged.paths[root])).toEqual(roots.toReversed());
  });

  it('have each root in one of them', () => {
    expect(() => mergeClosureGraphs([closure(roots[0] ?? '')], ['/nix/store/elsewhere'])).toThrow(
      'elsewhere',
    );
  });
});

it('counts of several sets are added up', () => {
  expect(
    mergePopularity([
      { glibc: 3, zlib: 1 },
      { glibc: 4, constructor: 2 },
    ]),
  ).toEqual({
    glibc: 7,
    zlib: 1,
    constructor: 2,
  });
  expect(mergePopularity([])).toEqual({});
});
