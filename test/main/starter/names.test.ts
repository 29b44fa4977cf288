import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeName, upstreamVersion } from '../../../src/main/starter/names.ts';
import { debianVersion } from './apt/arbitrary-version.ts';

describe('upstreamVersion', () => {
  it.each([
    ['5.2.15-2+b7', '5.2.15'],
    ['5:7.0.15-1~deb12u3', '7.0.15'],
    ['1:1.2.13.dfsg-1', '1.2.13'],
    ['18.20.4+dfsg-1~deb12u3', '18.20.4'],
    ['22.01+really26.01+dfsg-0+deb12u1', '26.01'],
    ['8.8.1+ds+~cs25.17.7-2', '8.8.1'],
    ['20250419~deb12u2', '20250419'],
    ['2:9.0.1378-2', '9.0.1378'],
    ['6.4.20240113-1ubuntu2', '6.4.20240113'],
    ['1:9.2p1-2+deb12u5', '9.2p1'],
    ['2.4+20151223.gitfa8646d.1-2+b2', '2.4+20151223.gitfa8646d.1'],
    ['3.1-20221030-2', '3.1-20221030'],
  ])('%s is %s', (debian, upstream) => {
    expect(upstreamVersion(debian)).toBe(upstream);
  });

  it('gives what Nix takes in a name', () => {
    fc.assert(
      fc.property(debianVersion, (version) => {
        expect(upstreamVersion(version)).toMatch(/^[0-9A-Za-z+\-._?=]*$/);
      }),
    );
  });
});

describe('storeName', () => {
  it('replaces what Nix does not take', () => {
    expect(storeName('libstdc++6')).toBe('libstdc++6');
    expect(storeName('.a b:c~d')).toBe('a-b-c-d');
  });
});
