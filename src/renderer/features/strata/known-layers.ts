import { useEffect } from 'react';
import { create } from 'zustand';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { KnownLayer } from '../../../shared/contract/images.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { reportFailure } from '../../state/notices.ts';

/** Layers that lie packed in the blob store, by their lowest node. */
const useKnown = create<{ readonly byNode: ReadonlyMap<number, readonly KnownLayer[]> }>(() => ({
  byNode: new Map(),
}));

/** Asks the host which layers need no packing, again after every packing. */
export function useKnownLayers(): void {
  const build = useClosure((state) => state.build?.build);
  const image = useClosure((state) => state.image?.image);
  const { compression, layering } = useTheDocument();
  const { type, level } = compression;
  // The answer covers every budget: dragging it asks nothing.
  const { budget: _, ...asked } = layering;
  const layeringKey = JSON.stringify(asked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the answer depends on
  useEffect(() => {
    if (build === undefined) return;
    const end = new AbortController();
    host()
      .images.knownLayers({ build, layering: asked, compression: { type, level } }, { signal: end.signal })
      .then((layers) => {
        const byNode = new Map<number, KnownLayer[]>();
        for (const layer of layers)
          byNode.set(layer.nodes[0], [...(byNode.get(layer.nodes[0]) ?? []), layer]);
        useKnown.setState({ byNode });
      })
      .catch((error: unknown) => reportFailure('The packed layers could not be listed', error));
    return () => end.abort();
  }, [build, image, type, level, layeringKey]);
}

/** The layer as it lies packed in the blob store; null where it does not. */
export function useKnownLayer({ nodes }: PlannedLayer): KnownLayer | null {
  const candidates = useKnown((state) => state.byNode.get(nodes[0]));
  const same = (layer: KnownLayer) =>
    layer.nodes.length === nodes.length && layer.nodes.every((node, index) => node === nodes[index]);
  return candidates?.find(same) ?? null;
}
