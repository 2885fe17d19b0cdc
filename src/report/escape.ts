// Text from outside is escaped for the place where it is shown.

// biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters on purpose
const ansi = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
/** Characters that control a terminal, turn the direction of text, or are invisible (tags can hide whole sentences). */
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters on purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text without terminal codes and invisible characters; it keeps its lines. */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(ansi, '').replaceAll(control, '').replaceAll('##[', '# #[');
}

/** Lines without workflow commands: the runner accepts `::` after white space, and `##[` anywhere. */
export function noCommand(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll('##[', '# #[');
}

/** Text on one line of the job log, where it cannot begin a workflow command. */
export function logLine(text: string): string {
  return noCommand(cleanText(text).trim().replaceAll(/\s+/g, ' '));
}

/** Text cut to a length in characters, with `…` at the end if something is missing. */
export function clip(text: string, length: number): string {
  const letters = Array.from(text.slice(0, 2 * length + 2));
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}

/** The most characters of one text in a table or a paragraph of the summary. */
const most = 2000;

/**
 * Escapes text for Markdown, in a table cell as well: it is shown literally on one line, without mentions, references,
 * links or formulas. Entities rather than backslashes, because GitHub splits a row at `|` before it reads backslashes.
 * GitHub looks for mentions, references and emoji after it has decoded entities: a span or a zero-width space prevents
 * them.
 */
export function markdown(text: string): string {
  return (
    clip(logLine(text), most)
      .replaceAll(/[&<>"`*_~[\]|\\#]/g, entity)
      .replaceAll('$', '<span>$</span>')
      .replaceAll(/&#35;(?=\d)/g, '<span>&#35;</span>')
      .replaceAll(/\bGH-(?=\d)/gi, (start) => `<span>${start}</span>`)
      .replaceAll(/(?<!\w)@(?=\w)/g, '@&#8203;')
      // ARNs of Secrets Manager contain `:secret:`, which is an emoji.
      .replaceAll(/:(?=secret:)/g, '<span>:</span>')
      .replaceAll('://', '&#58;//')
      .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, -1)}&#46;`)
      .replace(/^([-+=]|\d+[.)](?=\s|$))/, (start) => start.replace(/[-+=.)]/, entity))
  );
}

/** Escapes text for Markdown; it keeps its lines. */
export function markdownLines(text: string): string {
  return cleanText(text).trim().split('\n').map(markdown).join('<br>');
}

/** A name or a value as code, in a table cell as well. */
export function code(text: string): string {
  return text.trim() === '' ? '' : `<code>${markdown(text)}</code>`;
}

/** A name as code, with a link if there is an address. */
export function linked(text: string, url: string | undefined): string {
  return text === '' || url === undefined ? code(text) : `[${code(text)}](${url})`;
}

/** A block of code, whatever backticks it contains. */
export function codeBlock(text: string, language = ''): string {
  const clean = cleanText(text).trim();
  const longest = Math.max(2, ...Array.from(clean.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** Escapes text for HTML, between tags and in quoted attributes; it keeps its lines. */
export function html(text: string): string {
  return cleanText(text)
    .toWellFormed()
    .replaceAll(/[&<>"']/g, entity);
}

/** A value as JSON for a script element: nothing in it can end the element or a line. */
export function scriptJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, escaped);
}

/** Words with a meaning of their own at the start of a line in a gantt chart. */
const keywords =
  /^(gantt|section|title|click|call|href|vert|dateFormat|axisFormat|tickInterval|excludes|includes|todayMarker|weekday|weekend|topAxis|inclusiveEndDates|acc(Title|Descr)|\d{4}-)/i;

/** Escapes a title in a Mermaid gantt chart: a colon ends it, and `%`, `#` and `;` start a comment or an entity. */
export function mermaidLabel(text: string): string {
  const label = clip(logLine(text), 60)
    .replaceAll(':', '∶')
    .replaceAll(';', ',')
    .replaceAll('%', '％')
    .replaceAll('#', '＃')
    .replaceAll(/["`]/g, "'")
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/[\\{}]/g, ' ')
    .trim();
  return keywords.test(label) ? `· ${label}` : label || '·';
}
