import { describe, expect, test } from 'vitest';
import { nextSort, sorted } from '../../../src/renderer/components/sorting.ts';
import { moveInTree, treePlaces } from '../../../src/renderer/components/tree-rows.ts';

describe('the keys of a tree', () => {
  const rows = [
    { id: 'a', level: 0, expanded: true },
    { id: 'a/b', level: 1, expanded: false },
    { id: 'a/c', level: 1, expanded: null },
    { id: 'd', level: 0, expanded: null },
  ];

  test('right opens, then goes in; left closes, then goes out', () => {
    expect(moveInTree('ArrowRight', rows, 0)).toEqual({ type: 'focus', index: 1 });
    expect(moveInTree('ArrowRight', rows, 1)).toEqual({ type: 'toggle' });
    expect(moveInTree('ArrowRight', rows, 2)).toBeNull();
    expect(moveInTree('ArrowLeft', rows, 0)).toEqual({ type: 'toggle' });
    expect(moveInTree('ArrowLeft', rows, 2)).toEqual({ type: 'focus', index: 0 });
    expect(moveInTree('ArrowLeft', rows, 3)).toBeNull();
  });

  test('up and down stay within the tree', () => {
    expect(moveInTree('ArrowUp', rows, 0)).toBeNull();
    expect(moveInTree('ArrowDown', rows, 3)).toBeNull();
    expect(moveInTree('End', rows, 0)).toEqual({ type: 'focus', index: 3 });
    expect(moveInTree('Home', [], 0)).toBeNull();
  });
});

test('a row knows its place among those below the same parent', () => {
  const levels = [0, 1, 2, 2, 1, 0, 1];
  expect(treePlaces(levels.map((level) => ({ level })))).toEqual([
    { position: 1, setSize: 2 },
    { position: 1, setSize: 2 },
    { position: 1, setSize: 2 },
    { position: 2, setSize: 2 },
    { position: 2, setSize: 2 },
    { position: 2, setSize: 2 },
    { position: 1, setSize: 1 },
  ]);
  expect(treePlaces([])).toEqual([]);
});

describe('sorting', () => {
  test('a column goes from descending over ascending back to the order as it was', () => {
    const first = nextSort(null, 'size');
    const second = nextSort(first, 'size');
    expect([first, second, nextSort(second, 'size')]).toEqual([
      { column: 'size', direction: -1 },
      { column: 'size', direction: 1 },
      null,
    ]);
    expect(nextSort(second, 'name')).toEqual({ column: 'name', direction: -1 });
  });

  test('equal rows keep their order, in both directions', () => {
    const rows = [
      { id: 1, size: 5 },
      { id: 2, size: 9 },
      { id: 3, size: 5 },
    ];
    const bySize = (row: { size: number }) => row.size;
    expect(sorted(rows, bySize, -1).map(({ id }) => id)).toEqual([2, 1, 3]);
    expect(sorted(rows, bySize, 1).map(({ id }) => id)).toEqual([1, 3, 2]);
  });
});
