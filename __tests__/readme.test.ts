import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandNames } from '../.github/scripts/docs.ts';
import { readInputs } from '../src/request/inputs.ts';
import { blocksIn, codesIn, tablesIn } from './markdown.ts';
import { read, root } from './pages.ts';

const readme = read('README.md');

/** The rows of the table that begins with this heading, cell by cell. */
const tableUnder = (head: string): readonly (readonly string[])[] =>
  tablesIn(readme).find((table) => table.head[0] === head)?.rows ?? [];

/** What stands in the first cells as code. */
const firstCodes = (head: string): readonly string[] => tableUnder(head).flatMap(([cell]) => codesIn(cell)[0] ?? []);

describe('README.md', () => {
  it('has at most 15 KB', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(15_000);
  });

  it('shows a picture of at most 150 KB, with a text for those who cannot see it', () => {
    const [, text = '', path = ''] = /!\[(.*?)\]\((.*?)\)/.exec(readme) ?? [];
    expect(text.length).toBeGreaterThan(30);
    expect(statSync(join(root, path)).size).toBeLessThanOrEqual(150_000);
  });

  it('has a row for each command', () => {
    expect(firstCodes('`command`').toSorted()).toEqual([...commandNames].toSorted());
  });

  it('has a row for each strategy', () => {
    const { problems } = readInputs({ INPUT_STRATEGY: 'none', INPUT_REGION: 'us-west-2' });
    const strategies = firstCodes('`strategy` of a rollout');
    expect(strategies.length).toBeGreaterThan(1);
    const allowed = problems.find(({ where }) => where === 'strategy')?.what ?? '';
    for (const strategy of strategies) {
      expect(allowed).toContain(strategy);
      const { problems } = readInputs({ INPUT_STRATEGY: strategy, INPUT_REGION: 'us-west-2' });
      expect(problems.filter(({ where }) => where === 'strategy')).toEqual([]);
    }
  });

  it('shows a deploy context that can be rehearsed', async () => {
    const [service = '', taskDefinition = ''] = blocksIn(readme, 'json');
    const directory = temporary();
    writeFileSync(join(directory, 'service.json'), service);
    writeFileSync(join(directory, 'task-definition.json'), taskDefinition);
    expect(await rehearse(directory, { IMAGE: 'web:1' })).toMatch(
      /^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/,
    );
  });
});

const examples = readdirSync(join(root, 'examples'));

describe.each(examples.filter((name) => name !== 'workflows'))('examples/%s', (name) => {
  it('can be rehearsed, and every drill ends well', async () => {
    expect(await rehearse(`examples/${name}`)).toMatch(
      /^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/,
    );
  });

  it('is shown in docs/recipes.md and docs/deploy-context.md', () => {
    for (const page of ['docs/recipes.md', 'docs/deploy-context.md'])
      expect(read(page)).toContain(`(../examples/${name})`);
  });
});

describe.each(readdirSync(join(root, 'examples/workflows')))('examples/workflows/%s', (name) => {
  it('is shown in docs/recipes.md', () => {
    const rows = tablesIn(read('docs/recipes.md')).find(({ head }) => head[0] === 'workflow')?.rows ?? [];
    expect(rows.map(([cell]) => cell)).toContain(`[${name}](../examples/workflows/${name})`);
  });
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** What a rehearsal that a user starts says last but one, before what it does not check; from the sources, because dist/ may be older. */
async function rehearse(context: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const temp = join(temporary(), 'temp');
  mkdirSync(temp);
  const env = { INPUT_COMMAND: 'rehearse', 'INPUT_DEPLOY-CONTEXT': context, RUNNER_TEMP: temp, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, ['src/index.ts'], { cwd: root, env });
  const [verdict = '', unchecked] = stdout.trimEnd().split('\n').slice(-2);
  expect(unchecked).toMatch(/^Not checked: /);
  return verdict;
}
