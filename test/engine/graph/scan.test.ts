import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRAPH_MARKER, scanGraph } from '../../../src/engine/graph/scan.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { arbitraryGraph, attrsOf, type PlainGraph } from './arbitrary-graph.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What reading gives, or why it does not. */
function outcome(source: unknown): unknown {
  try {
    return readStructuredAttrs(source);
  } catch (error) {
    return String(error);
  }
}

/** The attributes of a graph, with further fields such as the versions of Nix write, in any order and spacing. */
const attrsText = fc
  .record({
    graph: arbitraryGraph(6),
    indent: fc.constantFrom(0, 1, '\t', '\r\n '),
    withHashes: fc.boolean(),
    withClosureSizes: fc.boolean(),
    further: fc.constantFrom({}, { valid: true }, { ca: null, version: 1, storeDir: '/nix/store' }),
    reversed: fc.boolean(),
    withRoots: fc.boolean(),
  })
  .map(({ graph, indent, withHashes, withClosureSizes, further, reversed, withRoots }) => {
    const { exportReferencesGraph, graph: records } = attrsOf(graph);
    const fields = records.map((record, index) => ({
      ...(withHashes ? { narHash: `sha256:${index}` } : {}),
      ...(withClosureSizes ? { closureSize: index } : {}),
      ...record,
      ...further,
    }));
    const written = reversed
      ? fields.map((record) => Object.fromEntries(Object.entries(record).reverse()))
      : fields;
    return JSON.stringify(
      {
        builder: '/bin/sh',
        ...(withRoots ? { exportReferencesGraph } : {}),
        graph: written,
        popularity: { a: 1 },
      },
      undefined,
      indent,
    );
  });

describe('scanGraph', () => {
  it('reads what the strict reader reads', () => {
    fc.assert(
      fc.property(attrsText, (text) => {
        expect(readStructuredAttrs(bytesOf(text))).toEqual(readStructuredAttrs(text));
      }),
    );
  });

  it('takes what Nix writes by itself, without the strict reader', () => {
    fc.assert(
      fc.property(attrsText, (text) => {
        fc.pre(!text.includes('"graph":[]') && !text.includes('"graph": []'));
        expect(scanGraph(bytesOf(text))).toBeDefined();
      }),
    );
  });

  it('agrees with the strict reader on what is damaged, place and all', () => {
    const damage = fc.record({
      text: attrsText,
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.constantFrom(
        '',
        ' ',
        ',',
        '"',
        '[',
        ']',
        '{',
        '}',
        ':',
        '\\',
        '-',
        '0',
        '1',
        '.5',
        'e9',
        'é',
        'null',
        'a',
        '\u0000',
      ),
    });
    fc.assert(
      fc.property(damage, ({ text, at, remove, insert }) => {
        const start = at % (text.length + 1);
        const damaged = text.slice(0, start) + insert + text.slice(start + remove);
        expect(outcome(bytesOf(damaged))).toEqual(outcome(damaged));
      }),
      { numRuns: 2000 },
    );
  });

  const path = `/nix/store/${'0'.repeat(32)}-a`;
  const record = `{"path":"${path}","narSize":1,"references":[]}`;

  it.each<[what: string, text: string]>([
    ['a path twice', `{"graph":[${record},${record}]}`],
    ['a field twice', `{"graph":[{"path":"${path}","narSize":1,"narSize":2,"references":[]}]}`],
    ['a graph twice', `{"graph":[${record}],"graph":[]}`],
    ['a graph within something else', `{"other":{"graph":[${record}]},"graph":[]}`],
    ['a name that ends like a graph', `{"a\\"graph":[${record}]}`],
    ['a dangling reference', `{"graph":[{"path":"${path}","narSize":1,"references":["${path}-b"]}]}`],
    [
      'a size that a double does not hold',
      `{"graph":[{"path":"${path}","narSize":9007199254740993,"references":[]}]}`,
    ],
    ['a size with an exponent', `{"graph":[{"path":"${path}","narSize":1e3,"references":[]}]}`],
    ['a size with a leading zero', `{"graph":[{"path":"${path}","narSize":01,"references":[]}]}`],
    ['an escape in a path', `{"graph":[{"path":"\\/nix/store/x","narSize":1,"references":[]}]}`],
    ['a path that is not ASCII', `{"graph":[{"path":"/nix/store/é","narSize":1,"references":[]}]}`],
    ['a path that is too short to be one', '{"graph":[{"path":"a","narSize":1,"references":["a"]}]}'],
    [
      'paths in two stores',
      `{"graph":[${record},{"path":"/gnu/store/${'0'.repeat(32)}-a","narSize":1,"references":[]}]}`,
    ],
    ['a name with an escape', `{"graph":[{"p\\u0061th":"${path}","narSize":1,"references":[]}]}`],
    ['a field that holds more', `{"graph":[{"path":"${path}","narSize":1,"references":[],"more":{}}]}`],
    ['a comma at the end', `{"graph":[${record},]}`],
    ['what it puts in the place of the graph', `{"graph":[${record}],"note":"${GRAPH_MARKER}"}`],
    ['only spaces after the bracket', '{"graph":[ '],
    ['a byte order mark', `\uFEFF{"graph":[${record}]}`],
    ['a byte order mark after the graph', `{"graph":[${record}]\uFEFF}`],
    ['nothing', ''],
  ])('leaves %s to the strict reader', (_what, text) => {
    expect(outcome(bytesOf(text))).toEqual(outcome(text));
  });

  it('takes thousands of paths', () => {
    const size = 5000;
    const graph: PlainGraph = {
      // The first eight characters of the hash differ, as they do in real ones.
      paths: Array.from({ length: size }, (_, node) => {
        const digits = String((node * 7919) % 100_000_000).padStart(8, '0');
        return `/nix/store/${digits}${'0'.repeat(24)}-package-${node}`;
      }),
      narSizes: Array(size).fill(1),
      references: Array.from({ length: size }, (_, node) => [(node * 31) % size, (node * 17) % size]),
      roots: [0],
    };
    const text = JSON.stringify(attrsOf(graph));

    expect(scanGraph(bytesOf(text))).toBeDefined();
    expect(readStructuredAttrs(bytesOf(text))).toEqual(readStructuredAttrs(text));
  });

  it('leaves paths that collide in its table to the strict reader', () => {
    // Alike in the characters of the hash that it looks at.
    const graph: PlainGraph = {
      paths: Array.from(
        { length: 200 },
        (_, node) => `/nix/store/${'0'.repeat(8)}${String(node).padStart(24, '0')}-a`,
      ),
      narSizes: Array(200).fill(1),
      references: Array(200).fill([0, 1, 2]),
      roots: [0],
    };
    const text = JSON.stringify(attrsOf(graph));

    expect(scanGraph(bytesOf(text))).toBeUndefined();
    expect(readStructuredAttrs(bytesOf(text))).toEqual(readStructuredAttrs(text));
  });
});
