import { expect, test } from 'vitest';
import { createRateMeter } from '../../src/shared/rate.ts';

test('the rate is the mean of the last seconds, from the second total on', () => {
  const rate = createRateMeter();
  expect(rate.note(500, 0)).toBe(0);
  expect(rate.note(500, 0)).toBe(0);
  expect(rate.note(1_500, 1_000)).toBe(1_000);
  expect(rate.note(5_500, 4_000)).toBe(1_250);
  // What is long ago no longer counts.
  expect(rate.note(5_500, 60_000)).toBe(0);
  expect(rate.note(6_500, 61_000)).toBe(1_000);
});

test('a total that became less, as a download does that begins anew, has no rate below nothing', () => {
  const rate = createRateMeter();
  rate.note(5_000, 0);
  expect(rate.note(0, 1_000)).toBe(0);
});
