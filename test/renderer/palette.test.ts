import { describe, expect, test } from 'vitest';
import { itemAt } from '../../src/engine/graph/item-at.ts';
import { contrast, inkOn, parseHex, sharingColour } from '../../src/renderer/state/palette.ts';

const shares = Array.from({ length: 101 }, (_, i) => i / 100);

/** Lightness of OKLab (Ottosson, 2020). */
function lightness({ r, g, b }: { r: number; g: number; b: number }): number {
  const lin = (c: number) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const [x, y, z] = [lin(r), lin(g), lin(b)];
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z);
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z);
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

describe.each(['light', 'dark'] as const)('the sharing palette, %s', (theme) => {
  test('darkens steadily, so that hue is never needed to read it', () => {
    const values = shares.map((share) => lightness(sharingColour(share, theme)));
    for (let i = 1; i < values.length; i++) {
      expect(values[i]).toBeLessThan(itemAt(values, i - 1));
    }
    expect(itemAt(values, 0) - itemAt(values, 100)).toBeGreaterThan(0.4);
  });

  test('carries readable text at every point', () => {
    for (const share of shares) {
      const fill = sharingColour(share, theme);
      expect(contrast(fill, inkOn(fill))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('stays apart from the background at both ends', () => {
    const background = parseHex(theme === 'light' ? '#f4f1ec' : '#121417');
    expect(contrast(sharingColour(theme === 'light' ? 1 : 0, theme), background)).toBeGreaterThan(7);
    expect(contrast(sharingColour(theme === 'light' ? 0 : 1, theme), background)).toBeGreaterThan(1.15);
  });
});
