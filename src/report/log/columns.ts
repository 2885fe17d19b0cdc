/** Rows with their cells below each other, as lines; a cell that is wider than `widest` makes its own line longer. */
export function alignColumns(rows: readonly (readonly string[])[], widest: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => Math.min(widest, row[i]?.length ?? 0))));
  return rows.map((row) =>
    row
      .map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell))
      .join('  ')
      .trimEnd(),
  );
}
