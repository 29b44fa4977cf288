import { describe, expect, it } from 'vitest';
import { count, formatBytes, formatCount, formatDuration, formatPercent } from '../../src/shared/format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [363_000_000, '363 MB'],
    [-1_500, '-1.50 kB'],
    [5e15, '5.00 PB'],
    [5e18, '5000 PB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [9_940, '9.9 s'],
    [12_400, '12 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('count', () => {
  it('knows one from many', () => {
    expect([0, 1, 2].map((number) => count(number, 'layer'))).toEqual(['0 layers', '1 layer', '2 layers']);
    expect(count(2, 'entry', 'entries')).toBe('2 entries');
  });

  it('sets thousands apart', () => {
    expect(formatCount(999)).toBe('999');
    expect(formatCount(63436)).toBe('63,436');
    expect(count(1234567, 'path')).toBe('1,234,567 paths');
  });
});

describe('formatPercent', () => {
  it.each([
    [0, '0 %'],
    [0.505, '50 %'],
    [0.9999, '99 %'],
    [1, '100 %'],
  ])('%d is %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });
});
