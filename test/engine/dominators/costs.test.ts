import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costs } from '../../../src/engine/dominators/costs.ts';
import { references } from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { rowsOf } from '../graph/adjacency.ts';
import { arbitraryGraph, attrsOf, naiveReach } from '../graph/arbitrary-graph.ts';

const record = (path: string, narSize: number, ...targets: string[]) => ({
  path,
  narSize,
  references: targets,
});

describe('costs', () => {
  it('of a small image', () => {
    // git and curl share openssl; git alone needs perl; curl is needed by git as well as asked for.
    const graph = readStructuredAttrs(
      {
        graph: [
          record('curl', 10, 'openssl'),
          record('git', 20, 'curl', 'openssl', 'perl'),
          record('openssl', 5),
          record('perl', 70),
        ],
      },
      { roots: ['git', 'curl'] },
    );
    const [curl, git, openssl, perl] = graph.paths.keys();

    const { dominatedSizes, addedSizes } = costs(graph);

    expect(dominatedSizes[git]).toBe(20 + 70);
    // openssl is nobody's but curl's and git's; each of them leads to it.
    expect(dominatedSizes[curl]).toBe(10);
    expect(dominatedSizes[openssl]).toBe(5);
    expect(dominatedSizes[perl]).toBe(70);
    // Without git its own bytes and those of perl go. Without curl nothing does, since git needs it.
    expect([...addedSizes]).toEqual([20 + 70, 0]);
  });

  it('are the bytes that go when a path, or a request for it, goes', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (plain) => {
        const graph = readStructuredAttrs(attrsOf(plain));
        const rows = rowsOf(references(graph));
        const roots = [...graph.roots];
        const bytesOf = (nodes: Set<number>) =>
          [...nodes].reduce((sum, node) => sum + graph.narSizes[node], 0);
        const all = bytesOf(naiveReach(rows, roots));

        const { dominatedSizes, addedSizes } = costs(graph);

        rows.forEach((_, node) => {
          expect(dominatedSizes[node]).toBe(all - bytesOf(naiveReach(rows, roots, node)));
        });
        expect([...addedSizes]).toEqual(
          roots.map(
            (root) =>
              all -
              bytesOf(
                naiveReach(
                  rows,
                  roots.filter((other) => other !== root),
                ),
              ),
          ),
        );
      }),
    );
  });
});
