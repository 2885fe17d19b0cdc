import { expect } from 'vitest';

/** A workflow command, as the runner reads it from a line. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Every workflow command that the runner finds in an output. It takes white space off the start of a line first. */
export function commandsIn(output: string): readonly WorkflowCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const found = /^::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line.trimStart());
    if (found === null) return [];
    const [, name = '', properties = '', data = ''] = found;
    const pairs = properties.split(',').map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [key.trim(), unescapeProperty(value.join('='))] as const;
    });
    return [{ name, properties: Object.fromEntries(pairs), data: unescapeData(data) }];
  });
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');

const ours: ReadonlySet<string> = new Set(['group', 'endgroup', 'debug', 'notice', 'warning', 'error']);

/** Every line that the runner takes for a command is one that we have written: annotations of ours have a title. */
export function expectNoForeignCommand(output: string): void {
  for (const line of output.split(/\r\n|\r|\n/)) {
    if (!line.trimStart().startsWith('::')) {
      expect(line).not.toContain('##[');
      continue;
    }
    const [command] = commandsIn(line);
    expect(ours).toContain(command?.name);
    if (['notice', 'warning', 'error'].includes(command?.name ?? '')) expect(command?.properties.title).toBeTruthy();
  }
}

const tags = /<\/?(?:code|br|details|summary|span)>/g;

/** Markdown in which tables are whole, code is closed, and there is no HTML and no link but ours. */
export function expectSoundMarkdown(page: string): void {
  expect(page).not.toContain('\r');
  const { prose, open } = withoutBlocks(page);
  expect(open).toBe(false);
  let columns = 0;
  for (const line of prose) {
    const cells = line.startsWith('|') ? line.split('|').length : 0;
    if (columns > 0 && cells > 0) expect(cells).toBe(columns);
    columns = cells;
    expect(line.replaceAll(tags, '').replace(/^> /, '')).not.toMatch(/[<>]/);
    // An address of the console is a link's own business, fragment and all.
    const said = line.replaceAll(/\]\(https:\/\/[\w-]+\.console\.[^\s()]*\)/g, '');
    expect(said).not.toContain('](');
    expect(said.replaceAll(/&#\d+;/g, '').replace(/^#+ /, '')).not.toMatch(/[`\\#&]/);
  }
  const count = (tag: string) => prose.join('\n').split(tag).length;
  for (const tag of ['code', 'details', 'summary', 'span']) expect(count(`<${tag}>`)).toBe(count(`</${tag}>`));
}

function withoutBlocks(page: string): { readonly prose: readonly string[]; readonly open: boolean } {
  let fence: string | undefined;
  const prose: string[] = [];
  for (const line of page.split('\n')) {
    const [start] = /^`{3,}/.exec(line) ?? [];
    if (fence === undefined && start !== undefined) fence = start;
    else if (fence === undefined) prose.push(line);
    else if (line.trim() === fence) fence = undefined;
  }
  return { prose, open: fence !== undefined };
}
