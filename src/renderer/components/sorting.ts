export interface Sort {
  readonly column: string;
  /** 1 ascending, -1 descending. */
  readonly direction: 1 | -1;
}

/** What a click on a column's title makes of the order: descending first, because sizes are what one looks for. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, direction: -1 };
  return sort.direction === -1 ? { column, direction: 1 } : null;
}

/** Rows in the order of a value; equal ones stay in the order that they had. */
export function sorted<Row>(
  rows: readonly Row[],
  order: (row: Row) => string | number,
  direction: 1 | -1,
): Row[] {
  const keyed = rows.map((row) => ({ row, value: order(row) }));
  keyed.sort((a, b) => (a.value < b.value ? -direction : a.value > b.value ? direction : 0));
  return keyed.map(({ row }) => row);
}
