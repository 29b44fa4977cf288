import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandPackages, formatAttribute, parseAttribute } from '../../../src/main/nix/package-names.ts';

const NO_DEFAULTS = { cacert: false, ianaEtc: false };

describe('an attribute path', () => {
  test.each([
    ['curl', ['curl']],
    ['python3Packages.requests', ['python3Packages', 'requests']],
    ['nodePackages."@scope/a.b"', ['nodePackages', '@scope/a.b']],
    ['iana-etc', ['iana-etc']],
    ['"a\\"b"', ['a"b']],
  ])('%s', (name, segments) => {
    expect(parseAttribute(name)).toEqual(segments);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'a b', '"a', 'a"b"', 'a.\n'])('%j is none', (name) => {
    expect(() => parseAttribute(name)).toThrow(/is not the name of a package/);
  });

  test('reads what it writes', () => {
    const segment = fc.string({ minLength: 1 }).filter((text) => !/[\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        expect(parseAttribute(formatAttribute(segments))).toEqual(segments);
      }),
    );
  });
});

describe('packages as asked for', () => {
  test('keep their order, with certificates and names of services at the end', () => {
    const { packages } = expandPackages(['git', 'curl'], { cacert: true, ianaEtc: true });
    expect(packages.map(({ requested, isDefault }) => [requested, isDefault])).toEqual([
      ['git', false],
      ['curl', false],
      ['cacert', true],
      ['iana-etc', true],
    ]);
  });

  test('shell is something to work in', () => {
    const { packages } = expandPackages(['shell', 'git'], NO_DEFAULTS);
    expect(packages.map(({ requested, segments }) => [requested, segments.join('.')])).toEqual([
      ['shell', 'bashInteractive'],
      ['shell', 'coreutils'],
      ['shell', 'moreutils'],
      ['shell', 'nano'],
      ['git', 'git'],
    ]);
  });

  test('arm64 is a system rather than a package, wherever it stands', () => {
    for (const names of [
      ['arm64', 'git'],
      ['git', 'arm64'],
      ['arm64', 'git', 'arm64'],
    ]) {
      const { packages, system } = expandPackages(names, NO_DEFAULTS);
      expect(system).toBe('aarch64-linux');
      expect(packages.map(({ requested }) => requested)).toEqual(['git']);
    }
    expect(expandPackages(['git'], NO_DEFAULTS).system).toBeNull();
  });

  test('two systems are one too many', () => {
    expect(() => expandPackages(['arm64', 'amd64'], NO_DEFAULTS)).toThrow(/both arm64 and amd64/);
  });
});
