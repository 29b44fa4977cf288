import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { CachedLayer } from '../../shared/contract/images.ts';
import { MAX_BUDGET_READ } from '../../shared/document.ts';
import type { CompressionSettings } from '../archive/codec.ts';
import { hashedPaths, storePathsKey } from '../pack/layer-key.ts';
import type { LayerRecord } from '../store/layer-index.ts';

/**
 * Of all layers that a plan can come to at any budget, or at those given, the ones that are packed already. A plan is a
 * merge tree, so they are few: most layers of a budget are those of the next.
 */
export function cachedLayers(
  graph: ClosureGraph,
  plan: Plan,
  compression: CompressionSettings,
  packed: ReadonlyMap<string, LayerRecord>,
  budgets: readonly number[] = budgetsOf(plan),
): CachedLayer[] {
  const seen = new Set<string>();
  const known: CachedLayer[] = [];
  for (const budget of budgets) {
    for (const { nodes } of plan.layers(budget)) {
      const name = nodes.join();
      if (seen.has(name)) continue;
      seen.add(name);
      const paths = hashedPaths(graph, nodes);
      const key = storePathsKey(paths, compression);
      const record = key === undefined ? undefined : packed.get(key);
      if (record === undefined) continue;
      known.push({
        nodes: [...nodes],
        digest: record.digest,
        sizeBytes: record.uncompressedBytes,
        compressedBytes: record.sizeBytes,
      });
    }
  }
  return known;
}

/** Every budget at which the layers may be others. */
function budgetsOf({ maxLayers }: Plan): number[] {
  const most = Math.min(MAX_BUDGET_READ, Math.max(maxLayers, 1));
  return Array.from({ length: most }, (_, index) => index + 1);
}
