import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { countPopularity } from '../../../src/engine/plan/count-popularity.ts';
import { matchPopularity, versionPattern } from '../../../src/engine/plan/popularity-match.ts';
import { percentileOf, popularityScale } from '../../../src/engine/plan/popularity-scale.ts';

const at = (name: string) => `/nix/store/${'a'.repeat(32)}-${name}`;

describe('popularity of another day', () => {
  it('is found by the whole name, else by that of another version', () => {
    const names = ['curl-8.2', 'openssl-3.0.22-bin', 'openssl-3.0.22', 'hello-2.12', 'nothing-1'];
    const graph = readStructuredAttrs({
      graph: names.map((name) => ({ path: at(name), narSize: 1, references: [] })),
    });
    const counts = matchPopularity(graph, {
      'curl-8.2': 7,
      'curl-9.0': 70,
      'openssl-3.0.19-bin': 5,
      'openssl-3.0.19': 50,
      'openssl-1.1.1': 40,
      'hello-world-2.12': 9,
    });
    const byName = Object.fromEntries(graph.paths.map((path, node) => [path.slice(44), counts[node]]));

    expect(byName).toEqual({
      'curl-8.2': 7,
      'openssl-3.0.22-bin': 5,
      'openssl-3.0.22': 50,
      'hello-2.12': 1,
      'nothing-1': 1,
    });
  });

  it('does not take different packages of similar names for one', () => {
    expect(versionPattern('libgtk-3-bin-3.24.38')).toBe('libgtk-*-bin-*');
    expect(versionPattern('libgtk-3-0-3.24.38')).toBe('libgtk-*-*-*');
    expect(versionPattern('7zip-22.01')).toBe('7zip-*');
  });
});

describe('percentiles of popularity', () => {
  it('are those of the package set', () => {
    const counts = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`p${index}`, index + 2]));
    const scale = popularityScale({ ...counts, unpopular: 1 });

    expect(scale.highest).toBe(2001);
    expect(percentileOf(scale, 2)).toBe(0);
    expect(percentileOf(scale, 1002)).toBe(0.5);
    expect(percentileOf(scale, 5000)).toBe(1);
    expect(percentileOf(scale, 1)).toBe(0);
  });

  it('are those of Debian where the counts are an excerpt', () => {
    const scale = popularityScale({ bash: 23, glibc: 21_900 });

    expect(percentileOf(scale, 1)).toBe(0);
    expect(percentileOf(scale, 23)).toBe(0.91);
    expect(percentileOf(scale, 21_900)).toBeGreaterThan(0.99);
  });

  it('are zero where there are no counts', () => {
    expect(percentileOf(popularityScale({}), 1)).toBe(0);
    expect(popularityScale({}).highest).toBe(1);
  });
});

describe('counting popularity', () => {
  it('counts the names that refer to a name, themselves left out', () => {
    const popularity = countPopularity([
      {
        path: at('app-1'),
        references: [at('lib-1'), at('app-1'), 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-base-2'],
      },
      { path: at('tool-1'), references: [at('lib-1'), at('base-2')] },
      // Another build of the same name says nothing new.
      { path: `/nix/store/${'c'.repeat(32)}-tool-1`, references: [at('lib-1')] },
      { path: at('lib-1'), references: [at('base-2')] },
      { path: at('base-2'), references: [] },
    ]);

    expect(popularity).toEqual({ 'base-2': 3, 'lib-1': 2 });
  });
});
