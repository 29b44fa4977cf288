import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReadPackages, readPackages } from '../../../src/main/nix/read-packages.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';
import { processesWith } from './support/processes.ts';

/** See its own words about what is in it. */
const LARGE_SET = resolve(import.meta.dirname, '../../fixtures/nix/large');
const COUNT = 6_000;

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

async function read(
  path: string,
  options: Parameters<typeof readPackages>[2] & { signal?: AbortSignal } = {},
) {
  const importArguments = path === LARGE_SET ? { count: COUNT } : {};
  const request = { source: { type: 'path', path }, importArguments, system: 'x86_64-linux' };
  return readPackages(request, await nix.run({ signal: options.signal }), options);
}

/** Numbers below `size` that the set makes one kind of. */
const ofKind = (size: number, kind: number, modulus: number): number =>
  Array.from({ length: size }, (_, i) => i).filter((i) => i % modulus === kind).length;

describe('a set of the shape of nixpkgs, with its traps', () => {
  let result: ReadPackages;
  let told: (readonly [number, number])[];
  beforeAll(async () => {
    told = [];
    result = await read(LARGE_SET, { workers: 2, onProgress: (...progress) => told.push(progress) });
  }, 120_000);
  const reasonOf = (attribute: string) => result.leftOut.find((each) => each.attribute === attribute)?.reason;
  const attributes = () => new Set(result.packages.map(({ attribute }) => attribute));

  const SIZES = [COUNT / 2, COUNT / 3, COUNT / 6, 20];
  const total = (kind: number, modulus: number) =>
    SIZES.reduce((sum, size) => sum + ofKind(size, kind, modulus), 0);

  test('leaves out what is broken and what throws, each by name, and nothing else', () => {
    const broken = [1, 2, 3, 4, 5, 6].reduce((sum, kind) => sum + total(kind, 1000), 0);
    // brokenSet.wrong, abortsInMeta, abortsToRecurse, endless.
    expect(result.leftOut.filter(({ isThrown }) => !isThrown)).toHaveLength(broken + 4);
    expect(result.leftOut.filter(({ isThrown }) => isThrown)).toHaveLength(total(10, 100));
  });

  test.each([
    ['package1', /package1 is aborted/],
    ['pythonPackages.module1002', /called without required argument 'missing'/],
    ['haskellPackages.library3', /attribute 'library3' missing/],
    ['package2004', /infinite recursion/],
    ['package5', /cannot add a string/],
    ['haskellPackages.nested.deep6', /no outputs of deep6/],
    ['package10', /package10 has been removed/],
    ['endless', /stack overflow|max-call-depth/],
    ['abortsInMeta', /no description/],
    ['abortsToRecurse', /who knows/],
    ['brokenSet.wrong', /attribute 'wrong' missing/],
  ])('says of %s why', (attribute, reason) => {
    expect(reasonOf(attribute)).toMatch(reason);
    expect(attributes()).not.toContain(attribute);
  });

  test('has every other package, once', () => {
    const left = [1, 2, 3, 4, 5, 6].reduce((sum, kind) => sum + total(kind, 1000), 0);
    const others = [10, 12, 19].reduce((sum, kind) => sum + total(kind, 100), 0);
    const named = ['brokenSet.fine', 'outputsOfNumbers', 'outputsOfText', '"dotted.name"', 'naïve-日本'];
    const odd = ['"quoted\\"name\\\\"', '\u0024{interpolated}', '-dash', '""', '"with space"'];
    expect([...attributes()]).toEqual(expect.arrayContaining([...named, ...odd]));
    const numbered = SIZES.reduce((sum, size) => sum + size, 0) - left - others;
    expect(result.packages).toHaveLength(numbered + named.length + odd.length);
    expect(attributes().size).toBe(result.packages.length);
  });

  test('goes neither into itself nor where nothing asks to', () => {
    const sets = new Set(
      [...attributes()].filter((name) => /\w\.\w/.test(name)).map((name) => name.split('.')[0]),
    );
    expect(sets).toEqual(new Set(['pythonPackages', 'haskellPackages', 'brokenSet', '"dotted']));
  });

  test('says what its packages are, whatever their meta is', () => {
    const of = (name: string) => result.packages.find(({ attribute }) => attribute === name);
    expect(of('package13')?.marks).toEqual(['unfree']);
    expect(of('package14')?.marks).toEqual(['broken']);
    expect(of('package15')).toMatchObject({ marks: ['insecure'], vulnerabilities: ['CVE-2000-15'] });
    expect(of('package16')).toMatchObject({ description: null, mainProgram: 'package16' });
    expect(of('package17')).toMatchObject({ description: null, version: expect.stringMatching(/^1\./) });
    expect(of('package18')?.outputs).toEqual(['out', 'dev', 'man']);
    expect(of('outputsOfNumbers')?.outputs).toEqual([]);
  });

  test('tells how far it is, up to all', () => {
    expect(told.length).toBeGreaterThan(COUNT / 100);
    const dones = told.map(([done]) => done);
    expect(dones).toEqual(dones.toSorted((a, b) => a - b));
    const [done, of] = told.at(-1) ?? [0, 0];
    expect(done).toBe(of + 1);
  });

  test('gives the same by one process as by several', async () => {
    expect(await read(LARGE_SET, { workers: 1 })).toEqual(result);
  });
});

test('a set with one broken attribute is read without it', async () => {
  const one = resolve(import.meta.dirname, '../../fixtures/nix/one-broken-attribute.nix');
  expect(await readFile(one, 'utf8')).toContain('broken = ');
  expect(await read(one)).toMatchObject({
    packages: [{ attribute: 'ok' }],
    leftOut: [{ attribute: 'broken', reason: "attribute 'missing' missing", isThrown: false }],
  });
});

test('a set that is broken as a whole is an error', async () => {
  await expect(read(join(nix.directory, 'nowhere'))).rejects.toMatchObject({ code: 'evaluation-failed' });
});

test('cancelling ends every process, and leaves no file', async () => {
  const cancel = new AbortController();
  const reading = read(LARGE_SET, {
    signal: cancel.signal,
    workers: 2,
    onProgress: (done) => done > 1_000 && cancel.abort(),
  });
  await expect(reading).rejects.toBeInstanceOf(Cancelled);
  expect(processesWith(nix.directory)).toEqual([]);
});
