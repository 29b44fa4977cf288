import { useMemo } from 'react';
import { neighbours } from '../../../engine/graph/csr.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { bytesColumn, numberColumn, textColumn } from '../../components/columns.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { nameAndVersion } from '../../state/format.ts';

export interface GraphTableProps {
  readonly closure: Closure;
  readonly nodes: readonly number[];
  readonly selected: number;
  readonly onSelect: (node: number) => void;
}

/** The paths of the graph as a table. */
export function GraphTable({ closure, nodes, selected, onSelect }: GraphTableProps) {
  const columns = useMemo<readonly Column<number>[]>(() => {
    const { graph, names, depth, dominatedBytes, references, referrers } = closure;
    return [
      textColumn('name', 'Path', 'minmax(150px, 1fr)', (node) => nameAndVersion(itemAt(names, node)).name),
      {
        id: 'version',
        title: 'Version',
        width: 'minmax(80px, 130px)',
        cell: (node) => nameAndVersion(itemAt(names, node)).version,
      },
      bytesColumn('size', 'Size', '76px', (node) => itemAt(graph.narSizes, node)),
      bytesColumn('closure', 'Closure', '76px', (node) => itemAt(graph.closureSizes, node)),
      bytesColumn('goes', 'Goes with it', '88px', (node) => itemAt(dominatedBytes, node)),
      numberColumn('out', 'Needs', '58px', (node) => neighbours(references, node).length),
      numberColumn('in', 'Needed by', '76px', (node) => neighbours(referrers, node).length),
      numberColumn('depth', 'Depth', '54px', (node) => itemAt(depth, node)),
    ];
  }, [closure]);
  return (
    <DataTable
      name="Paths"
      rows={nodes}
      columns={columns}
      rowKey={String}
      initialSort={{ column: 'size', direction: -1 }}
      isSelected={(node) => node === selected}
      onSelect={onSelect}
    />
  );
}
