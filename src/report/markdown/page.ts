import type { Table } from '../tables/table.ts';
import { markdownCell, markdownRow, markdownTable } from './tables.ts';

/** A part of a page: Markdown that is always shown, or a table that is folded away. */
export type Part = string | { readonly title: string; readonly table: Table };

const bytes = (text: string): number => Buffer.byteLength(text);

/**
 * Joins the parts of a page in at most `most` bytes. Folded tables are cut first, their oldest rows before their newest,
 * then the last parts are left out; the first part never.
 */
export function joinParts(parts: readonly Part[], most: number): string {
  const [first = '', ...others] = parts.filter((part) => typeof part !== 'string' || part !== '');
  let left = most - bytes(fold(first, most));
  const room = new Map<Part, string>();
  for (const part of [...others.filter((p) => typeof p === 'string'), ...others.filter((p) => typeof p !== 'string')]) {
    const text = fold(part, left - 2);
    if (text === '' || bytes(text) + 2 > left) continue;
    left -= bytes(text) + 2;
    room.set(part, text);
  }
  return [fold(first, most), ...others.flatMap((part) => room.get(part) ?? [])].join('\n\n');
}

/** A part as Markdown; a folded table with as many of its last rows as fit, or nothing. */
function fold(part: Part, most: number): string {
  if (typeof part === 'string') return part;
  const { columns, rows } = part.table;
  const frame = (shown: number): readonly [string, string] => {
    const extent = shown === rows.length ? `${shown}` : `the last ${shown} of ${rows.length}`;
    return [`<details><summary>${part.title} (${extent})</summary>\n\n`, '\n\n</details>'];
  };
  let left =
    most - bytes(frame(0).join('')) - bytes(markdownRow(columns)) - bytes(markdownRow(columns.map(() => '---'))) - 41;
  let from = rows.length;
  while (from > 0 && left >= 0) {
    left -= bytes(markdownRow((rows[from - 1] ?? []).map(markdownCell))) + 1;
    if (left >= 0) from--;
  }
  if (from === rows.length) return '';
  return frame(rows.length - from).join(markdownTable({ columns, rows: rows.slice(from) }));
}
