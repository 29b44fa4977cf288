import { describe, expect, it } from 'vitest';
import { mostLayerBytes } from '../../../src/main/archive/measure.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe('what a layer may expand to', () => {
  it.each([
    ['a gibibyte, however small the blob', 100, GIB],
    ['2000 times the blob', 10 * MIB, 20_000 * MIB],
    ['what any layer may at most', 100 * GIB, 64 * GIB],
  ])('is %s', (_, blobBytes, most) => {
    expect(mostLayerBytes(blobBytes)).toBe(most);
  });
});
