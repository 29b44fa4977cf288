import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  depths,
  entryNodes,
  nodeOf,
  reachable,
  references,
  referrers,
  subgraph,
  UNREACHED,
} from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { csrOf, rowsOf } from './adjacency.ts';
import { arbitraryGraph, attrsOf, naiveReach } from './arbitrary-graph.ts';

const arbitrary = arbitraryGraph().map((graph) => readStructuredAttrs(attrsOf(graph)));

describe('referrers', () => {
  it('are those that refer to a path', () => {
    fc.assert(
      fc.property(arbitrary, (graph) => {
        const to = rowsOf(references(graph));
        const from = rowsOf(referrers(graph));
        from.forEach((row, node) => {
          const expected = [...to.keys()].filter((other) => to[other].includes(node));
          expect(row).toEqual(expected);
        });
      }),
    );
  });
});

describe('depths', () => {
  it('count the references on a shortest way', () => {
    const csr = csrOf([[1, 2], [3], [3], [4], [], [0]]);

    expect([...depths(csr, Uint32Array.of(0))]).toEqual([0, 1, 1, 2, 3, UNREACHED]);
    expect([...depths(csr, Uint32Array.of(5, 3, 5))]).toEqual([1, 2, 2, 0, 1, 0]);
  });
});

describe('reachable', () => {
  it('is the closure of its starts', () => {
    fc.assert(
      fc.property(arbitrary, fc.array(fc.nat()), (graph, picks) => {
        fc.pre(graph.size > 0);
        const starts = picks.map((pick) => pick % graph.size);
        const expected = [...naiveReach(rowsOf(references(graph)), starts)].sort((a, b) => a - b);
        expect([...reachable(references(graph), Uint32Array.from(starts))]).toEqual(expected);
      }),
    );
  });
});

describe('entryNodes', () => {
  it('are the roots, and what they do not reach', () => {
    const record = (name: string, ...targets: string[]) => ({ path: name, narSize: 1, references: targets });
    const graph = readStructuredAttrs(
      { graph: [record('a', 'b'), record('b'), record('c', 'b'), record('d', 'e'), record('e', 'd')] },
      { roots: ['b'] },
    );

    expect(Array.from(entryNodes(graph), (node) => graph.paths[node])).toEqual(['b', 'a', 'c', 'd']);
  });
});

describe('subgraph', () => {
  it('is the graph that Nix would write for fewer roots', () => {
    fc.assert(
      fc.property(arbitraryGraph(), fc.nat(), (plain, pick) => {
        fc.pre(plain.paths.length > 0);
        const root = plain.paths[pick % plain.paths.length];
        const graph = readStructuredAttrs(attrsOf(plain));
        const kept = naiveReach(plain.references, [plain.paths.indexOf(root)]);

        const part = subgraph(graph, Uint32Array.of(nodeOf(graph, root)));

        const records = attrsOf(plain).graph.filter((_, node) => kept.has(node));
        expect(part).toEqual(readStructuredAttrs({ graph: records }, { roots: [root] }));
      }),
    );
  });
});

describe('nodeOf', () => {
  it('finds every path, and no other', () => {
    fc.assert(
      fc.property(arbitrary, (graph) => {
        expect(graph.paths.map((path) => nodeOf(graph, path))).toEqual([...graph.paths.keys()]);
        expect(nodeOf(graph, '/nix/store')).toBe(-1);
        expect(nodeOf(graph, 'z')).toBe(-1);
      }),
    );
  });
});
