import { clip, html } from '../escape.ts';
import type { Cell, Section, Table } from '../tables/table.ts';

/** The most of a text that the page shows, in characters. */
const most = 2000;

/** Text in the page, cut to a length; it says how much is missing. */
export function capped(text: string, length = most): string {
  if (text.length <= length) return html(text);
  const shown = clip(text, length);
  const missing = text.length - shown.length + 1;
  return `${html(shown)} <span class="cut">${missing} more characters are in the JSON report</span>`;
}

/** A name as code with a link; only https addresses become links. */
export function named(name: string, url?: string): string {
  const text = `<code>${capped(name)}</code>`;
  return url?.startsWith('https://') ? `<a href="${html(url)}" rel="noopener noreferrer">${text}</a>` : text;
}

/** A cell of a table. */
export function htmlCell(cell: Cell): string {
  if (typeof cell === 'string') return capped(cell);
  if ('strong' in cell) return `<strong>${capped(cell.strong)}</strong>`;
  return cell.name.trim() === '' ? '' : named(cell.name, cell.url);
}

/** A table, which scrolls if the page is too narrow for it; nothing without rows. */
export function htmlTable({ columns, rows }: Table): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${htmlCell(cell)}</td>`).join('')}</tr>`);
  const heads = columns.map((name) => `<th scope="col">${html(name)}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${cells.join('')}</tbody></table></div>`;
}

/** A section below a part of the page. */
export function htmlSection(section: Section | undefined): string {
  if (section === undefined) return '';
  const { title, intro, table, list = [] } = section;
  const text = intro === undefined ? '' : `<p>${capped(intro)}</p>`;
  const items = list.length === 0 ? '' : `<ul>${list.map((item) => `<li>${capped(item)}</li>`).join('')}</ul>`;
  return `<h3>${html(title)}</h3>${text}${table === undefined ? '' : htmlTable(table)}${items}`;
}

/** A part of the page with a heading that the list of parts links to; nothing without content. */
export function section(id: string, title: string, content: string): string {
  if (content === '') return '';
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${html(title)}</h2>${content}</section>`;
}

/** A part that a click opens; the summary is HTML. */
export function folded(summary: string, content: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>${content}</details>`;
}

/** A block of preformatted lines with a copy button. */
export function copyable(text: string, label: string): string {
  const button = `<button type="button" class="copy live" aria-label="${html(`Copy: ${label}`)}">Copy</button>`;
  return `<div class="block"><pre tabindex="0">${capped(text.trim(), 20_000)}</pre>${button}</div>`;
}

/** The items of a list that fit into a number of bytes: the least important go first, and of those the oldest. */
export function fitting<T>(items: readonly T[], size: (item: T) => number, rank: (item: T) => number, bytes: number) {
  let left = items.reduce((sum, item) => sum + size(item), 0) - bytes;
  const dropped = new Set<T>();
  for (const item of left <= 0 ? [] : items.toSorted((a, b) => rank(a) - rank(b))) {
    if (left <= 0) break;
    dropped.add(item);
    left -= size(item);
  }
  return { kept: items.filter((item) => !dropped.has(item)), dropped: dropped.size };
}
