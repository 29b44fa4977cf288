import { type ClosureGraph, storePathName } from '../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { LayerProgress } from '../../shared/contract/job-kinds.ts';
import type { AssembleProgress } from '../assemble/assemble.ts';
import type { ExportProgress } from '../images/export.ts';
import type { JobReport } from '../jobs/job.ts';

const STATES = {
  packing: 'packing',
  packed: 'packed',
  repaired: 'packed',
  cached: 'cached',
} as const satisfies Record<AssembleProgress['state'], LayerProgress['state']>;

/** Tells a job how far the layers of an image are. */
export function followPacking(
  report: JobReport<'image' | 'push'>,
  graph: ClosureGraph,
  planned: readonly PlannedLayer[],
): { onLayer(progress: AssembleProgress): void } {
  const layers: LayerProgress[] = [
    ...planned.map((layer, index) => ({
      index,
      title: layerTitle(graph, layer),
      state: 'waiting' as const,
      doneBytes: 0,
      totalBytes: layer.sizeBytes,
    })),
    { index: planned.length, title: 'root', state: 'waiting', doneBytes: 0, totalBytes: 0 },
  ];
  report.tell({ layers });
  return {
    onLayer({ layer, state, layerBytes, doneBytes, totalBytes }) {
      const before = layers[layer];
      if (before === undefined) return;
      const after: LayerProgress = {
        ...before,
        state: STATES[state],
        doneBytes: layerBytes,
        totalBytes: state === 'packing' ? Math.max(before.totalBytes, layerBytes) : layerBytes,
      };
      layers[layer] = after;
      report.tell({ layers: [after] });
      report.progress({ phase: 'Packing layers', done: doneBytes, total: totalBytes, unit: 'bytes' });
    },
  };
}

/** Tells a job how much of the image's file is written. */
export function followWriting(report: JobReport<'image'>): (progress: ExportProgress) => void {
  return ({ doneBytes, totalBytes }) => {
    report.tell({ writtenBytes: doneBytes });
    report.progress({ phase: 'Writing the image', done: doneBytes, total: totalBytes, unit: 'bytes' });
  };
}

/** The largest path of a layer, and how many others. */
function layerTitle(graph: ClosureGraph, { nodes }: PlannedLayer): string {
  let largest = nodes[0] ?? 0;
  for (const node of nodes) {
    if ((graph.narSizes[node] ?? 0) > (graph.narSizes[largest] ?? 0)) largest = node;
  }
  const name = storePathName(graph.paths[largest] ?? '');
  return nodes.length > 1 ? `${name} and ${nodes.length - 1} more` : name;
}
