/** A table whose cells are Markdown already. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of a page: Markdown that is always shown, or a table that is folded away. */
export type Part = string | { readonly title: string; readonly table: Table };

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A Markdown table. */
export function table({ head, rows }: Table): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const bytes = (text: string): number => Buffer.byteLength(text);

/**
 * Puts the parts of a page together in at most `most` bytes. Folded tables give way first, their oldest rows before
 * their newest; then the last parts; the first part never.
 */
export function putTogether(parts: readonly Part[], most: number): string {
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
  const { head, rows } = part.table;
  const render = (shown: readonly (readonly string[])[]): string => {
    const missing = rows.length - shown.length;
    const said = missing === 0 ? `${rows.length}` : `the last ${shown.length} of ${rows.length}`;
    return `<details><summary>${part.title} (${said})</summary>\n\n${table({ head, rows: shown })}\n\n</details>`;
  };
  let left = most - bytes(render([])) - 40;
  let from = rows.length;
  while (from > 0 && left >= 0) {
    left -= bytes(line(rows[from - 1] ?? [])) + 1;
    if (left >= 0) from--;
  }
  return from === rows.length ? '' : render(rows.slice(from));
}
