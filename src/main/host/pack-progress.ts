import { type ClosureGraph, storePathName } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { DetailChange, LayerProgress } from '../../shared/contract/job-kinds.ts';
import type { BlobUpload } from '../../shared/contract/registry.ts';
import type { AssembleProgress } from '../assemble/assemble.ts';
import type { Image } from '../assemble/image.ts';
import type { ExportProgress } from '../images/export.ts';
import type { WorkReport } from '../jobs/job.ts';
import type { OnBlobProgress } from '../registry/progress.ts';

const STATES = {
  packing: 'packing',
  packed: 'packed',
  repaired: 'packed',
  cached: 'cached',
} as const satisfies Record<AssembleProgress['state'], LayerProgress['state']>;

/** Tells a job how far the layers of an image are. */
export function followPacking(
  report: WorkReport,
  tell: (change: Pick<DetailChange<'image' | 'push'>, 'layers'>) => void,
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
  tell({ layers });
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
      tell({ layers: [after] });
      report.progress({ phase: 'Packing layers', done: doneBytes, total: totalBytes, unit: 'bytes' });
    },
  };
}

/** Tells a job how much of the image's file is written. */
export function followWriting(
  report: WorkReport,
  tell: (change: Pick<DetailChange<'image'>, 'writtenBytes'>) => void,
): (progress: ExportProgress) => void {
  return ({ doneBytes, totalBytes }) => {
    tell({ writtenBytes: doneBytes });
    report.progress({ phase: 'Writing the image', done: doneBytes, total: totalBytes, unit: 'bytes' });
  };
}

/** The largest path of a layer, and how many others. */
function layerTitle(graph: ClosureGraph, { nodes }: PlannedLayer): string {
  let largest = itemAt(nodes, 0);
  for (const node of nodes) {
    if (itemAt(graph.narSizes, node) > itemAt(graph.narSizes, largest)) largest = node;
  }
  const name = storePathName(itemAt(graph.paths, largest));
  return nodes.length > 1 ? `${name} and ${nodes.length - 1} more` : name;
}

/** Tells a job how far each blob of an image is on its way. */
export function followUpload(
  report: WorkReport,
  tell: (change: Pick<DetailChange<'push'>, 'blobs'>) => void,
  { config, layers }: Pick<Image, 'config' | 'layers'>,
): OnBlobProgress {
  const waiting = { state: 'waiting', doneBytes: 0, bytesPerSecond: 0 } as const;
  const blobs = new Map<string, BlobUpload>();
  for (const { descriptor, packages, files, kind } of layers) {
    const { digest, size: sizeBytes } = descriptor;
    blobs.set(digest, {
      digest,
      title: kind === 'root' || kind === 'base' ? kind : blobTitle([...packages, ...files]),
      sizeBytes,
      ...waiting,
    });
  }
  const { digest, size: sizeBytes } = config.descriptor;
  blobs.set(digest, { digest, title: 'configuration', sizeBytes, ...waiting });
  tell({ blobs: [...blobs.values()] });
  const total = [...blobs.values()].reduce((sum, blob) => sum + blob.sizeBytes, 0);
  return (progress) => {
    const before = blobs.get(progress.digest);
    if (before === undefined) return;
    const after = { ...before, ...progress };
    blobs.set(after.digest, after);
    tell({ blobs: [after] });
    const done = [...blobs.values()].reduce((sum, { doneBytes }) => sum + doneBytes, 0);
    report.progress({ phase: 'Uploading', done, total, unit: 'bytes' });
  };
}

function blobTitle([first = 'layer', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
