// Writes what README.md says of inputs, outputs and IAM from where it is decided, so that it cannot be wrong.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';

/** The parts of action.yml that the README shows. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Reads action.yml. */
export function readAction(path: string): Action {
  return parse(readFileSync(path, 'utf8')) as Action;
}

/** The README with its generated parts written anew; throws when the place of one is not marked. */
export function regenerate(
  readme: string,
  { inputs, outputs }: Action,
  /** By the name of their place: `iam`, `iam-up`, … */
  policies: Readonly<Record<string, object>> = {},
): string {
  const rows = Object.entries(inputs).map(([name, { description, default: text }]) => [
    `\`${name}\``,
    text === undefined ? '' : `\`${text}\``,
    description,
  ]);
  const results = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  const withInputs = replace(readme, 'inputs', table(['Input', 'Default', 'What it is'], rows));
  const withOutputs = replace(withInputs, 'outputs', table(['Output', 'What it is'], results));
  return Object.entries(policies).reduce(
    (text, [name, policy]) => replace(text, name, ['```json', JSON.stringify(policy, null, 2), '```'].join('\n')),
    withOutputs,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const cell = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

function replace(readme: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  const missing = from < 0 ? start : to < 0 ? end : undefined;
  if (missing !== undefined) throw new Error(`README.md has no line ${missing}, so there is no place for the ${name}`);
  if (to < from) throw new Error(`README.md has ${end} before ${start}`);
  if (readme.indexOf(start, from + 1) >= 0) throw new Error(`README.md has ${start} twice`);
  return `${readme.slice(0, from + start.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

/** The IAM policies that the commands need, where the code says it, by the name of their place. */
async function readPolicies(root: string): Promise<Readonly<Record<string, object>>> {
  const path = join(root, 'src', 'aws', 'permissions.ts');
  if (!existsSync(path)) return {};
  const found = (await import(pathToFileURL(path).href)) as { readonly policies?: () => Record<string, object> };
  if (typeof found.policies !== 'function') throw new Error(`${path} exports no function policies()`);
  return found.policies();
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..', '..');
  const path = process.argv[2] ?? join(root, 'README.md');
  const before = readFileSync(path, 'utf8');
  const after = regenerate(before, readAction(join(root, 'action.yml')), await readPolicies(root));
  if (after !== before) writeFileSync(path, after);
}
