import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { type ComparedWith, factsSource, thereFacts } from '../../../src/renderer/layers/layering-facts.ts';
import { closureOf, layerOf, nodesOf, reach } from '../closure-of.ts';

const closure = closureOf(
  { web: ['flask', 'ssl'], flask: ['python'], python: ['ssl'], ssl: ['libc'] },
  { roots: ['web'], sizes: { web: 10, flask: 20, python: 300, ssl: 40, libc: 500 } },
);

/** The part of an image that matters here: which store paths are in which layer. */
function imageOf(...layers: readonly (readonly string[])[]): ComparedWith {
  return {
    layers: layers.map((names) => ({
      storePaths: nodesOf(closure, ...names).map((node) => itemAt(closure.graph.paths, node)),
    })),
    compressionRatio: 0.5,
  };
}
const NOTHING: ComparedWith = { layers: null, compressionRatio: null };

describe('the numbers above the cross-section', () => {
  test('without an image everything is new', () => {
    const facts = factsSource(closure, NOTHING);
    const layers = [layerOf(closure, 'libc', 'ssl'), layerOf(closure, 'web', 'flask', 'python')];
    expect(facts.facts(layers)).toMatchObject({
      layers: 2,
      newLayers: 2,
      newBytes: 870,
      uploadBytes: null,
      largestBytes: 540,
    });
  });

  test('a layer with the very paths of one in the last image needs no push, whatever its place', () => {
    const facts = factsSource(closure, imageOf(['python'], ['ssl', 'libc'], ['web']));
    const kept = layerOf(closure, 'libc', 'ssl');
    expect(facts.isKept(kept)).toBe(true);
    expect(facts.isKept(layerOf(closure, 'libc'))).toBe(false);
    expect(facts.isKept(layerOf(closure, 'libc', 'ssl', 'web'))).toBe(false);
    expect(facts.facts([kept, layerOf(closure, 'web', 'flask', 'python')])).toMatchObject({
      newLayers: 1,
      newBytes: 330,
      uploadBytes: 165,
    });
  });

  test('is everything from the first layer that is another, for those who pull by chain', () => {
    const facts = factsSource(closure, imageOf([], ['libc'], ['ssl', 'python']));
    const [libc, others] = [layerOf(closure, 'libc'), layerOf(closure, 'ssl', 'python')];
    expect(facts.facts([libc, others]).newBytesByChain).toBe(0);
    expect(facts.facts([others, libc])).toMatchObject({ newBytes: 0, newBytesByChain: 840 });
  });

  test('where nothing is, or nobody knows what is, everything is new', () => {
    const layers = [layerOf(closure, 'libc', 'ssl')];
    for (const there of [[], undefined])
      expect(factsSource(closure, { layers: there, compressionRatio: 0.5 }).facts(layers)).toMatchObject({
        newLayers: 1,
        newBytes: 540,
        uploadBytes: 270,
      });
  });

  test('what an update moves is counted as Nix rebuilds: everything that depends on what changed', () => {
    const parts = fc.array(fc.nat(3), { minLength: closure.graph.size, maxLength: closure.graph.size });
    const rows = Array.from({ length: closure.graph.size }, (_, node) => [
      ...closure.graph.references.subarray(closure.graph.offsets[node], closure.graph.offsets[node + 1]),
    ]);
    fc.assert(
      fc.property(parts, (part) => {
        const groups = [...new Set(part)].map((group) =>
          part.flatMap((g, node) => (g === group ? [node] : [])),
        );
        const layers = groups.map((nodes) =>
          layerOf(closure, ...nodes.map((node) => itemAt(closure.names, node))),
        );
        let moved = 0;
        let movedByChain = 0;
        for (let changed = 0; changed < closure.graph.size; changed++) {
          let isBroken = false;
          for (const layer of layers) {
            const isChanged = [...layer.nodes].some((node) => reach(rows, node).has(changed));
            isBroken ||= isChanged;
            if (isChanged) moved += layer.sizeBytes;
            if (isBroken) movedByChain += layer.sizeBytes;
          }
        }
        const { updateBytes, updateBytesByChain } = factsSource(closure, NOTHING).facts(layers);
        expect(updateBytes).toBeCloseTo(moved / closure.graph.size, 6);
        expect(updateBytesByChain).toBeCloseTo(movedByChain / closure.graph.size, 6);
      }),
    );
  });

  test('a layer a path is the least that an update can move', () => {
    const facts = factsSource(closure, NOTHING);
    const { updateBytes } = facts.facts(closure.names.map((name) => layerOf(closure, name)));
    expect(updateBytes).toBeCloseTo(facts.leastUpdateBytes ?? 0, 6);
  });

  test('with more paths than bits in a word, and in cycles, it still comes to an end', () => {
    const names = Array.from({ length: 100 }, (_, i) => `p${i}`);
    const ring = closureOf(
      Object.fromEntries(names.map((name, i) => [name, [itemAt(names, (i + 1) % 100)]])),
      {
        roots: ['p0'],
      },
    );
    const facts = factsSource(ring, NOTHING);
    // In a ring everything depends on everything, so whatever changes moves all of it.
    expect(facts.leastUpdateBytes).toBe(ring.totalBytes);
  });
});

describe('the last image, set against a plan', () => {
  test('is measured in the bytes of the plan, so that what did not change shows no difference', () => {
    const image = imageOf(['python'], ['ssl', 'libc'], ['web', 'flask']);
    expect(thereFacts(closure, image)).toEqual({ layers: 3, largestBytes: 540 });
    const { largestBytes } = factsSource(closure, image).facts([layerOf(closure, 'ssl', 'libc')]);
    expect(largestBytes).toBe(540);
  });

  test('says nothing of a largest layer whose paths are gone, and nothing at all without an image', () => {
    const { layers, compressionRatio } = imageOf(['python']);
    const image = { layers: [...(layers ?? []), { storePaths: ['/nix/store/gone'] }], compressionRatio };
    expect(thereFacts(closure, image)).toEqual({ layers: 2, largestBytes: null });
    expect(thereFacts(closure, NOTHING)).toBeNull();
  });
});
