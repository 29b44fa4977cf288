import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { itemAt } from '../../engine/graph/item-at.ts';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * A table in plain text, columns two spaces apart and as wide as their widest cell. The last column, where it is
 * aligned left, is not padded; lines wider than `width` are cut.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const widths = columns.map((column, at) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[at] ?? '')), stringWidth(column.title)),
  );
  const format = (cells: readonly string[]): string => {
    const text = columns
      .map((column, at) => {
        const cell = cells[at] ?? '';
        const padding = ' '.repeat(Math.max(0, itemAt(widths, at) - stringWidth(cell)));
        return column.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
    return stringWidth(text) > width ? `${sliceAnsi(text, 0, width - 1)}…` : text;
  };
  return [format(columns.map((column) => column.title)), ...rows.map(format)];
}
