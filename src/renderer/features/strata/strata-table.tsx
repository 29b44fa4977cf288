import { useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { formatBytes } from '../../../shared/format.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { type HoldersOf, heldInWords } from '../../layers/holders.ts';
import { type LayerLabel, nameList } from '../../layers/layer-labels.ts';
import type { FactsSource } from '../../layers/layering-facts.ts';
import { sharingColour, toCss } from '../../state/palette.ts';
import { useUi } from '../../state/ui.ts';
import { shareInWords } from './share-words.ts';
import styles from './strata-table.module.css';

interface Row {
  readonly place: number;
  readonly layer: PlannedLayer;
  readonly names: readonly string[];
  readonly share: number;
  readonly kept: boolean;
  /** What known images make of it. */
  readonly held: string | null;
}

export interface StrataTableProps {
  readonly layers: readonly PlannedLayer[];
  readonly facts: FactsSource;
  readonly label: (layer: PlannedLayer) => LayerLabel;
  readonly marked: boolean;
  /** null where no images are known. */
  readonly holders: HoldersOf | null;
  readonly openedNode: number | null;
  readonly onOpen: (node: number) => void;
}

/** The same layers as a table. */
export function StrataTable(props: StrataTableProps) {
  const { layers, facts, label, marked, holders, openedNode, onOpen } = props;
  const hasKnown = holders !== null;
  const theme = useUi((state) => (state.dark ? 'dark' : 'light'));
  const rows = useMemo(
    () =>
      layers.map(
        (layer, index): Row => ({
          place: index + 1,
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
      {
        id: 'place',
        title: '#',
        width: '44px',
        align: 'end',
        order: (row) => row.place,
        cell: (row) => row.place,
      },
      {
        id: 'packages',
        title: 'Packages',
        width: 'minmax(160px, 1fr)',
        order: (row) => row.names[0] ?? '',
        cell: (row) => nameList(row.names, 6),
      },
      {
        id: 'paths',
        title: 'Paths',
        width: '70px',
        align: 'end',
        order: (row) => row.layer.nodes.length,
        cell: (row) => row.layer.nodes.length,
      },
      {
        id: 'size',
        title: 'Size',
        width: '90px',
        align: 'end',
        order: (row) => row.layer.sizeBytes,
        cell: (row) => formatBytes(row.layer.sizeBytes),
      },
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
      isSelected={(row) => openedNode !== null && row.layer.nodes.includes(openedNode)}
      onSelect={(row) => onOpen(row.layer.nodes[0])}
    />
  );
}
