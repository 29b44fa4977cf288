import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { stackStrata } from '../../../src/renderer/layers/stack.ts';

const sizes = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 125 });
const height = fc.integer({ min: 40, max: 2000 });

describe('stacking strata', () => {
  test('fills the height exactly, whatever the sizes', () => {
    fc.assert(
      fc.property(sizes, height, (layers, pixels) => {
        const { tops, heights } = stackStrata(layers, { height: pixels });
        const last = layers.length - 1;
        expect(itemAt(tops, last) + itemAt(heights, last)).toBeCloseTo(pixels, 6);
      }),
    );
  });

  test('never turns the order of sizes around', () => {
    fc.assert(
      fc.property(sizes, height, (layers, pixels) => {
        const { heights } = stackStrata(layers, { height: pixels });
        layers.forEach((size, i) => {
          layers.forEach((other, j) => {
            if (size > other) expect(heights[i]).toBeGreaterThanOrEqual(itemAt(heights, j) - 1e-9);
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  test('a layer a hundred times larger is thicker, but not a hundred times', () => {
    const { heights } = stackStrata([1e6, 1e8], { height: 600, minHeight: 16 });
    const ratio = itemAt(heights, 1) / itemAt(heights, 0);
    expect(ratio).toBeGreaterThan(5);
    expect(ratio).toBeLessThan(11);
  });
});
