import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceNodes, stronglyConnectedComponents } from '../../../src/engine/graph/components.ts';
import { chain, csrOf, ring } from './adjacency.ts';
import { arbitraryGraph, naiveReach } from './arbitrary-graph.ts';

const rows = arbitraryGraph().map(({ references }) => references);

describe('stronglyConnectedComponents', () => {
  it('puts together what reaches each other, and nothing else', () => {
    fc.assert(
      fc.property(rows, (references) => {
        const { of } = stronglyConnectedComponents(csrOf(references));
        const reach = references.map((_, node) => naiveReach(references, [node]));
        references.forEach((_, a) => {
          references.forEach((_, b) => {
            expect(of[a] === of[b]).toBe(reach[a].has(b) && reach[b].has(a));
          });
        });
      }),
    );
  });

  it('numbers components against the references', () => {
    fc.assert(
      fc.property(rows, (references) => {
        const { of } = stronglyConnectedComponents(csrOf(references));
        references.forEach((row, node) => {
          for (const target of row) expect(of[target]).toBeLessThanOrEqual(of[node]);
        });
      }),
    );
  });

  it('takes chains and rings of 200,000 nodes', () => {
    expect(stronglyConnectedComponents(chain(200_000)).count).toBe(200_000);
    expect(stronglyConnectedComponents(ring(200_000)).count).toBe(1);
  });
});

describe('sourceNodes', () => {
  it('are the fewest that reach everything, each the lowest of those that could take its place', () => {
    fc.assert(
      fc.property(rows, (references) => {
        const sources = [...sourceNodes(csrOf(references))];
        expect(naiveReach(references, sources).size).toBe(references.length);
        for (const source of sources) {
          const others = sources.filter((other) => other !== source);
          expect(naiveReach(references, others).has(source)).toBe(false);
          const substitutes = [...references.keys()].filter((node) =>
            naiveReach(references, [node]).has(source),
          );
          expect(source).toBe(Math.min(...substitutes));
        }
      }),
    );
  });
});
