import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksIn, tablesIn } from '../markdown.ts';
import { read as page } from '../pages.ts';
import { read as readContext, smallTask } from './workspace.ts';

const schema = JSON.parse(page('docs/rollout.schema.json')) as Record<string, unknown>;
const validate = new Ajv({ allowUnionTypes: true, allErrors: true }).compile(schema);
const environment = { HOOK_SECRET: 'hush-hush-hush', MIGRATION_TOKEN: 'token-token', WEIGHT: '12.5' };

/** What an editor says of a file. */
function findings(text: string): readonly string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const said = async (rollout: string) => (await readContext({ task: smallTask, rollout, environment })).said;

const pages = ['docs/rollout-yml.md', 'docs/commands/run.md'];
const examples = pages.flatMap((path) => blocksIn(page(path), 'yml').map((text, index) => ({ path, index, text })));

describe('the JSON Schema of rollout.yml', () => {
  it.each(examples)('accepts what the reader accepts: $path, $index', async ({ text }) => {
    expect(await said(text)).toEqual([]);
    expect(findings(text)).toEqual([]);
  });

  it.each([
    'steps: [{ weight: "5", wait: 90 }, { weight: 12.5, wait: 1.5h }, { weight: "${WEIGHT}", wait: 0 }]',
    'canary: { tasks: "3" }',
    'canary: { tasks: auto }',
    'before-promote: [{ run-command: "a\\nb", environment-variables: { A: true, B: 1.10 } }]',
    'gates: { a: { metric: { namespace: S, name: N, statistic: Sum, period: 5m }, min: "-1.5e3" } }',
    'gates: { a: { http: http://10.0.0.1:8080/, max-latency: 800ms, status: "204" } }',
    'gates: { a: { task: {} } }',
  ])('accepts %s', async (text) => {
    expect(findings(text)).toEqual([]);
    expect(await said(text)).toEqual([]);
  });

  it.each([
    'stages: []',
    'strategy: rooling',
    'steps: []',
    'steps: [{ weight: 5 }]',
    'steps: [{ weight: 5%, wait: 5m }]',
    'steps: [{ weight: 101, wait: 5m }]',
    'steps: [{ weight: 5, wait: soon }]',
    'traffic: { records: [a] }',
    'traffic: { rules: [web] }',
    'canary: { tasks: all }',
    'after-promote: []',
    'before-promote: [{ name: 5 }]',
    'gates: {}',
    'gates: { a: {} }',
    'gates: { a: { compare: errors } }',
    'gates: { a: { metric: { namespace: S, name: N, statistic: Sum } } }',
    'gates: { a: { metric: { namespace: S, name: N, statistic: Sum }, max: 1, every: 5s } }',
    'gates: { a: { expression: m1, metrics: { M1: { namespace: S, name: N, statistic: Sum } }, max: 1 } }',
    'gates: { a: { http: example.com } }',
    'gates: { a: { webhook: https://example.com } }',
    'gates: { a: { webhook: http://example.com, secret-env: HOOK_SECRET } }',
  ])('refuses what the reader refuses: %s', async (text) => {
    expect(await said(text)).not.toEqual([]);
    expect(findings(text)).not.toEqual([]);
  });

  it('describes every key', () => {
    const bare: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { properties = {} } = value as { readonly properties?: Readonly<Record<string, { description?: string }>> };
      for (const [key, { description }] of Object.entries(properties)) {
        if (!/^[A-Z`][\s\S]+\.$/.test(description ?? '')) bare.push(`${path}.${key}`);
      }
      for (const [key, member] of Object.entries(value)) visit(member, `${path}/${key}`);
    };
    visit(schema, '');
    expect(bare).toEqual([]);
  });
});

describe('docs/rollout-yml.md', () => {
  /** The keys that a part of a schema has, at any depth. */
  const keysIn = (value: unknown): readonly string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const { properties = {} } = value as { readonly properties?: object };
    return [...Object.keys(properties), ...Object.values(value).flatMap(keysIn)];
  };

  it('describes every key, with an example', () => {
    const text = page('docs/rollout-yml.md');
    const written = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title);
    const rows = tablesIn(text).flatMap(({ rows }) => rows.map(([cell = '']) => cell));
    const shown = blocksIn(text, 'yml').join('\n');
    for (const key of new Set(keysIn(schema))) {
      const described =
        written.includes(key) || rows.some((cell) => cell.includes(`\`${key}\``)) || text.includes(`\`${key}\``);
      expect(described, key).toBe(true);
      expect(shown, key).toMatch(new RegExp(`(^|[\\s{])${key}:`, 'm'));
    }
  });
});
