import { describe, expect, it } from 'vitest';
import { diffImages } from '../../../src/engine/compare/diff-images.ts';
import { summarizePlan } from '../../../src/engine/compare/image-summary.ts';
import { planUpload, registryLayers } from '../../../src/engine/compare/plan-upload.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planLayers } from '../../../src/engine/strategies/index.ts';

/** A chain of paths with something of its own at each, so that every budget gives another plan. */
const graph = readStructuredAttrs({
  graph: Array.from({ length: 40 }, (_, node) => ({
    path: `/nix/store/${String(node).padStart(32, '0')}-p${node}`,
    narSize: 1000 + node,
    references:
      node % 2 === 0 && node + 2 < 40
        ? [`/nix/store/${String(node + 2).padStart(32, '0')}-p${node + 2}`]
        : [],
  })),
});
const plan = planLayers('per-path', graph, {});
const platform = { os: 'linux', architecture: 'amd64' };

/** The image that a registry would have after a push at some budget; blobs are half as large as their contents. */
function pushedAt(budget: number) {
  const image = summarizePlan('image', platform, {}, graph, plan.layers(budget));
  return {
    ...image,
    layers: image.layers.map((layer) => ({ ...layer, compressedBytes: layer.sizeBytes / 2 })),
  };
}

describe('planUpload', () => {
  it('is nothing at the budget that was pushed', () => {
    const upload = planUpload(graph, plan.layers(10), registryLayers(pushedAt(10)));
    expect(upload).toMatchObject({ newLayers: 0, newBytes: 0, estimatedUploadBytes: 0 });
    expect(upload.present).toEqual(Array(plan.layers(10).length).fill(true));
  });

  it('is everything where nothing is known', () => {
    const all = plan.layers(10).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const upload = planUpload(graph, plan.layers(10), registryLayers({ ...pushedAt(10), layers: [] }));
    expect(upload).toMatchObject({ newBytes: all, estimatedUploadBytes: all });
  });

  it('agrees with a comparison of the two images at every budget', () => {
    const known = registryLayers(pushedAt(20));
    for (let budget = 1; budget <= 40; budget += 1) {
      const layers = plan.layers(budget);
      const image = summarizePlan('', platform, {}, graph, layers);
      const { layers: matched, downloadByChain } = diffImages(pushedAt(20), image);
      const { added } = matched;
      const { present, newLayers, newBytes, estimatedUploadBytes, newBytesByChain } = planUpload(
        graph,
        layers,
        known,
      );
      expect(newBytesByChain).toBe(downloadByChain.sizeBytes);
      expect([...present.keys()].filter((index) => present[index] === false)).toEqual(added);
      expect(newLayers).toBe(added.length);
      expect(estimatedUploadBytes).toBe(Math.round(newBytes / 2));
    }
  });
});
