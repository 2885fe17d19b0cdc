/** The content of a cell, before it is written as text, Markdown or HTML. */
export type Cell = string | Name | Strong;

/** A name or a value of the account, with the address of a page about it, if known. */
export interface Name {
  readonly name: string;
  readonly url?: string;
}

/** A word that must be noticed. */
export interface Strong {
  readonly strong: string;
}

/** Rows under columns, before they are written as text, Markdown or HTML. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A part of a page with a heading, before it is written as Markdown or HTML. */
export interface Section {
  readonly title: string;
  /** A sentence under the heading. */
  readonly intro?: string;
  readonly table?: Table;
  readonly list?: readonly string[];
}

/** Makes the cell of a name. */
export function nameCell(name: string, url?: string): Name {
  return url === undefined ? { name } : { name, url };
}

/** The text of a cell. */
export function textOf(cell: Cell = ''): string {
  if (typeof cell === 'string') return cell;
  return 'name' in cell ? cell.name : cell.strong;
}

/** Whether a cell is empty. */
export function isBlank(cell: Cell | undefined): boolean {
  return textOf(cell).trim() === '';
}

/** Drops the columns that are empty in all rows. */
export function withoutEmptyColumns({ columns, rows }: Table): Table {
  const kept = columns.map((_, column) => rows.some((row) => !isBlank(row[column])));
  return { columns: columns.filter((_, i) => kept[i]), rows: rows.map((row) => row.filter((_, i) => kept[i])) };
}
