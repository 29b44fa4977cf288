import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/main/starter/apt/archive.ts';
import { type Debset, debsetSchema, unitClosure } from '../../../src/main/starter/debset.ts';
import { generateDebset } from '../../../src/main/starter/generate.ts';
import { type Member, PACKAGE_SET, type PackageDefinition } from '../../../src/main/starter/package-set.ts';
import { archiveOf, listOf, MACHINE } from './fixture.ts';

const define = (attribute: string, outputs: Record<string, readonly Member[]>): PackageDefinition => ({
  attribute,
  outputs,
  license: 'mit',
  programs: [attribute],
});

const generate = (dependencies: Record<string, string>, ...definitions: PackageDefinition[]): Debset =>
  generateDebset(archiveOf({ bash: '', dash: '', ...dependencies }), MACHINE, definitions);

/** Debian packages of each output of a unit. */
const packagesOf = (debset: Debset, unit: string) =>
  Object.fromEntries(
    (debset.units[unit]?.outputs ?? []).map(({ name, debs }) => [name, debs.map((deb) => deb.package)]),
  );

describe('generateDebset', () => {
  it('takes what the attributes depend on, and nothing else', () => {
    const debset = generate(
      { curl: 'libcurl4 (>= 7), missing | zlib1g', libcurl4: 'libc6', zlib1g: '', libc6: '', vim: 'libc6' },
      define('curl', { out: ['curl'] }),
    );

    expect(Object.keys(debset.units)).toEqual(['bash', 'curl', 'dash', 'libc6', 'libcurl4', 'zlib1g']);
    expect(debset.units.curl?.dependencies).toEqual(['libcurl4', 'zlib1g']);
    expect(debset.attributes).toEqual({ curl: { unit: 'curl', programs: ['curl'] } });
  });

  it('asks each program for its version, or as its definition says', () => {
    const debset = generate(
      { tools: 'libc6', libc6: '' },
      { ...define('tools', { out: ['tools'] }), programs: ['one', 'two'], started: { two: '-c :' } },
    );

    expect(debset.units.tools?.startCommands).toEqual(['one --version', 'two -c :']);
    expect(debset.units.libc6?.startCommands).toBeUndefined();
  });

  it('leaves out what only an installation needs', () => {
    const debset = generate(
      { nginx: 'debconf | debconf-2.0, adduser, libc6', libc6: '', debconf: '', adduser: '' },
      define('nginx', { out: ['nginx'] }),
    );

    expect(debset.units.nginx?.dependencies).toEqual(['libc6']);
  });

  it('leaves out an attribute whose first package the archive lacks', () => {
    const debset = generate(
      { jq: '' },
      define('jq', { out: ['jq', 'gone'] }),
      define('gone', { out: ['gone', 'jq'] }),
    );

    expect(Object.keys(debset.attributes)).toEqual(['jq']);
  });

  it('puts the packages of a group into the outputs that it names', () => {
    const debset = generate(
      { openssl: 'libssl3', libssl3: 'libc6', 'libssl-dev': 'libssl3', libc6: '', curl: 'libssl3' },
      define('openssl', { bin: ['openssl'], dev: ['libssl-dev'], out: ['libssl3', 'libssl3t64'] }),
      define('curl', { out: ['curl'] }),
    );

    expect(packagesOf(debset, 'openssl')).toEqual({
      bin: ['openssl'],
      dev: ['libssl-dev'],
      out: ['libssl3'],
    });
    expect(debset.units.openssl?.outputs.map(({ name }) => name)).toEqual(['bin', 'dev', 'out']);
    expect(debset.units.curl?.dependencies).toEqual(['openssl']);
    expect(debset.units.openssl?.dependencies).toEqual(['libc6']);
  });

  it('takes into a group what matches a pattern, only where something depends on it', () => {
    const debset = generate(
      { python3: 'python3.11', 'python3.11': '', 'python3.12': '' },
      define('python3', { out: ['python3', /^python3\.\d+$/] }),
    );

    expect(packagesOf(debset, 'python3')).toEqual({ out: ['python3', 'python3.11'] });
  });

  it('merges a cycle into one unit, named by a group in it or else by its shortest name', () => {
    const debset = generate(
      {
        app: 'libc6',
        libc6: 'libgcc-s1',
        'libgcc-s1': 'libc6',
        nodejs: 'libnode',
        libnode: 'node-acorn',
        'node-acorn': 'nodejs',
      },
      define('app', { out: ['app'] }),
      define('nodejs', { out: ['nodejs'] }),
    );

    expect(packagesOf(debset, 'libc6')).toEqual({ out: ['libc6', 'libgcc-s1'] });
    expect(packagesOf(debset, 'nodejs')).toEqual({ out: ['libnode', 'node-acorn', 'nodejs'] });
  });

  it('names a unit as nixpkgs would', () => {
    const archive = readArchive(
      [
        listOf([
          { Package: 'bash' },
          { Package: 'dash' },
          { Package: 'python3', Version: '3.11.2-1+b1' },
          {
            Package: 'python3-yaml',
            Version: '6.0-3',
            Depends: 'python3, libyaml',
            Homepage: 'https://example.org',
          },
          { Package: 'libyaml', Version: '1:0.2.5+dfsg-1', Section: 'non-free/libs' },
        ]),
      ],
      'amd64',
    );
    const debset = generateDebset(archive, MACHINE, [
      define('python3Packages.pyyaml', { out: ['python3-yaml'] }),
    ]);

    expect(debset.pythonVersion).toBe('3.11');
    expect(debset.units['python3-yaml']).toMatchObject({
      pname: 'pyyaml',
      version: '6.0',
      name: 'python3.11-pyyaml-6.0',
      homepage: 'https://example.org',
      license: 'mit',
    });
    expect(debset.units.libyaml).toMatchObject({ name: 'libyaml-0.2.5', license: 'unfree' });
  });

  it('refuses definitions that a cycle makes one', () => {
    expect(() =>
      generate({ a: 'b', b: 'a' }, define('a', { out: ['a'] }), define('b', { out: ['b'] })),
    ).toThrow(/b was merged into another attribute's unit/);
  });

  it('gives units that form a partition without cycles, whatever the order of the lists', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graph = fc.array(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(graph, fc.shuffledSubarray(names, { minLength: 6 }), (lists, order) => {
        const stanzas = new Map(names.map((name, i) => [name, (lists[i] ?? []).join(', ')]));
        const definitions = [define('a', { out: ['a', 'c'] })];
        const debset = generate(Object.fromEntries(stanzas), ...definitions);
        const shuffled = Object.fromEntries(order.map((name) => [name, stanzas.get(name) ?? '']));
        expect(JSON.stringify(generate(shuffled, ...definitions))).toBe(JSON.stringify(debset));

        const members = Object.keys(debset.units).flatMap((unit) =>
          Object.values(packagesOf(debset, unit)).flat(),
        );
        expect(new Set(members).size).toBe(members.length);
        for (const [name, unit] of Object.entries(debset.units)) {
          expect(unitClosure(debset, unit.dependencies)).not.toContain(name);
        }
        expect(debsetSchema.parse(JSON.parse(JSON.stringify(debset)))).toEqual(debset);
      }),
    );
  });
});

describe('the package set', () => {
  it('has each attribute, and each Debian package, once', () => {
    const attributes = PACKAGE_SET.map(({ attribute }) => attribute);
    const packages = PACKAGE_SET.flatMap(({ outputs }) => Object.values(outputs).flat()).map(String);

    expect(attributes).toEqual([...new Set(attributes)]);
    expect(packages.filter((name) => !name.startsWith('/'))).toEqual(
      [...new Set(packages)].filter((name) => !name.startsWith('/')),
    );
  });
});
