import { expect, it } from 'vitest';
import { MAX_BUDGET } from '../../src/shared/document.ts';
import { layerCountNotices, MOST_IMAGE_LAYERS } from '../../src/shared/layer-count.ts';

it('leaves room for the root layer and one on top of it', () => {
  expect(MAX_BUDGET + 2).toBe(MOST_IMAGE_LAYERS);
  expect(layerCountNotices(MAX_BUDGET + 1)).toEqual([]);
});

it.each([
  [125, 'nothing can be built on top'],
  [126, 'docker cannot load it'],
])('tells of %i layers', (layers, what) => {
  expect(layerCountNotices(layers)).toEqual([expect.stringContaining(what)]);
});
