import { useMemo } from 'react';
import { storePathName } from '../../../engine/graph/closure-graph.ts';
import type { ImageLayer } from '../../../shared/contract/images.ts';
import { formatBytes } from '../../../shared/format.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { withoutVersion } from '../../state/format.ts';
import { nameList } from '../strata/layer-labels.ts';
import styles from './layer-table.module.css';

export interface LayerTableProps {
  readonly layers: readonly ImageLayer[];
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  /** Bytes of a store path, where they are known: the largest are named first. */
  readonly bytesOf: (storePath: string) => number;
}

/** The layers of an image as they lie in it. */
export function LayerTable({ layers, selected, onSelect, bytesOf }: LayerTableProps) {
  const columns = useMemo<readonly Column<ImageLayer>[]>(
    () => [
      {
        id: 'place',
        title: '#',
        width: '40px',
        align: 'end',
        order: (layer) => layer.index,
        cell: (layer) => layer.index + 1,
      },
      {
        id: 'packages',
        title: 'Packages',
        width: 'minmax(150px, 1fr)',
        order: (layer) => layerNames(layer, bytesOf)[0] ?? '',
        cell: (layer) =>
          layer.kind === 'root' ? 'Links into the store' : nameList(layerNames(layer, bytesOf), 4),
      },
      {
        id: 'paths',
        title: 'Paths',
        width: '52px',
        align: 'end',
        order: (layer) => layer.storePaths.length,
        cell: (layer) => layer.storePaths.length,
      },
      {
        id: 'size',
        title: 'Size',
        width: '78px',
        align: 'end',
        order: (layer) => layer.sizeBytes,
        cell: (layer) => formatBytes(layer.sizeBytes),
      },
      {
        id: 'compressed',
        title: 'Compressed',
        width: '92px',
        align: 'end',
        order: (layer) => layer.compressedBytes,
        cell: (layer) => formatBytes(layer.compressedBytes),
      },
      {
        id: 'state',
        title: 'State',
        width: '66px',
        order: (layer) => Number(layer.cached),
        cell: (layer) => (
          <span className={styles.state} data-new={!layer.cached || undefined}>
            {layer.cached ? 'cached' : 'packed'}
          </span>
        ),
      },
      {
        id: 'digest',
        title: 'Digest',
        width: '120px',
        order: (layer) => layer.digest,
        cell: (layer) => <Digest digest={layer.digest} />,
      },
      {
        id: 'diffId',
        title: 'DiffID',
        width: '120px',
        order: (layer) => layer.diffId,
        cell: (layer) => <Digest digest={layer.diffId} />,
      },
    ],
    [bytesOf],
  );
  return (
    <DataTable
      name="Layers of the image"
      rows={layers}
      columns={columns}
      rowKey={(layer) => String(layer.index)}
      isSelected={(layer) => layer.index === selected}
      onSelect={(layer) => onSelect(layer.index)}
    />
  );
}

/** Names of the packages in a layer, without versions, largest first. */
export function layerNames({ storePaths }: ImageLayer, bytesOf: (storePath: string) => number): string[] {
  const largestFirst = storePaths.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  return [...new Set(largestFirst.map((path) => withoutVersion(storePathName(path))))];
}

function Digest({ digest }: { readonly digest: string }) {
  return (
    <code className={styles.digest} title={digest}>
      {digest.slice(7, 19)}
    </code>
  );
}
