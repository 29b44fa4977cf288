import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSealedJson } from '../../../src/main/files/own-json.ts';
import { listPackagesOf } from '../../../src/main/nix/catalog.ts';
import { lookUpIn } from '../../../src/main/nix/look-up-names.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import type { CatalogPackage } from '../../../src/main/nix/package-facts.ts';
import { parseAttribute } from '../../../src/main/nix/package-names.ts';
import type { LeftOut } from '../../../src/shared/contract/catalog.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

const request = (source: PackageSource) => ({ source, importArguments: {}, nix: { options: [] } });
const context = () => ({ cacheDirectory: nix.cacheDirectory, env: nix.env });

async function list(source: PackageSource, importArguments = {}) {
  const opened = await openSource(request(source), context());
  return { source: opened.source, ...(await listPackagesOf(opened, { importArguments }, context())) };
}

/** What was found of each name, and what is wrong with the others, each in the order of the names. */
async function lookUp(names: readonly string[], path: string) {
  const opened = await openSource(request({ type: 'path', path }), context());
  const asked = names.map((requested) => ({
    requested,
    source: null,
    segments: parseAttribute(requested),
    optional: false,
    isDefault: false,
  }));
  const { answer, problems } = await lookUpIn(opened, asked, {});
  return { found: answer.results.filter((result) => result?.type === 'package'), problems };
}

describe('the catalog of a source', () => {
  let packages: readonly CatalogPackage[];
  let leftOut: readonly LeftOut[];
  const named = (attribute: string) => packages.find((each) => each.attribute === attribute);
  beforeAll(async () => {
    ({ packages, leftOut } = await list({ type: 'path', path: FIXTURE_SET }));
  });

  test('has every package, also of nested sets that ask for it, under the name to ask for', () => {
    const attributes = packages.map(({ attribute }) => attribute);
    expect(attributes).toEqual(
      expect.arrayContaining([
        'hello',
        '_1password',
        'pythonPackages.Flask',
        '"dotted.name"',
        'free-riders.broken',
      ]),
    );
    expect(attributes).not.toContain('anEmptySet');
    expect(attributes).not.toContain('aFunction');
    expect(new Set(attributes).size).toBe(attributes.length);
  });

  test('says what each is', () => {
    expect(named('hello')).toEqual({
      attribute: 'hello',
      name: 'hello-1.0',
      pname: 'hello',
      version: '1.0',
      description: 'Says hello',
      homepage: 'https://example.org/hello',
      licences: [
        { spdxId: 'MIT', name: 'MIT License', free: true },
        { spdxId: null, name: 'Something else', free: null },
      ],
      mainProgram: 'hello',
      programs: ['hello'],
      outputs: ['out'],
      marks: [],
      vulnerabilities: [],
    });
    expect(named('tool')?.outputs).toEqual(['out', 'bin', 'man']);
  });

  test('marks what nixpkgs would refuse, and leaves out what throws', () => {
    expect(named('free-riders.unfree')?.marks).toEqual(['unfree']);
    expect(named('free-riders.several')?.marks).toEqual(['unfree', 'broken']);
    expect(named('free-riders.insecure')).toMatchObject({
      marks: ['insecure'],
      vulnerabilities: ['CVE-2000-1'],
    });
    expect(named('throws')).toBeUndefined();
    expect(leftOut).toContainEqual({
      attribute: 'throws',
      reason: expect.stringContaining('throws'),
      isThrown: true,
    });
    expect(named('uncatchable')).toBeDefined();
  });

  test('is kept as long as the source stays what it is', async () => {
    const directory = join(nix.cacheDirectory, 'catalog');
    const files = await readdir(directory);
    expect(files).toHaveLength(1);
    await writeSealedJson(join(directory, files[0] ?? ''), { packages: [], leftOut: [] });
    expect((await list({ type: 'path', path: FIXTURE_SET })).packages).toEqual([]);

    await writeFile(join(directory, files[0] ?? ''), '{"packages":[{"broken":');
    expect((await list({ type: 'path', path: FIXTURE_SET })).packages).toEqual(packages);
    await list({ type: 'path', path: FIXTURE_SET }, { greeting: 'other' });
    expect(await readdir(directory)).toHaveLength(2);
  });

  test('of the starter set needs no evaluation, and knows programs', async () => {
    const { packages: starter, source } = await list({ type: 'starter' });
    expect(source.type).toBe('starter');
    expect(starter.length).toBeGreaterThanOrEqual(53);
    expect(starter.find(({ attribute }) => attribute === 'coreutils')?.programs).toContain('ls');
  });
});

describe('names looked up without building', () => {
  test('are found with their outputs, or said why not', async () => {
    const names = ['Hello', 'tool', 'helo', 'free-riders.unfree'];
    const { found, problems } = await lookUp(names, FIXTURE_SET);
    expect(found).toMatchObject([
      { attribute: ['hello'], version: '1.0', outputs: [{ output: 'out' }] },
      { outputs: [{ output: 'bin' }], allOutputs: ['out', 'bin', 'man'] },
    ]);
    expect(problems).toMatchObject([
      { code: 'unknown-package', nearest: ['hello'] },
      { code: 'unfree-package' },
    ]);
  });
});

describe('a set of the size of nixpkgs', () => {
  const COUNT = 25_000;
  let file: string;
  beforeAll(async () => {
    file = join(nix.directory, 'large.nix');
    await writeFile(
      file,
      `let make = name: derivation { inherit name; system = builtins.currentSystem; builder = "/bin/sh"; };
       in builtins.listToAttrs (builtins.genList (i: { name = "package\${toString i}"; value = make "p\${toString i}"; }) ${COUNT})`,
    );
  });
  afterAll(() => rm(file));

  test('answers for several unknown names with the nearest of each', async () => {
    const names = ['packge77', 'PACKAGE24999', 'package99999x', 'zzz'];
    const { found, problems } = await lookUp(names, file);
    expect(found).toMatchObject([{ attribute: ['package24999'] }]);
    expect(problems).toMatchObject([
      { nearest: ['package77', expect.any(String), expect.any(String)] },
      { code: 'unknown-package' },
      { nearest: [] },
    ]);
  });

  test('answers for more names than an argument of a program holds', async () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `package${i}`);
    expect((await lookUp(names, file)).found).toHaveLength(3_000);
  });

  test('is listed whole', async () => {
    expect((await list({ type: 'path', path: file })).packages).toHaveLength(COUNT);
  });
});
