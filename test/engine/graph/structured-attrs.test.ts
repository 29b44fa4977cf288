import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../../../src/engine/graph/graph-error.ts';
import { readAttrsFile, readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { rowsOf } from './adjacency.ts';
import { arbitraryShuffle, attrsOf } from './arbitrary-graph.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/closure-graphs');

/** Store paths of this test: `storePath('a')` is /nix/store/aaaa…-a. */
const storePath = (letter: string) => `/nix/store/${letter.repeat(32)}-${letter}`;
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(storePath);
const record = (path: string, references: readonly string[] = []) => ({ path, narSize: 1, references });

describe('readStructuredAttrs', () => {
  it('reads what Nix 2.8 writes', () => {
    const graph = readStructuredAttrs(readFileSync(join(fixtures, 'structured-attrs-nix-2.8.json')));

    const names = graph.paths.map((path) => path.slice('/nix/store/'.length + 33));
    expect(names).toEqual(['other-0.1', 'tool-3', 'lib-2.1', 'leaf-1.0']);
    expect([...graph.narSizes]).toEqual([184, 240, 240, 120]);
    expect([...graph.closureSizes]).toEqual([304, 600, 360, 120]);
    expect(graph.narHashes[3]).toBe('sha256:0l1v2mjy9ivhn9njfz2szzh7whr0vj02cysj0xhng9mdi3zfcnpa');
    // `lib` refers to itself, which is dropped.
    expect(rowsOf({ offsets: graph.offsets, targets: graph.references })).toEqual([[3], [2, 3], [3], []]);
    // The order of the roots is that of the request.
    expect([...graph.roots]).toEqual([1, 0]);
  });

  it('numbers nodes by path and sorts references, whatever the order of the source', () => {
    fc.assert(
      fc.property(arbitraryShuffle(), ({ graph, shuffled }) => {
        expect(readStructuredAttrs(shuffled)).toEqual(readStructuredAttrs(attrsOf(graph)));
      }),
    );
  });

  it('keeps every path, size and reference', () => {
    fc.assert(
      fc.property(arbitraryShuffle(), ({ graph, shuffled }) => {
        const read = readStructuredAttrs(JSON.stringify(shuffled));

        expect(read.paths).toEqual([...graph.paths].sort());
        const rows = rowsOf({ offsets: read.offsets, targets: read.references });
        graph.paths.forEach((path, node) => {
          const position = read.paths.indexOf(path);
          expect(read.narSizes[position]).toBe(graph.narSizes[node]);
          const others = graph.references[node].filter((target) => target !== node);
          const expected = [...new Set(others.map((target) => graph.paths[target]))].sort();
          expect(rows[position].map((target) => read.paths[target])).toEqual(expected);
        });
        expect(Array.from(read.roots, (root) => read.paths[root])).toEqual(
          graph.roots.map((root) => graph.paths[root]),
        );
      }),
    );
  });

  it('reads text, bytes and a parsed value alike', () => {
    const attrs = { graph: [record(a, [b]), record(b)] };
    const text = JSON.stringify(attrs, undefined, 2);

    expect(readStructuredAttrs(text)).toEqual(readStructuredAttrs(attrs));
    expect(readStructuredAttrs(new TextEncoder().encode(text))).toEqual(readStructuredAttrs(attrs));
  });

  it('takes cycles, repeated references and one root in place of a list', () => {
    const graph = readStructuredAttrs({
      exportReferencesGraph: { graph: b },
      graph: [record(a, [b, b]), record(b, [a, b])],
    });

    expect(rowsOf({ offsets: graph.offsets, targets: graph.references })).toEqual([[1], [0]]);
    expect([...graph.roots]).toEqual([1]);
  });

  it('takes the least set that reaches everything for roots where nobody says', () => {
    // a is unreferenced; b and c need each other and nothing else needs them; d is needed by all.
    const graph = readStructuredAttrs({
      graph: [record(a, [d]), record(c, [b, d]), record(b, [c]), record(d)],
    });

    expect(Array.from(graph.roots, (root) => graph.paths[root])).toEqual([a, b]);
  });

  it('lets the caller say the roots, and drops repetitions', () => {
    const attrs = { exportReferencesGraph: { graph: [a] }, graph: [record(a, [b]), record(b)] };

    expect([...readStructuredAttrs(attrs, { roots: [b, a, b] }).roots]).toEqual([1, 0]);
  });

  it('keeps given closure sizes and computes missing ones', () => {
    const graph = readStructuredAttrs({
      graph: [record(a, [b, c]), { ...record(b, [d]), closureSize: 50 }, record(c, [d]), record(d)],
    });

    expect([...graph.closureSizes]).toEqual([4, 50, 2, 1]);
  });

  it('reads a graph of nothing', () => {
    const graph = readStructuredAttrs('{"exportReferencesGraph":{"graph":[]},"graph":[]}');

    expect(graph).toMatchObject({ size: 0, paths: [] });
    expect([...graph.offsets]).toEqual([0]);
  });

  it('hands over what stands beside the graph', () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ popularity: { a: 3 }, graph: [record(a)] }));

    expect(readAttrsFile(bytes).attrs).toEqual({ popularity: { a: 3 } });
    expect(readAttrsFile(bytes).graph.paths).toEqual([a]);
  });
});

describe('readStructuredAttrs refuses, with the place,', () => {
  const second = (fields: object) => ({ graph: [record(a), { ...record(b), ...fields }] });

  it.each<[what: string, source: unknown, place: string, message: string]>([
    ['what is not JSON', '{"graph":\n  [1,]}', 'line 2, column 6', 'this is not JSON'],
    ['text that ends too soon', '{"graph": [', 'line 1, column 12', 'this is not JSON'],
    ['what is not UTF-8', Uint8Array.of(0x22, 0x61, 0xff, 0x22), 'byte 2', 'this is not UTF-8'],
    ['another kind of value', '[]', '', 'expected an object, found an array'],
    ['a missing graph', '{}', '', 'there is no graph: the key `graph` is missing'],
    ['a graph that is no array', { graph: {} }, 'graph', 'expected an array, found an object'],
    ['a record that is no object', { graph: [null] }, 'graph[0]', 'expected an object, found null'],
    [
      'a record without a path',
      { graph: [{ narSize: 1 }] },
      'graph[0].path',
      'expected a store path, found nothing',
    ],
    [
      'a path twice',
      { graph: [record(a), record(b), record(a)] },
      'graph[2]',
      `${a} is already in the graph, at graph[0]`,
    ],
    [
      'a dangling reference',
      second({ references: [a, c] }),
      'graph[1].references[1]',
      `${c} is not in the graph`,
    ],
    [
      'a reference that is no string',
      second({ references: [7] }),
      'graph[1].references[0]',
      'expected a store path, found a number',
    ],
    [
      'missing references',
      second({ references: undefined }),
      'graph[1].references',
      'expected an array, found nothing',
    ],
    [
      'a negative size',
      second({ narSize: -1 }),
      'graph[1].narSize',
      'expected a whole number of bytes from 0 to 2^53 - 1, found -1',
    ],
    [
      'a fractional size',
      second({ narSize: 1.5 }),
      'graph[1].narSize',
      'expected a whole number of bytes from 0 to 2^53 - 1, found 1.5',
    ],
    [
      'an unsafe size',
      second({ closureSize: 2 ** 53 }),
      'graph[1].closureSize',
      'expected a whole number of bytes from 0 to 2^53 - 1, found 9007199254740992',
    ],
    [
      'a missing size',
      second({ narSize: undefined }),
      'graph[1].narSize',
      'expected a whole number of bytes from 0 to 2^53 - 1, found nothing',
    ],
    [
      'a size that is no number',
      second({ narSize: '1' }),
      'graph[1].narSize',
      'expected a whole number of bytes from 0 to 2^53 - 1, found a string',
    ],
    ['a hash that is none', second({ narHash: 1 }), 'graph[1].narHash', 'expected a hash, found a number'],
    [
      'an unknown root',
      { ...second({}), exportReferencesGraph: { graph: [a, c] } },
      'exportReferencesGraph.graph[1]',
      `the root ${c} is not in the graph`,
    ],
    [
      'a root that is no string',
      { ...second({}), exportReferencesGraph: { graph: [1] } },
      'exportReferencesGraph.graph[0]',
      'expected a store path, found a number',
    ],
    [
      'roots that are no list',
      { ...second({}), exportReferencesGraph: {} },
      'exportReferencesGraph.graph',
      'expected an array, found nothing',
    ],
    [
      'attributes of another kind',
      { ...second({}), exportReferencesGraph: 1 },
      'exportReferencesGraph',
      'expected an object, found a number',
    ],
  ])('%s', (_what, source, place, message) => {
    const read = () => readStructuredAttrs(source);

    expect(read).toThrow(GraphError);
    expect(read).toThrow(place === '' ? `engine/graph: ${message}` : `engine/graph: ${place}: ${message}`);
    expect(errorOf(read).place).toBe(place);
  });

  it('a root of the caller that is not in the graph', () => {
    const read = () => readStructuredAttrs({ graph: [record(a)] }, { roots: [a, d] });

    expect(read).toThrow(`engine/graph: roots[1]: the root ${d} is not in the graph`);
  });
});

function errorOf(action: () => unknown): GraphError {
  try {
    action();
  } catch (error) {
    if (error instanceof GraphError) return error;
  }
  throw new Error('nothing was refused');
}
