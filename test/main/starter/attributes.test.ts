import { describe, expect, it } from 'vitest';
import { unitsFor } from '../../../src/main/starter/attributes.ts';
import type { Debset } from '../../../src/main/starter/debset.ts';

function debsetOf(units: Record<string, string[]>, attributes: Record<string, string>): Debset {
  const unit = (dependencies: string[]) => ({
    pname: '',
    version: '',
    name: '',
    description: '',
    license: 'mit',
    outputs: [],
    dependencies,
  });
  return {
    formatVersion: 1,
    system: 'x86_64-linux',
    multiarch: 'x86_64-linux-gnu',
    shells: ['bash'],
    aliases: { bashInteractive: 'bash', python311: 'python3', python311Packages: 'python3Packages' },
    units: Object.fromEntries(
      Object.entries(units).map(([name, dependencies]) => [name, unit(dependencies)]),
    ),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, head]) => [name, { unit: head, programs: [] }]),
    ),
  };
}

const debset = debsetOf(
  {
    bash: ['libc6'],
    coreutils: ['libc6'],
    libc6: [],
    'lua5.4': ['libc6'],
    openssl: ['libc6'],
    python3: ['libc6', 'openssl'],
    'python3-six': ['python3'],
    'python3-yaml': ['python3', 'libyaml'],
    libyaml: ['libc6'],
  },
  {
    bash: 'bash',
    coreutils: 'coreutils',
    lua5_4: 'lua5.4',
    openssl: 'openssl',
    python3: 'python3',
    'python3Packages.pyyaml': 'python3-yaml',
    'python3Packages.six': 'python3-six',
  },
);
const SHELL = ['bash', 'libc6'];
const EVERYTHING = Object.keys(debset.units).sort();

describe('unitsFor', () => {
  it.each([
    ['nothing but the shell that builders may need', [], SHELL],
    ['an attribute with all that it depends on', ['openssl'], ['bash', 'libc6', 'openssl']],
    ['one output, whose unit is the whole package', ['openssl.bin'], ['bash', 'libc6', 'openssl']],
    ['any case', ['OpenSSL'], ['bash', 'libc6', 'openssl']],
    ['an alias', ['bashInteractive'], SHELL],
    ['a nested attribute', ['python3Packages.six'], ['bash', 'libc6', 'openssl', 'python3', 'python3-six']],
    [
      'the set of one version of Python',
      ['python311packages.six'],
      ['bash', 'libc6', 'openssl', 'python3', 'python3-six'],
    ],
    ['a version of Python', ['python311'], ['bash', 'libc6', 'openssl', 'python3']],
    ['an output of Python', ['python3.out'], ['bash', 'libc6', 'openssl', 'python3']],
    [
      'a function of Python, with every module',
      ['python3.withPackages'],
      EVERYTHING.filter((name) => !['coreutils', 'lua5.4'].includes(name)),
    ],
    ['a unit by its Debian name', ['debianUnits.lua5.4'], ['bash', 'libc6', 'lua5.4']],
    ['the meta-package shell', ['shell'], ['bash', 'coreutils', 'libc6']],
    ['packages for tests', ['testing.slow-build'], SHELL],
    ['everything for a name that is not known', ['mine'], EVERYTHING],
    ['everything for a name that only begins like a known one', ['opensslx'], EVERYTHING],
  ])('takes %s', (_, attributes, expected) => {
    expect(unitsFor(debset, attributes)).toEqual(expected);
  });

  it('takes everything when asked for all', () => {
    expect(unitsFor(debset, 'all')).toEqual(EVERYTHING);
  });
});
