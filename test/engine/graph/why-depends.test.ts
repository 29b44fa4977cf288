import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { references } from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { enumerateChains, whyDepends } from '../../../src/engine/graph/why-depends.ts';
import { rowsOf } from './adjacency.ts';
import { arbitraryGraph, attrsOf } from './arbitrary-graph.ts';

const record = (path: string, ...targets: string[]) => ({ path, narSize: 1, references: targets });

describe('whyDepends', () => {
  // Two ways from `app` to `glibc` by two steps, one by three; `doc` is of no concern.
  const graph = readStructuredAttrs(
    {
      graph: [
        record('app', 'bash', 'curl', 'doc'),
        record('bash', 'glibc'),
        record('curl', 'glibc', 'openssl'),
        record('doc'),
        record('glibc'),
        record('openssl', 'glibc'),
      ],
    },
    { roots: ['app'] },
  );
  const [app, bash, curl, , glibc] = graph.paths.keys();

  it('tells one shortest chain', () => {
    expect([...whyDepends(graph).shortestChain(glibc)]).toEqual([app, bash, glibc]);
  });

  it('tells all shortest chains', () => {
    const chains = whyDepends(graph).shortestChains(glibc);

    expect(chains.levels.map((level) => [...level])).toEqual([[app], [bash, curl], [glibc]]);
    expect(chains.edges).toEqual([
      [app, bash],
      [app, curl],
      [bash, glibc],
      [curl, glibc],
    ]);
    expect(chains.count).toBe(2);
    expect([...enumerateChains(chains)]).toEqual([
      [app, bash, glibc],
      [app, curl, glibc],
    ]);
  });

  it('tells of a start that it is one', () => {
    const why = whyDepends(graph, Uint32Array.of(curl));

    expect([...why.shortestChain(curl)]).toEqual([curl]);
    expect([...enumerateChains(why.shortestChains(curl))]).toEqual([[curl]]);
  });

  it('tells nothing of what the starts do not need', () => {
    const why = whyDepends(graph, Uint32Array.of(curl));

    expect([...why.shortestChain(bash)]).toEqual([]);
    expect(why.shortestChains(bash)).toEqual({ levels: [], edges: [], count: 0 });
    expect([...enumerateChains(why.shortestChains(bash))]).toEqual([]);
  });

  it('finds exactly the chains of references that are as short as can be', () => {
    fc.assert(
      fc.property(arbitraryGraph(8), (plain) => {
        const read = readStructuredAttrs(attrsOf(plain));
        const rows = rowsOf(references(read));
        const why = whyDepends(read, read.roots);
        for (let node = 0; node < read.size; node++) {
          const expected = naiveShortestChains(rows, [...read.roots], node);
          const chains = why.shortestChains(node);
          expect([...enumerateChains(chains)]).toEqual(expected);
          expect(chains.count).toBe(expected.length);
          expect(expected).toContainEqual([...why.shortestChain(node)]);
        }
      }),
    );
  });

  it('counts chains that nobody could list', () => {
    // Forty times in a row, two ways: 2^40 chains.
    const records = Array.from({ length: 40 }, (_, step) => [
      record(`${step}`, `${step}a`, `${step}b`),
      record(`${step}a`, `${step + 1}`),
      record(`${step}b`, `${step + 1}`),
    ]);
    const ladder = readStructuredAttrs({ graph: [...records.flat(), record('40')] }, { roots: ['0'] });

    const chains = whyDepends(ladder).shortestChains(ladder.paths.indexOf('40'));

    expect(chains.count).toBe(2 ** 40);
    expect(enumerateChains(chains).take(3).toArray()).toHaveLength(3);
  });
});

/** All chains that are as short as can be, by trying every one step by step, ascending. */
function naiveShortestChains(
  rows: readonly (readonly number[])[],
  starts: readonly number[],
  node: number,
): number[][] {
  let chains = [...starts].sort((a, b) => a - b).map((start) => [start]);
  for (let length = 0; length <= rows.length; length++) {
    const complete = chains.filter((chain) => chain.at(-1) === node);
    if (complete.length > 0) return complete;
    chains = chains.flatMap((chain) => (rows[chain.at(-1) ?? 0] ?? []).map((next) => [...chain, next]));
  }
  return [];
}
