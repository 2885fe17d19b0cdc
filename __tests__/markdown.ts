import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** A step of a workflow that a page shows. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Step & { readonly steps?: readonly Step[] }>>;
}

/** The fenced blocks of a language. */
export const blocksIn = (page: string, language: string): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );

/** A whole workflow; what is only a list of steps becomes one. */
export function asWorkflow(block: string): string {
  if (!block.startsWith('- ')) return block;
  const steps = block.replaceAll(/^(?=.)/gm, '      ');
  return `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
}

const jobsOf = (workflow: string) => Object.values((parse(workflow) as Workflow).jobs);

/** The steps of all jobs. */
export const stepsOf = (workflow: string): readonly Step[] => jobsOf(workflow).flatMap(({ steps = [] }) => steps);

/** The jobs that call our workflow. */
export const callsOf = (workflow: string): readonly Step[] =>
  jobsOf(workflow).filter(({ uses = '' }) =>
    /^OWNER\/ecs-canary-rollout\/\.github\/workflows\/rollout\.yml@/.test(uses),
  );

/** Whether it is a step of this action. */
export const isOurs = ({ uses = '' }: Step): boolean => uses.startsWith('OWNER/ecs-canary-rollout@');

/** What the runner sets for every step. */
export const job: Readonly<Record<string, string>> = {
  GITHUB_REPOSITORY: 'octo-org/web',
  GITHUB_REF: 'refs/heads/main',
  'INPUT_GITHUB-TOKEN': 'token',
};

/** The environment of a step, with a value in the place of an expression: that of the job, or else its last word. */
export function environmentOf(step: Step): Readonly<Record<string, string>> {
  const fill = (expression: string): string =>
    job[expression.toUpperCase().replace('.', '_')] ?? expression.split('.').at(-1) ?? '';
  const filled = (value: unknown) => String(value).replaceAll(/\$\{\{ (.+?) \}\}/g, (_, text: string) => fill(text));
  const inputs = Object.entries(step.with ?? {}).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, filled(value)]);
  const variables = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]);
  return { ...job, ...Object.fromEntries([...variables, ...inputs]) };
}

/** What is written as code. */
export const codesIn = (text = ''): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** A table: what stands in its head, and its rows, cell by cell. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All tables of a page. */
export function tablesIn(page: string): readonly Table[] {
  const cells = (row: string): readonly string[] =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  return [...page.matchAll(/^\|.*\|\n\|[ |-]+\|\n(?:\|.*\|\n?)*/gm)].map(([table]) => {
    const [head = '', , ...rows] = table.trim().split('\n');
    return { head: cells(head), rows: rows.map(cells) };
  });
}

/** The links of a page to files and headings that there are not; `read` gives the text of a file. */
export function brokenLinks(page: string, path: string, read: (path: string) => string): readonly string[] {
  const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', heading] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(target)) return true;
    return heading !== undefined && !headingsIn(read(target)).includes(heading);
  });
}

/** As GitHub makes the anchors of headings. */
const headingsIn = (page: string): readonly string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
