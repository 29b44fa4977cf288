import { useMemo } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { bytesColumn, numberColumn, placeColumn, textColumn } from '../../components/columns.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { heldInWords } from '../../layers/holders.ts';
import { nameList } from '../../layers/layer-labels.ts';
import { sharingColour, toCss } from '../../state/palette.ts';
import { useUi } from '../../state/ui.ts';
import type { LayersProps } from './layers-props.ts';
import { shareInWords } from './share-words.ts';
import styles from './strata-table.module.css';

interface Row {
  readonly index: number;
  readonly layer: PlannedLayer;
  readonly names: readonly string[];
  readonly share: number;
  readonly kept: boolean;
  /** What known images make of it. */
  readonly held: string | null;
}

/** The same layers as a table. */
export function StrataTable(props: LayersProps) {
  const { layers, facts, label, marked, holders, openedNode, onOpen } = props;
  const hasKnown = holders !== null;
  const theme = useUi((state) => (state.dark ? 'dark' : 'light'));
  const rows = useMemo(
    () =>
      layers.map(
        (layer, index): Row => ({
          index,
          layer,
          names: label(layer).names,
          share: facts.share(layer),
          kept: facts.isKept(layer),
          held: holders && heldInWords(holders(layer)),
        }),
      ),
    [layers, facts, label, holders],
  );
  const columns = useMemo<readonly Column<Row>[]>(
    () => [
      placeColumn((row) => row.index),
      textColumn('packages', 'Packages', 'minmax(160px, 1fr)', (row) => nameList(row.names, 6)),
      numberColumn('paths', 'Paths', '70px', (row) => row.layer.nodes.length),
      bytesColumn('size', 'Size', '90px', (row) => row.layer.sizeBytes),
      {
        id: 'shared',
        title: 'Shared',
        width: '220px',
        order: (row) => row.share,
        cell: (row) => (
          <span className={styles.share}>
            <i style={{ background: toCss(sharingColour(row.share, theme)) }} />
            {shareInWords(row.share)}
          </span>
        ),
      },
      ...(marked
        ? [
            {
              id: 'push',
              title: 'Push',
              width: '90px',
              order: (row: Row) => Number(row.kept),
              cell: (row: Row) => (row.kept ? 'kept' : <strong className={styles.new}>new</strong>),
            },
          ]
        : []),
      ...(hasKnown
        ? [
            {
              id: 'known',
              title: 'Known',
              width: '110px',
              order: (row: Row) => row.held ?? '~',
              cell: (row: Row) => row.held && <span className={styles.held}>{row.held}</span>,
            },
          ]
        : []),
    ],
    [theme, marked, hasKnown],
  );
  return (
    <DataTable
      name="Layers"
      rows={rows}
      columns={columns}
      rowKey={(row) => String(row.layer.nodes[0])}
      isSelected={(row) => row.layer.nodes.includes(openedNode)}
      onSelect={(row) => onOpen(itemAt(row.layer.nodes, 0))}
    />
  );
}
