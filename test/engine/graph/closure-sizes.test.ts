import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeClosureSizes } from '../../../src/engine/graph/closure-sizes.ts';
import { chain, csrOf, ring } from './adjacency.ts';
import { arbitraryGraph, naiveReach } from './arbitrary-graph.ts';

function naiveSizes(references: readonly (readonly number[])[], narSizes: readonly number[]): number[] {
  return references.map((_, node) =>
    [...naiveReach(references, [node])].reduce((sum, reached) => sum + narSizes[reached], 0),
  );
}

describe('computeClosureSizes', () => {
  it('counts every path of a closure once, cycles included', () => {
    fc.assert(
      fc.property(arbitraryGraph(), ({ references, narSizes }) => {
        const sizes = computeClosureSizes(csrOf(references), Float64Array.from(narSizes));
        expect([...sizes]).toEqual(naiveSizes(references, narSizes));
      }),
    );
  });

  it('is right beyond the paths that it carries through the graph at a time', () => {
    // Every node refers to two others further on, so that closures overlap; 3,000 nodes take three rounds.
    const size = 3000;
    const references = Array.from({ length: size }, (_, node) =>
      [node * 7 + 3, node * 13 + 11].map((step) => node + 1 + (step % 40)).filter((target) => target < size),
    );
    const narSizes = references.map((_, node) => (node * 31) % 1000);
    const sizes = computeClosureSizes(csrOf(references), Float64Array.from(narSizes));

    const sample = [0, 1, 500, 1023, 1024, 1025, 2047, 2048, 2500, 2999];
    const reached = (node: number) => [...naiveReach(references, [node])];
    expect(sample.map((node) => sizes[node])).toEqual(
      sample.map((node) => reached(node).reduce((sum, other) => sum + narSizes[other], 0)),
    );
  });

  it('takes chains and rings of 200,000 paths', () => {
    const ones = new Float64Array(200_000).fill(1);
    expect(computeClosureSizes(chain(200_000), ones)[0]).toBe(200_000);
    expect(computeClosureSizes(ring(200_000), ones)[0]).toBe(200_000);
  });
});
