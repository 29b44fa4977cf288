import { type ClosureGraph, storePathName } from '../../engine/graph/closure-graph.ts';
import { layerHistory } from '../../engine/oci/build-config.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import { compressionSettings } from '../archive/codec.ts';
import { hashedPaths, storePathsKey } from '../pack/layer-key.ts';

/** The keys under which planned layers would be in a cache; those whose contents are not known by hash have none. */
export function plannedLayerKeys(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  compression: { readonly type: LayerCompression; readonly level?: number | undefined },
): readonly { readonly key: string; readonly label: string }[] {
  const settings = compressionSettings(compression);
  return layers.flatMap(({ nodes }) => {
    const paths = hashedPaths(graph, nodes);
    const key = storePathsKey(paths, settings);
    if (key === undefined) return [];
    return [{ key, label: layerHistory(paths.map(({ path }) => storePathName(path)).toSorted()) }];
  });
}
