import fc from 'fast-check';
import { expect, test } from 'vitest';
import { progressFilter } from '../../../src/main/nix/progress-filter.ts';

test('the hundred thousand steps of a gigabyte become some two hundred, the last among them', () => {
  const isTooFine = progressFilter();
  const expected = 2 ** 30;
  const told: number[] = [];
  for (let done = 0; done <= expected; done += 8192) {
    const event = { type: 'progress', id: '1', done, expected } as const;
    if (!isTooFine(event)) told.push(done);
    if (!isTooFine(event)) told.push(done);
  }
  expect(told.length).toBeLessThanOrEqual(202);
  expect(told[0]).toBe(0);
  expect(told.at(-1)).toBe(expected);
});

test('what is let through never lags behind by more than a step', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(100_000), { maxLength: 200 }),
      fc.integer({ min: 1, max: 10 ** 8 }),
      (steps, expected) => {
        const isTooFine = progressFilter();
        let done = 0;
        let told = 0;
        for (const step of steps) {
          done = Math.min(done + step, expected);
          if (!isTooFine({ type: 'progress', id: '1', done, expected })) told = done;
          expect(done - told).toBeLessThan(Math.max(64 * 1024, expected / 200));
        }
      },
    ),
  );
});

test('other events pass', () => {
  const isTooFine = progressFilter();
  expect(isTooFine({ type: 'stopped', id: '1' })).toBe(false);
  expect(isTooFine({ type: 'phase', phase: 'build', text: '' })).toBe(false);
});
