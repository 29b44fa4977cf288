import type { LayerSummary } from './image-summary.ts';

/** A layer of both images. Indices count from 0 in manifest order. */
interface KeptLayer {
  readonly before: number;
  readonly after: number;
  /** `blob`: the same bytes, nothing to download. `contents`: the same files, packed in another way. */
  readonly by: 'blob' | 'contents';
}

export interface LayerMatch {
  readonly kept: readonly KeptLayer[];
  /** Indices in the image before. */
  readonly removed: readonly number[];
  /** Indices in the image after. */
  readonly added: readonly number[];
}

/**
 * Finds the layers that two images share: by the blob, else by its contents. Each layer is matched once at most.
 */
export function matchLayers(before: readonly LayerSummary[], after: readonly LayerSummary[]): LayerMatch {
  const matched = new Map<number, KeptLayer>();
  const used = new Set<number>();
  const pass = (by: KeptLayer['by'], identity: (layer: LayerSummary) => string | undefined): void => {
    const known = new Map<string, number[]>();
    for (const [index, layer] of before.entries()) {
      const id = used.has(index) ? undefined : identity(layer);
      if (id === undefined) continue;
      const indices = known.get(id);
      if (indices === undefined) known.set(id, [index]);
      else indices.push(index);
    }
    for (const [index, layer] of after.entries()) {
      const id = matched.has(index) ? undefined : identity(layer);
      const found = id === undefined ? undefined : known.get(id)?.shift();
      if (found === undefined) continue;
      used.add(found);
      matched.set(index, { before: found, after: index, by });
    }
  };
  pass('blob', ({ digest }) => digest);
  pass('contents', ({ diffId }) => diffId);
  return {
    kept: [...matched.values()].sort((a, b) => a.after - b.after),
    removed: [...before.keys()].filter((index) => !used.has(index)),
    added: [...after.keys()].filter((index) => !matched.has(index)),
  };
}
