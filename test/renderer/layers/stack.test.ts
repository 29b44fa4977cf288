import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { LEGIBLE, pictureScale, scaleBar, stackStrata } from '../../../src/renderer/layers/stack.ts';

const sizes = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 125 });
const columns = fc.array(sizes, { minLength: 1, maxLength: 2 });
const height = fc.integer({ min: 60, max: 2000 });
const kind = fc.constantFrom('true' as const, 'compressed' as const, null);

describe('the picture of layers', () => {
  test('never is higher than there is room, side by side or alone', () => {
    fc.assert(
      fc.property(columns, height, kind, (all, pixels, chosen) => {
        const scale = pictureScale(all, pixels, chosen);
        for (const layers of all)
          expect(stackStrata(layers, scale).height).toBeLessThanOrEqual(pixels + 1e-6);
      }),
    );
  });

  test('to scale: a byte is as high everywhere, and what has no room for its name is gathered, once', () => {
    fc.assert(
      fc.property(columns, height, (all, pixels) => {
        const scale = pictureScale(all, pixels, 'true');
        const perByte = scale.heightOf(1);
        for (const layers of all) {
          const { heights, gathered } = stackStrata(layers, scale);
          layers.forEach((size, i) => {
            expect(heights[i]).toBeCloseTo(size * perByte, 6);
            expect(gathered?.layers.includes(i) ?? false).toBe(itemAt(heights, i) < LEGIBLE);
          });
        }
      }),
    );
  });

  test('compressed: what is larger is never drawn lower, on whichever side it stands', () => {
    fc.assert(
      fc.property(columns, height, (all, pixels) => {
        const scale = pictureScale(all, pixels, 'compressed');
        const bands = all.flatMap((layers) => {
          const { heights } = stackStrata(layers, scale);
          return layers.map((size, i) => ({ size, height: itemAt(heights, i) }));
        });
        bands.sort((a, b) => a.size - b.size || a.height - b.height);
        for (const [i, { height: high }] of bands.entries())
          expect(high).toBeGreaterThanOrEqual((bands[i - 1]?.height ?? 0) - 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  test('is to scale where most of the bytes have a name then, else compressed', () => {
    expect(pictureScale([[8.74e9, 2e9, 1e9, 2e5]], 600, null).kind).toBe('true');
    expect(pictureScale([Array.from({ length: 90 }, () => 1e6)], 600, null).kind).toBe('compressed');
  });

  test('the largest of 12 GB takes its part of the height', () => {
    const layers = [8.74e9, 2e9, 1e9, 2.6e8];
    const { heights } = stackStrata(layers, pictureScale([layers], 600, null));
    expect(itemAt(heights, 0) / 600).toBeGreaterThan(0.69);
  });

  test('its bar stands for a round number of bytes', () => {
    const scale = pictureScale([[1e8, 5e7]], 600, 'true');
    expect(scaleBar(scale, 30)).toEqual({ sizeBytes: 5e6, height: scale.heightOf(5e6) });
  });
});
