/** What stands in a cell of a table, before it is written as Markdown or HTML: words, or the name of a thing. */
export type Cell = string | Name;

/** The name of a thing, which leads to where it is shown, when that is known. */
export interface Name {
  readonly name: string;
  readonly url?: string;
}

/** A table of cells. */
export interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Makes the cell of a thing. */
export function nameCell(name: string, url?: string): Name {
  return url === undefined ? { name } : { name, url };
}

/** Whether a cell says nothing. */
export function isBlank(cell: Cell | undefined): boolean {
  return (typeof cell === 'object' ? cell.name : (cell ?? '')).trim() === '';
}

/** A column that says nothing only makes the others narrow. */
export function withoutEmptyColumns({ head, rows }: Grid): Grid {
  const kept = head.map((_, column) => rows.some((row) => !isBlank(row[column])));
  return { head: head.filter((_, column) => kept[column]), rows: rows.map((row) => row.filter((_, i) => kept[i])) };
}
