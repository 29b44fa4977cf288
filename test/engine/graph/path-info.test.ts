import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPathInfo } from '../../../src/engine/graph/path-info.ts';
import { readClosureGraph } from '../../../src/engine/graph/read.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/closure-graphs');
const nix28 = readFileSync(join(fixtures, 'path-info-nix-2.8.json'), 'utf8');

interface Entry {
  readonly path: string;
  readonly narHash: string;
  readonly narSize: number;
  readonly closureSize: number;
  readonly references: readonly string[];
}
const entries: readonly Entry[] = JSON.parse(nix28);
const roots = entries.filter(({ path }) => /-(tool|other)-/.test(path)).map(({ path }) => path);
const baseName = (path: string) => path.slice('/nix/store/'.length);

/** What Nix 2.19 and later print, by their manual: the same, keyed by path. */
const keyed = Object.fromEntries(entries.map(({ path, ...entry }) => [path, { ...entry, ca: null }]));

/** What Nix 2.33 and later print for `--json-format 2`, by their manual: base names within a store directory. */
const versioned = {
  version: 2,
  storeDir: '/nix/store',
  info: Object.fromEntries(
    entries.map(({ path, references, ...entry }) => [
      baseName(path),
      { ...entry, version: 2, storeDir: '/nix/store', ca: null, references: references.map(baseName) },
    ]),
  ),
};

describe('readPathInfo', () => {
  it('reads what Nix 2.8 prints: the same graph as through exportReferencesGraph, but for the notation of hashes', () => {
    const graph = readPathInfo(nix28, { roots });
    const attrs = readStructuredAttrs(readFileSync(join(fixtures, 'structured-attrs-nix-2.8.json')));

    expect({ ...graph, narHashes: [], roots: [] }).toEqual({ ...attrs, narHashes: [], roots: [] });
    expect(graph.narHashes[3]).toBe('sha256-6lrm/oitpmdhB1J7JoDcIEN+4P9afCdtsnDH5GUVO1A=');
    expect(Array.from(graph.roots, (root) => graph.paths[root])).toEqual(roots);
  });

  it('reads the shape keyed by path, of Nix 2.19 and later', () => {
    expect(readPathInfo(keyed, { roots })).toEqual(readPathInfo(nix28, { roots }));
  });

  it.each([2, 3, 4])(
    'reads the versioned shape with base names, format %i, of Nix 2.33 and later',
    (version) => {
      expect(readPathInfo({ ...versioned, version }, { roots })).toEqual(readPathInfo(nix28, { roots }));
    },
  );

  it('reads hashes that are told as an object', () => {
    const [name, entry] = Object.entries(versioned.info).at(-1) ?? ['', {}];
    const read = (narHash: object) =>
      readPathInfo({ ...versioned, info: { [name]: { ...entry, narHash, references: [] } } }).narHashes[0];

    expect(read({ algorithm: 'sha256', format: 'base64', hash: 'AAAA' })).toBe('sha256-AAAA');
    expect(read({ algorithm: 'sha256', format: 'nix32', hash: '0mdq' })).toBe('sha256:0mdq');
  });

  it('takes the least set that reaches everything for roots, as nothing in it says which were asked for', () => {
    expect([...readPathInfo(nix28).roots].sort()).toEqual([...readPathInfo(nix28, { roots }).roots].sort());
  });

  it('computes closure sizes where --closure-size was left out', () => {
    const without = entries.map(({ closureSize: _, ...entry }) => entry);

    expect(readPathInfo(without, { roots })).toEqual(readPathInfo(nix28, { roots }));
  });

  it('reads an empty answer', () => {
    for (const nothing of ['[]', '{}', '{"version":2,"storeDir":"/nix/store","info":{}}']) {
      expect(readPathInfo(nothing).size).toBe(0);
    }
  });
});

describe('readPathInfo refuses, with the place,', () => {
  const x = `/nix/store/${'x'.repeat(32)}-x`;
  const entry = { narSize: 1, references: [] };

  it.each<[what: string, source: unknown, message: string]>([
    [
      'a path that the store does not have (2.8)',
      [{ path: x, valid: false }],
      `[0]: ${x} is not in the store`,
    ],
    ['a path that the store does not have (2.19)', { [x]: null }, `["${x}"]: ${x} is not in the store`],
    [
      'a path that the store does not have (2.33)',
      { ...versioned, info: { x: null } },
      'info["x"]: /nix/store/x is not in the store',
    ],
    [
      'a path twice',
      [
        { path: x, ...entry },
        { path: x, ...entry },
      ],
      `[1]: ${x} is already in the graph, at [0]`,
    ],
    [
      'a dangling reference',
      { [x]: { narSize: 1, references: ['/nix/store/y'] } },
      `["${x}"].references[0]: /nix/store/y is not in the graph`,
    ],
    [
      'a dangling base name',
      { ...versioned, info: { x: { narSize: 1, references: ['y'] } } },
      'info["x"].references[0]: /nix/store/y is not in the graph',
    ],
    [
      'a size that is none',
      [{ path: x, ...entry, narSize: null }],
      '[0].narSize: expected a whole number of bytes from 0 to 2^53 - 1, found null',
    ],
    ['a record of another kind', [1], '[0]: expected an object, found a number'],
    ['an entry of another kind', { [x]: 'valid' }, `["${x}"]: expected an object, found a string`],
    ['a record without a path', [entry], '[0].path: expected a store path, found nothing'],
    ['another kind of value', '"x"', 'expected an array or an object, found a string'],
    ['a version that never was', { ...versioned, version: 1 }, 'version: expected 2 or more, found 1'],
    ['a missing store directory', { version: 2, info: {} }, 'storeDir: expected a directory, found nothing'],
    ['information of another kind', { ...versioned, info: [] }, 'info: expected an object, found an array'],
    ['what is not JSON', '[{]', 'line 1, column 3: this is not JSON'],
  ])('%s', (_what, source, message) => {
    expect(() => readPathInfo(source)).toThrow(`engine/graph: ${message}`);
  });

  it('a root that is not in the graph', () => {
    expect(() => readPathInfo(keyed, { roots: [x] })).toThrow(
      `engine/graph: roots[0]: the root ${x} is not in the graph`,
    );
  });
});

describe('readClosureGraph', () => {
  it('tells the shapes apart', () => {
    const graph = readPathInfo(nix28, { roots });

    for (const source of [nix28, keyed, versioned, new TextEncoder().encode(nix28)]) {
      expect(readClosureGraph(source, { roots })).toEqual(graph);
    }
    const attrs = readFileSync(join(fixtures, 'structured-attrs-nix-2.8.json'));
    expect(readClosureGraph(attrs)).toEqual(readStructuredAttrs(attrs));
  });

  it('says of anything else that there is no graph', () => {
    expect(() => readClosureGraph('{"packages": []}')).toThrow('the key `graph` is missing');
  });
});
