import { linked, markdown } from '../escape.ts';
import type { Cell, Section, Table } from '../tables/table.ts';

/** A cell as Markdown. */
export function markdownCell(cell: Cell): string {
  if (typeof cell === 'string') return markdown(cell);
  return 'name' in cell ? linked(cell.name, cell.url) : `**${markdown(cell.strong)}**`;
}

/** The cells of a row, between bars. */
export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table as Markdown; nothing without rows. */
export function markdownTable({ columns, rows }: Table): string {
  if (rows.length === 0) return '';
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(markdownCell))];
  return lines.map(markdownRow).join('\n');
}

/** A section with its heading; nothing if it has no content. */
export function markdownSection(section: Section | undefined): string {
  const { title = '', intro = '', table, list = [] } = section ?? {};
  const items = list.map((item) => `- ${markdown(item)}`).join('\n');
  const content = paragraphs([markdown(intro), table === undefined ? '' : markdownTable(table), items]);
  return content === '' ? '' : `### ${title}\n\n${content}`;
}

/** Parts that are not empty, with a blank line between them. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Parts of a page under a summary that opens them; nothing if all are empty. The summary is Markdown. */
export function folded(summary: string, parts: readonly string[], open = false): string {
  const text = paragraphs(parts);
  return text === '' ? '' : `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}
