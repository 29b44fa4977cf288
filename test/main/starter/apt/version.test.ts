import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, splitVersion } from '../../../../src/main/starter/apt/version.ts';
import { debianVersion } from './arbitrary-version.ts';

describe('compareVersions', () => {
  it.each([
    ['1.0-1', '1.0-1', 0],
    ['1.2', '1.10', -1],
    ['1:0.1', '9.9', 1],
    ['1.0~rc1-1', '1.0-1', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0', '1.0-0', 0],
    ['1.0-1', '1.0-1+b1', -1],
    ['1.0a', '1.0+', -1],
    ['2.36-9+deb12u9', '2.36-9+deb12u14', -1],
    ['1.007', '1.7', 0],
    ['20230311+deb12u1', '20250419~deb12u2', -1],
    ['99999999999999999999', '100000000000000000000', -1],
  ])('orders %s and %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
    expect(Math.sign(compareVersions(b, a)) + expected).toBe(0);
  });

  it('is an order', () => {
    fc.assert(
      fc.property(debianVersion, debianVersion, debianVersion, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('splitVersion', () => {
  it('takes the revision from the last dash and the epoch from the first colon', () => {
    expect(splitVersion('5:7.0.15-1~deb12u3')).toEqual({
      epoch: '5',
      upstream: '7.0.15',
      revision: '1~deb12u3',
    });
    expect(splitVersion('3.1-20221030-2')).toEqual({ epoch: '0', upstream: '3.1-20221030', revision: '2' });
    expect(splitVersion('20230311')).toEqual({ epoch: '0', upstream: '20230311', revision: '' });
  });
});
