import { useMemo } from 'react';
import { formatBytes } from '../../../shared/format.ts';
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
    const bytes = (id: string, title: string, of: ArrayLike<number>): Column<number> => ({
      id,
      title,
      width: '92px',
      align: 'end',
      order: (node) => of[node],
      cell: (node) => formatBytes(of[node]),
    });
    const edges = (id: string, title: string, of: { readonly offsets: Uint32Array }): Column<number> => ({
      id,
      title,
      width: '72px',
      align: 'end',
      order: (node) => of.offsets[node + 1] - of.offsets[node],
      cell: (node) => of.offsets[node + 1] - of.offsets[node],
    });
    return [
      {
        id: 'name',
        title: 'Path',
        width: 'minmax(160px, 1fr)',
        order: (node) => names[node],
        cell: (node) => nameAndVersion(names[node]).name,
      },
      {
        id: 'version',
        title: 'Version',
        width: '150px',
        cell: (node) => nameAndVersion(names[node]).version,
      },
      bytes('size', 'Size', graph.narSizes),
      bytes('closure', 'Closure', graph.closureSizes),
      bytes('goes', 'Goes with it', dominatedBytes),
      edges('out', 'Needs', references),
      edges('in', 'Needed by', referrers),
      {
        id: 'depth',
        title: 'Depth',
        width: '58px',
        align: 'end',
        order: (node) => depth[node],
        cell: (node) => depth[node],
      },
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
