import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise, transpose } from '../../../src/engine/graph/csr.ts';
import { csrOf, rowsOf } from './adjacency.ts';
import { arbitraryGraph } from './arbitrary-graph.ts';

const rows = arbitraryGraph().map(({ references }) => references);

describe('transpose', () => {
  it('turns every edge round', () => {
    expect(rowsOf(transpose(csrOf([[1, 2], [2], [0]])))).toEqual([[2], [0], [0, 1]]);
  });

  it('gives the same adjacency back when done twice, with rows sorted', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const sorted = given.map((row) => [...row].sort((a, b) => a - b));
        expect(rowsOf(transpose(transpose(csrOf(given))))).toEqual(sorted);
      }),
    );
  });
});

describe('normalise', () => {
  it('sorts rows and drops repetitions and edges to the node itself', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const expected = given.map((row, node) =>
          [...new Set(row)].filter((target) => target !== node).sort((a, b) => a - b),
        );
        expect(rowsOf(normalise(csrOf(given)))).toEqual(expected);
      }),
    );
  });
});
