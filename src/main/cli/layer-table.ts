import { type ClosureGraph, storePathName } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { nodeOf } from '../../engine/graph/reach.ts';
import { formatBytes } from '../../shared/format.ts';
import type { AssembledLayer, Image } from '../assemble/image.ts';
import { formatTable } from './table.ts';

/** The layers of an image in manifest order: sizes, how many paths, which packages weigh most, cached or packed. */
export function layerTable(image: Image, graph: ClosureGraph, width: number): string[] {
  return formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'compressed', align: 'right' },
      { title: 'paths', align: 'right' },
      { title: 'from' },
      { title: 'packages' },
    ],
    image.layers.map((layer, index) => [
      String(index + 1),
      formatBytes(layer.sizeBytes),
      formatBytes(layer.compressedBytes),
      layer.kind === 'store' ? String(layer.paths.length) : '-',
      layer.origin,
      packagesCell(layer, graph),
    ]),
    width,
  );
}

function packagesCell(layer: AssembledLayer, graph: ClosureGraph): string {
  if (layer.kind === 'root') return '(root: links, accounts, certificates)';
  if (layer.kind === 'base') return ['(base)', ...layer.packages].join(' ');
  if (layer.kind === 'files') return `(files: ${layer.files.join(', ')})`;
  const sizeOf = (path: string) => itemAt(graph.narSizes, nodeOf(graph, path));
  return layer.paths
    .toSorted((a, b) => sizeOf(b) - sizeOf(a) || (a < b ? -1 : 1))
    .map(storePathName)
    .join(', ');
}
