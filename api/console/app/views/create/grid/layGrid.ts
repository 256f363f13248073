import type { GridCell } from './gridCell.ts';

export interface LaidGrid<Entry> {
  columns: readonly string[];
  /** Undefined: one row without a name. */
  rows: readonly string[] | undefined;
  /** By row, then by column; undefined where nothing was asked for, or it is not listed any more. */
  cells: readonly (readonly (Entry | undefined)[])[];
}

/** Tasks carry their own places, so the grid is as large as they say. */
export function layGrid<Entry>(placed: readonly { cell: GridCell; entry: Entry }[]): LaidGrid<Entry> {
  const [columns, rows]: [string[], string[]] = [[], []];
  const cells: (Entry | undefined)[][] = [];
  for (const { cell, entry } of placed) {
    const [column, row] = cell.at;
    columns[column] = cell.labels[0] ?? '';
    rows[row] = cell.labels[1] ?? '';
    cells[row] ??= [];
    cells[row][column] = entry;
  }
  const fill = <T>(list: readonly T[], count: number) => Array.from({ length: count }, (_, at) => list[at]);
  const named = (list: readonly string[]) => fill(list, list.length).map((label) => label ?? '');
  return {
    columns: named(columns),
    rows: placed.some(({ cell }) => cell.axes.length > 1) ? named(rows) : undefined,
    cells: fill(cells, cells.length).map((line) => fill(line ?? [], columns.length)),
  };
}
