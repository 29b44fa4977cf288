import { useMemo } from 'react';
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
    const edges =
      ({ offsets }: { readonly offsets: Uint32Array }) =>
      (node: number) =>
        offsets[node + 1] - offsets[node];
    return [
      textColumn('name', 'Path', 'minmax(150px, 1fr)', (node) => nameAndVersion(names[node]).name),
      {
        id: 'version',
        title: 'Version',
        width: 'minmax(80px, 130px)',
        cell: (node) => nameAndVersion(names[node]).version,
      },
      bytesColumn('size', 'Size', '76px', (node) => graph.narSizes[node]),
      bytesColumn('closure', 'Closure', '76px', (node) => graph.closureSizes[node]),
      bytesColumn('goes', 'Goes with it', '88px', (node) => dominatedBytes[node]),
      numberColumn('out', 'Needs', '58px', edges(references)),
      numberColumn('in', 'Needed by', '76px', edges(referrers)),
      numberColumn('depth', 'Depth', '54px', (node) => depth[node]),
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
