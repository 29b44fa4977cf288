import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argsort } from '../../../src/engine/graph/argsort.ts';
import { sortPaths } from '../../../src/engine/graph/sort-paths.ts';

describe('argsort', () => {
  it('orders numbers from 0 up, and keeps equal ones in their order', () => {
    const key = fc.oneof(
      fc.double({ min: 0, noNaN: true }).map(Math.abs),
      fc.nat({ max: 3 }),
      fc.maxSafeNat(),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
        const expected = [...keys.keys()].sort((a, b) => keys[a] - keys[b] || a - b);
        expect([...argsort(Float64Array.from(keys))]).toEqual(expected);
      }),
    );
  });
});

describe('sortPaths', () => {
  const path = fc.oneof(
    fc
      .string({ unit: fc.constantFrom('0', '1', 'z', '-'), maxLength: 12 })
      .map((name) => `/nix/store/${name}`),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );

  it('orders by UTF-16 code units, as sort does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 50 }), (paths) => {
        expect(Array.from(sortPaths(paths), (position) => paths[position])).toEqual(paths.toSorted());
      }),
    );
  });

  it('orders by exact keys, and by comparison where they are equal', () => {
    expect([...sortPaths(['c', 'b', 'a'], Float64Array.of(3, 2, 1))]).toEqual([2, 1, 0]);
    expect([...sortPaths(['b2', 'b1', 'a'], Float64Array.of(2, 2, 1))]).toEqual([2, 1, 0]);
  });

  it('puts a path before those that it is the beginning of', () => {
    expect([...sortPaths(['/nix/store/ab\u0000', '/nix/store/ab', '/nix/store/abc'])]).toEqual([1, 0, 2]);
  });
});
