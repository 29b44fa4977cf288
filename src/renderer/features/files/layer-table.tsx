import { useMemo } from 'react';
import type { ImageLayer } from '../../../shared/contract/images.ts';
import { bytesColumn, numberColumn, placeColumn, textColumn } from '../../components/columns.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { nameList, namesOfPaths } from '../../layers/layer-labels.ts';
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
      placeColumn((layer) => layer.index),
      textColumn('packages', 'Packages', 'minmax(150px, 1fr)', (layer) => layerName(layer, bytesOf, 4)),
      numberColumn('paths', 'Paths', '52px', (layer) => layer.storePaths.length),
      bytesColumn('size', 'Size', '78px', (layer) => layer.sizeBytes),
      bytesColumn('compressed', 'Compressed', '92px', (layer) => layer.compressedBytes),
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
      digestColumn('digest', 'Digest', (layer) => layer.digest),
      digestColumn('diffId', 'DiffID', (layer) => layer.diffId),
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

/** What a layer is called, in a line. */
export function layerName(layer: ImageLayer, bytesOf: (storePath: string) => number, most: number): string {
  return layer.kind === 'root' ? 'Links into the store' : nameList(layerNames(layer, bytesOf), most);
}

/** Names of the packages in a layer; of one of own files its paths. */
function layerNames({ storePaths, files }: ImageLayer, bytesOf: (storePath: string) => number): string[] {
  return [...namesOfPaths(storePaths, bytesOf), ...files];
}

function digestColumn(id: string, title: string, of: (layer: ImageLayer) => string): Column<ImageLayer> {
  return {
    id,
    title,
    width: '110px',
    order: of,
    cell: (layer) => (
      <code className={styles.digest} title={of(layer)}>
        {of(layer).slice(7, 19)}
      </code>
    ),
  };
}
