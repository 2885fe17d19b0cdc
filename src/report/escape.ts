// Everything that comes from outside is somebody else's text: it is made harmless for the place where it is shown.

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const ansi = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
/** What controls a terminal, turns the direction of writing, or is not seen at all: Unicode's tags can hide whole sentences. */
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text without terminal codes and characters that nobody sees; it keeps its lines. */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(ansi, '').replaceAll(control, '').replaceAll('##[', '# #[');
}

/** Lines of which none is a workflow command: the runner takes `::` for one behind white space, and `##[` anywhere. */
export function noCommand(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll('##[', '# #[');
}

/** Text on one line of the job log, where it cannot begin a workflow command. */
export function logLine(text: string): string {
  return noCommand(cleanText(text).trim().replaceAll(/\s+/g, ' '));
}

/** Text cut to a length in characters; says so with `…`. */
export function clip(text: string, length: number): string {
  const letters = Array.from(text.slice(0, 2 * length + 2));
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}

/** The most of a text that a table or a paragraph of the summary shows, in characters. */
const most = 2000;

/**
 * Text in Markdown, in a table cell too: shown as it is, on one line. Entities rather than backslashes, because a cell is
 * cut at `|` before backslashes are understood; no mention, no reference, no link, no formula comes of it. GitHub looks
 * for mentions, references and emoji in what the page shows, where an entity is what it stands for: a span, or a space
 * without width, has to stand between.
 */
export function markdown(text: string): string {
  return (
    clip(logLine(text), most)
      .replaceAll(/[&<>"`*_~[\]|\\#]/g, entity)
      .replaceAll('$', '<span>$</span>')
      .replaceAll(/&#35;(?=\d)/g, '<span>&#35;</span>')
      .replaceAll(/\bGH-(?=\d)/gi, (start) => `<span>${start}</span>`)
      .replaceAll(/(?<!\w)@(?=\w)/g, '@&#8203;')
      // An ARN of Secrets Manager has an emoji in it.
      .replaceAll(/:(?=secret:)/g, '<span>:</span>')
      .replaceAll('://', '&#58;//')
      .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, -1)}&#46;`)
      .replace(/^([-+=]|\d+[.)](?=\s|$))/, (start) => start.replace(/[-+=.)]/, entity))
  );
}

/** Text in Markdown that keeps its lines. */
export function markdownLines(text: string): string {
  return cleanText(text).trim().split('\n').map(markdown).join('<br>');
}

/** A name or a value in Markdown, as code, in a table cell too. */
export function code(text: string): string {
  return text.trim() === '' ? '' : `<code>${markdown(text)}</code>`;
}

/** A name as code that leads to an address, where there is one. */
export function linked(text: string, url: string | undefined): string {
  return text === '' || url === undefined ? code(text) : `[${code(text)}](${url})`;
}

/** A block of code in Markdown, whatever backticks it has. */
export function codeBlock(text: string, language = ''): string {
  const clean = cleanText(text).trim();
  const longest = Math.max(2, ...Array.from(clean.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** Text in HTML, between tags and in an attribute in quotes; it keeps its lines. */
export function html(text: string): string {
  return cleanText(text)
    .toWellFormed()
    .replaceAll(/[&<>"']/g, entity);
}

/** A value as JSON in a script element of HTML: neither the element nor a line of it can be ended by anything in it. */
export function scriptJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, escaped);
}

/** Words that begin a line of a gantt chart with another meaning than a title. */
const keywords =
  /^(gantt|section|title|click|call|href|vert|dateFormat|axisFormat|tickInterval|excludes|includes|todayMarker|weekday|weekend|topAxis|inclusiveEndDates|acc(Title|Descr)|\d{4}-)/i;

/** A title in a Mermaid gantt chart: a colon would end it, and `%`, `#` and `;` begin a comment or an entity. */
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
