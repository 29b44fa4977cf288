import { describe, expect, test } from 'vitest';
import {
  dominated,
  dominatorTrail,
  layOutTiles,
} from '../../../src/renderer/features/dominators/dominator-hierarchy.ts';
import { nearestTile } from '../../../src/renderer/features/dominators/nearest-tile.ts';
import { closureOf, nodesOf } from '../closure-of.ts';

const closure = closureOf(
  { web: ['flask', 'ssl'], tool: ['ssl'], flask: ['jinja'], ssl: [] },
  { roots: ['web', 'tool'], sizes: { web: 100, flask: 300, jinja: 600, ssl: 800, tool: 200 } },
);
const { root } = closure.dominators;
const [web, flask, jinja, ssl, tool] = nodesOf(closure, 'web', 'flask', 'jinja', 'ssl', 'tool');

describe('what goes with what', () => {
  test('what several packages share lies in the image, the rest in what leads to it, heaviest first', () => {
    expect(dominated(closure, root)).toEqual([web, ssl, tool]);
    expect(dominated(closure, web)).toEqual([flask]);
    expect(dominatorTrail(closure, jinja)).toEqual([root, web, flask, jinja]);
  });

  test('areas are as bytes, and nothing leaves its frame', () => {
    const tiles = layOutTiles(closure, root, 'treemap', 1000, 800);
    const tile = (node: number) => tiles.find((candidate) => candidate.node === node && !candidate.self);
    const area = (node: number) => (tile(node)?.width ?? 0) * (tile(node)?.height ?? 0);
    expect(area(web) / area(ssl)).toBeCloseTo(1000 / 800, 1);
    expect(area(ssl) / area(tool)).toBeCloseTo(4, 0);
    const [outer, inner] = [tile(web), tile(flask)];
    if (!outer || !inner) throw new Error('A tile is missing.');
    expect(inner.left).toBeGreaterThanOrEqual(outer.left);
    expect(inner.top).toBeGreaterThan(outer.top);
    expect(inner.left + inner.width).toBeLessThanOrEqual(outer.left + outer.width);
    expect(inner.top + inner.height).toBeLessThanOrEqual(outer.top + outer.height);
  });

  test('in the icicle widths are as bytes, and each depth is a row', () => {
    const tiles = layOutTiles(closure, root, 'icicle', 1000, 600);
    const tile = (node: number) => tiles.find((candidate) => candidate.node === node);
    expect((tile(web)?.width ?? 0) / (tile(root)?.width ?? 1)).toBeCloseTo(0.5, 1);
    expect(tile(flask)?.top).toBeGreaterThan(tile(web)?.top ?? 0);
  });

  test('the arrow keys lead from tile to tile', () => {
    const tiles = layOutTiles(closure, root, 'icicle', 1000, 600);
    const at = (node: number) => tiles.find((candidate) => candidate.node === node);
    const from = at(web);
    if (!from) throw new Error('A tile is missing.');
    expect(nearestTile(tiles, from, 'ArrowRight')?.node).toBe(ssl);
    expect(nearestTile(tiles, from, 'ArrowDown')?.node).toBe(flask);
    expect(nearestTile(tiles, from, 'a')).toBeNull();
  });
});
