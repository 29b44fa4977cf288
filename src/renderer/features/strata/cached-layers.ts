import { useEffect } from 'react';
import { create } from 'zustand';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { CachedLayer } from '../../../shared/contract/images.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { hasPlannedImages, listFor, useKnown } from '../../state/known.ts';
import { reportFailure } from '../../state/notices.ts';

/** Layers that lie packed in the blob store, by their lowest node. */
const usePacked = create<{ readonly byNode: ReadonlyMap<number, readonly CachedLayer[]> }>(() => ({
  byNode: new Map(),
}));

/** Asks the host which layers need no packing, again after every packing. */
export function useCachedLayers(): void {
  const build = useClosure((state) => state.build?.build);
  const image = useClosure((state) => state.image?.image);
  const { compression, layering } = useTheDocument();
  const { type, level } = compression;
  const list = useKnown((state) => listFor(layering, state.list));
  // The answer covers every budget, so that dragging it asks nothing, unless images are planned along.
  const { budget, ...others } = layering;
  const asked = hasPlannedImages(list) ? { ...others, budget } : others;
  const layeringKey = JSON.stringify(asked);
  const known = list?.list ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the answer depends on
  useEffect(() => {
    if (build === undefined) return;
    const end = new AbortController();
    host()
      .images.cachedLayers(
        { build, layering: asked, compression: { type, level }, known },
        { signal: end.signal },
      )
      .then((layers) => {
        const byNode = new Map<number, CachedLayer[]>();
        for (const layer of layers)
          byNode.set(layer.nodes[0], [...(byNode.get(layer.nodes[0]) ?? []), layer]);
        usePacked.setState({ byNode });
      })
      .catch((error: unknown) => reportFailure('The packed layers could not be listed', error));
    return () => end.abort();
  }, [build, image, type, level, layeringKey, known]);
}

/** The layer as it lies packed in the blob store; null where it does not. */
export function useCachedLayer({ nodes }: PlannedLayer): CachedLayer | null {
  const candidates = usePacked((state) => state.byNode.get(nodes[0]));
  const same = (layer: CachedLayer) =>
    layer.nodes.length === nodes.length && layer.nodes.every((node, index) => node === nodes[index]);
  return candidates?.find(same) ?? null;
}
