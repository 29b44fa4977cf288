import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominatedSums, dominates, dominatorTree } from '../../../src/engine/dominators/dominator-tree.ts';
import { chain, csrOf, ring } from '../graph/adjacency.ts';
import { arbitraryGraph, naiveReach } from '../graph/arbitrary-graph.ts';

describe('dominatorTree', () => {
  it('is that of the example in the paper of Lengauer and Tarjan', () => {
    // Figure 1: R, A … L. R is the entry; everything that branches and joins again is dominated from before the branch.
    const [R, A, B, C, D, E, F, G, H, I, J, K, L] = Array.from({ length: 13 }, (_, node) => node);
    const rows: number[][] = [];
    rows[R] = [A, B, C];
    rows[A] = [D];
    rows[B] = [A, D, E];
    rows[C] = [F, G];
    rows[D] = [L];
    rows[E] = [H];
    rows[F] = [I];
    rows[G] = [I, J];
    rows[H] = [E, K];
    rows[I] = [K];
    rows[J] = [I];
    rows[K] = [I, R];
    rows[L] = [H];

    const { parents, root } = dominatorTree(csrOf(rows), Uint32Array.of(R));

    expect([...parents]).toEqual([root, R, R, R, R, R, C, C, R, R, G, R, D]);
  });

  it('dominates exactly what cannot be reached without the dominator', () => {
    fc.assert(
      fc.property(arbitraryGraph(15), ({ references, roots }) => {
        const tree = dominatorTree(csrOf(references), Uint32Array.from(roots));
        references.forEach((_, node) => {
          const without = naiveReach(references, roots, node);
          references.forEach((_, other) => {
            expect(dominates(tree, node, other)).toBe(!without.has(other));
          });
        });
      }),
    );
  });

  it('has the nearest dominator for a parent, and the virtual root where there is none', () => {
    fc.assert(
      fc.property(arbitraryGraph(15), ({ references, roots }) => {
        const tree = dominatorTree(csrOf(references), Uint32Array.from(roots));
        references.forEach((_, node) => {
          const others = [...references.keys()].filter(
            (other) => other !== node && dominates(tree, other, node),
          );
          const parent = tree.parents[node];
          if (parent === tree.root) expect(others).toEqual([]);
          else {
            expect(others).toContain(parent);
            for (const other of others) expect(dominates(tree, other, parent)).toBe(true);
          }
        });
      }),
    );
  });

  it('lays a node and all that it dominates out as one run', () => {
    fc.assert(
      fc.property(arbitraryGraph(15), ({ references, roots }) => {
        const tree = dominatorTree(csrOf(references), Uint32Array.from(roots));
        expect([...tree.order].sort((a, b) => a - b)).toEqual([...references.keys()]);
        references.forEach((_, node) => {
          expect(tree.order[tree.positions[node]]).toBe(node);
          const run = tree.order.subarray(tree.positions[node], tree.positions[node] + tree.counts[node]);
          const dominated = [...references.keys()].filter((other) => dominates(tree, node, other));
          expect([...run].sort((a, b) => a - b)).toEqual(dominated);
        });
      }),
    );
  });

  it('takes chains and rings of 200,000 nodes', () => {
    for (const csr of [chain(200_000), ring(200_000)]) {
      const tree = dominatorTree(csr, Uint32Array.of(0));
      expect(tree.counts[0]).toBe(200_000);
      expect(tree.parents[199_999]).toBe(199_998);
    }
  });

  it('takes a long chain with a way back from every node and a way in at every other', () => {
    const size = 100_000;
    const rows = Array.from({ length: size }, (_, node) =>
      [node - 1, node + 1].filter((to) => to >= 0 && to < size),
    );
    const entries = Uint32Array.from({ length: size / 2 }, (_, entry) => entry * 2);

    const tree = dominatorTree(csrOf(rows), entries);

    // Each of the others is reached from both sides, but for the last.
    expect(tree.parents.filter((parent) => parent !== tree.root)).toEqual(Uint32Array.of(size - 2));
  });

  it('enters what the entries do not reach at its sources', () => {
    // 2 is asked for and needed by 1 as well; 3 and 4 need each other, and nobody needs them.
    const { parents, root } = dominatorTree(csrOf([[1], [2], [], [4], [3]]), Uint32Array.of(2));

    expect([...parents]).toEqual([root, 0, root, root, 3]);
  });

  it('is empty for a graph of nothing', () => {
    expect(dominatorTree(csrOf([]), new Uint32Array()).order).toHaveLength(0);
  });
});

describe('dominatedSums', () => {
  it('add up what each node dominates', () => {
    fc.assert(
      fc.property(arbitraryGraph(), ({ references, roots, narSizes }) => {
        const tree = dominatorTree(csrOf(references), Uint32Array.from(roots));
        const sums = dominatedSums(tree, Float64Array.from(narSizes));
        references.forEach((_, node) => {
          const dominated = [...references.keys()].filter((other) => dominates(tree, node, other));
          expect(sums[node]).toBe(dominated.reduce((sum, other) => sum + narSizes[other], 0));
        });
      }),
    );
  });
});
