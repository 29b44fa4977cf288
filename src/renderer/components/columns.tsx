import { formatBytes, formatCount } from '../../shared/format.ts';
import type { Column } from './data-table.tsx';

/** A column of texts, in their own order. */
export function textColumn<Row>(
  id: string,
  title: string,
  width: string,
  of: (row: Row) => string,
): Column<Row> {
  return { id, title, width, order: of, cell: of };
}

/** A column of numbers, at the right. */
export function numberColumn<Row>(
  id: string,
  title: string,
  width: string,
  of: (row: Row) => number,
  write: (number: number) => string = formatCount,
): Column<Row> {
  return { id, title, width, align: 'end', order: of, cell: (row) => write(of(row)) };
}

export function bytesColumn<Row>(
  id: string,
  title: string,
  width: string,
  of: (row: Row) => number,
): Column<Row> {
  return numberColumn(id, title, width, of, formatBytes);
}

/** What a reader counts from 1: the place of a layer. */
export function placeColumn<Row>(of: (row: Row) => number): Column<Row> {
  return numberColumn('place', '#', '40px', of, (index) => String(index + 1));
}
