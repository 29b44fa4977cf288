import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetRules, checkBudget, type Measures } from '../../../src/engine/compare/budget-rules.ts';
import { diffImages } from '../../../src/engine/compare/diff-images.ts';
import { diffPackages } from '../../../src/engine/compare/diff-packages.ts';
import type { ImageSummary, LayerSummary } from '../../../src/engine/compare/image-summary.ts';
import { matchLayers } from '../../../src/engine/compare/match-layers.ts';
import { parsePackageName } from '../../../src/engine/compare/package-name.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';

function path(name: string, hash = name): string {
  const digits = Buffer.from(hash).toString('hex').padEnd(32, '0').slice(0, 32);
  return `/nix/store/${digits}-${name}`;
}

/** A packed layer whose blob and contents are named by letters. */
function layer(digest: string, diffId = digest, sizeBytes = 10): LayerSummary {
  return {
    digest: digestOfHex(digest),
    diffId: digestOfHex(diffId),
    storePaths: [],
    sizeBytes,
    compressedBytes: sizeBytes / 2,
  };
}

function image(...layers: LayerSummary[]): ImageSummary {
  return { name: 'image', platform: { os: 'linux', architecture: 'amd64' }, config: {}, layers };
}

describe('parsePackageName', () => {
  it.each([
    ['hello-2.12.1', 'hello', '2.12.1', 'out'],
    ['openssl-3.0.9-bin', 'openssl', '3.0.9', 'bin'],
    ['bash-5.2-p15', 'bash', '5.2-p15', 'out'],
    ['python3.11-requests-2.28.1', 'python3.11-requests', '2.28.1', 'out'],
    ['gcc-12.2.0-lib', 'gcc', '12.2.0', 'lib'],
    ['nss-cacert-20230311', 'nss-cacert', '20230311', 'out'],
    ['source', 'source', '', 'out'],
    ['a-b-c', 'a-b-c', '', 'out'],
    ['-1', '-1', '', 'out'],
    ['-bin', '-bin', '', 'out'],
    ['x--1', 'x-', '1', 'out'],
  ])('splits %s', (text, name, version, output) => {
    expect(parsePackageName(text)).toEqual({ name, version, output });
  });

  it('gives back what it split', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.+_-]{1,20}$/), (text) => {
        const { name, version, output } = parsePackageName(text);
        const whole = [name, version, output === 'out' ? '' : output].filter((part) => part !== '').join('-');
        expect(text.replace(/(?<=.)-out$/, '')).toBe(whole);
      }),
    );
  });
});

describe('diffPackages', () => {
  it('tells added, removed, changed and rebuilt apart', () => {
    const before = [path('a-1'), path('b-1'), path('c-1'), path('d-1', 'one'), path('openssl-3-bin')];
    const after = [path('a-1'), path('b-2'), path('d-1', 'two'), path('e-1'), path('openssl-3')];
    expect(diffPackages(before, after)).toEqual({
      added: [
        { name: 'e', version: '1', output: 'out' },
        { name: 'openssl', version: '3', output: 'out' },
      ],
      removed: [
        { name: 'c', version: '1', output: 'out' },
        { name: 'openssl', version: '3', output: 'bin' },
      ],
      changed: [{ name: 'b', output: 'out', before: ['1'], after: ['2'] }],
      rebuilt: [{ name: 'd', version: '1', output: 'out' }],
    });
  });

  it('keeps several versions of one package apart', () => {
    const { changed } = diffPackages([path('a-1'), path('a-2')], [path('a-2'), path('a-3')]);
    expect(changed).toEqual([{ name: 'a', output: 'out', before: ['1', '2'], after: ['2', '3'] }]);
  });
});

describe('matchLayers', () => {
  it('finds layers by their blobs, else by their contents', () => {
    const match = matchLayers(
      [layer('a'), layer('b'), layer('c')],
      [layer('c'), layer('x', 'b'), layer('d')],
    );
    expect(match).toEqual({
      kept: [
        { before: 2, after: 0, by: 'blob' },
        { before: 1, after: 1, by: 'contents' },
      ],
      removed: [0],
      added: [2],
    });
  });

  it('matches each layer once at most, and accounts for all of them', () => {
    const some = fc.constantFrom(layer('a'), layer('b'), layer('c', 'a'), layer('d', 'b'));
    const layers = fc.array(some, { maxLength: 6 });
    fc.assert(
      fc.property(layers, layers, (before, after) => {
        const { kept, removed, added } = matchLayers(before, after);
        const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
        expect(ascending([...kept.map((each) => each.before), ...removed])).toEqual([...before.keys()]);
        expect(ascending([...kept.map((each) => each.after), ...added])).toEqual([...after.keys()]);
      }),
    );
  });
});

describe('diffImages', () => {
  it('counts what a client that has the image before downloads', () => {
    const { download, downloadByChain, before, after } = diffImages(
      image(layer('a', 'a', 100), layer('b', 'b', 40)),
      image(layer('a', 'a', 100), layer('x', 'b', 44), layer('c', 'c', 8)),
    );
    expect(download).toEqual({ layers: 2, sizeBytes: 52, compressedBytes: 26 });
    // A chain is one of contents: the second layer is the same files, in another blob.
    expect(downloadByChain).toEqual({ layers: 1, sizeBytes: 8, compressedBytes: 4 });
    expect(before).toMatchObject({ layers: 2, sizeBytes: 140, compressedBytes: 70 });
    expect(after).toMatchObject({ layers: 3, largestLayerBytes: 100 });
  });

  it('counts all from the first layer that changed for a client that goes by chains', () => {
    const byChain = (...after: LayerSummary[]) =>
      diffImages(image(layer('a'), layer('b'), layer('c')), image(...after)).downloadByChain.layers;
    expect(byChain(layer('a'), layer('b'), layer('c'))).toBe(0);
    expect(byChain(layer('a'), layer('b'), layer('c'), layer('d'))).toBe(1);
    expect(byChain(layer('a'), layer('x'), layer('c'))).toBe(2);
    expect(byChain(layer('b'), layer('a'), layer('c'))).toBe(3);
    expect(byChain(layer('a'), layer('c'))).toBe(1);
  });

  it('names the fewest layers that moved', () => {
    const { moved } = diffImages(
      image(layer('a'), layer('b'), layer('c'), layer('d')),
      image(layer('d'), layer('a'), layer('x'), layer('b'), layer('c')),
    );
    expect(moved).toEqual([0]);
  });

  it('names the settings that changed', () => {
    const before = { ...image(), config: { Cmd: ['/bin/sh'], Env: ['A=1'], User: 'root' } };
    const after = { ...image(), config: { Cmd: ['/bin/sh'], Env: ['A=2'], WorkingDir: '/srv' } };
    expect(diffImages(before, after).config).toEqual([
      { member: 'Env', before: ['A=1'], after: ['A=2'] },
      { member: 'User', before: 'root', after: undefined },
      { member: 'WorkingDir', before: undefined, after: '/srv' },
    ]);
  });

  it('finds nothing between an image and itself', () => {
    const same = image(layer('a'), layer('b'));
    expect(diffImages(same, same)).toMatchObject({
      layers: { removed: [], added: [] },
      moved: [],
      config: [],
      download: { layers: 0, sizeBytes: 0, compressedBytes: 0 },
    });
  });
});

describe('checkBudget', () => {
  const measures: Measures = {
    layers: 10,
    sizeBytes: 1000,
    compressedBytes: 400,
    largestLayerBytes: 300,
    newBytes: 50,
    newBytesByChain: 70,
    efficiency: 0.9,
    packages: ['bash', 'gcc', 'python3.11-requests'],
  };

  it('lets an image pass that keeps the rules, exactly too', () => {
    const rules: BudgetRules = {
      maxSize: 1000,
      maxCompressedSize: 400,
      maxLayers: 10,
      maxLayerSize: 300,
      maxNewBytes: 50,
      maxNewBytesByChain: 70,
      minEfficiency: 0.9,
      forbiddenPackages: ['gcc-*', 'perl'],
    };
    expect(checkBudget(rules, measures)).toEqual([]);
    expect(checkBudget({}, measures)).toEqual([]);
  });

  it('names every rule that is broken', () => {
    const rules: BudgetRules = {
      maxSize: 999,
      maxLayers: 9,
      maxNewBytes: 49,
      maxNewBytesByChain: 69,
      minEfficiency: 0.91,
      forbiddenPackages: ['gcc', 'python3*requests', 'a*'],
    };
    expect(checkBudget(rules, measures)).toEqual([
      { rule: 'maxSize', limit: 999, actual: 1000 },
      { rule: 'maxLayers', limit: 9, actual: 10 },
      { rule: 'maxNewBytes', limit: 49, actual: 50 },
      { rule: 'maxNewBytesByChain', limit: 69, actual: 70 },
      { rule: 'minEfficiency', limit: 0.91, actual: 0.9 },
      { rule: 'forbiddenPackages', limit: 'gcc', actual: 'gcc' },
      { rule: 'forbiddenPackages', limit: 'python3*requests', actual: 'python3.11-requests' },
    ]);
  });

  it('does not let pass what could not be measured', () => {
    const unknown = { ...measures, newBytes: undefined, efficiency: undefined };
    const rules = { maxNewBytes: 1, minEfficiency: 0 };
    expect(checkBudget(rules, unknown).map(({ rule, actual }) => [rule, actual])).toEqual([
      ['maxNewBytes', undefined],
      ['minEfficiency', undefined],
    ]);
  });

  it('takes * for whatever characters there are', () => {
    const piece = fc.stringMatching(/^[ab*]{0,6}$/);
    fc.assert(
      fc.property(piece, fc.stringMatching(/^[ab]{0,6}$/), (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
        const found = checkBudget({ forbiddenPackages: [pattern] }, { ...measures, packages: [name] });
        expect(found.length === 1).toBe(expected);
      }),
    );
  });
});
