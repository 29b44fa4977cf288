import { expect, test } from 'vitest';
import { sumDownloads } from '../../src/shared/download-sums.ts';

const whole = { state: 'done', doneBytes: 2_000, totalBytes: 2_000 };
const begun = { state: 'running', doneBytes: 500, totalBytes: 30_000 };
const planned = { state: 'planned', doneBytes: 0, totalBytes: null };

test('downloads are of as many bytes as were announced', () => {
  expect(sumDownloads([whole, begun, planned], 40_000)).toEqual({
    count: 3,
    finished: 1,
    doneBytes: 2_500,
    totalBytes: 40_000,
  });
});

test('what all downloads say counts more than an announcement, which is rounded', () => {
  expect(sumDownloads([whole, begun], 31_900).totalBytes).toBe(32_000);
  expect(sumDownloads([whole, begun], 32_100).totalBytes).toBe(32_000);
});

test('a total is known only once that of each is', () => {
  expect(sumDownloads([whole, begun, planned], 0).totalBytes).toBeNull();
  expect(sumDownloads([whole, begun], 0).totalBytes).toBe(32_000);
  expect(sumDownloads([], 0).totalBytes).toBeNull();
});
