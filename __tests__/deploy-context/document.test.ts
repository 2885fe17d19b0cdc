import { describe, expect, test } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import { read, smallTask, workspace } from './workspace.ts';

const at = (problems: readonly { where: string; what: string }[]) =>
  problems.map(({ where, what }) => `${where} ${what}`);

describe('JSON', () => {
  test('may have comments, trailing commas and a byte order mark', async () => {
    const { context, problems } = await read({ service: '\uFEFF// a\n{ /* b */ "cluster": "c", }\n' });
    expect(problems).toEqual([]);
    expect(context.service).toEqual({ cluster: 'c' });
  });

  test.each([
    ['', '1:1', 'the file is empty'],
    [' \n// only this\n', '1:1', 'the file is empty'],
    ['[]', '', 'must contain an object, in { }, but contains a list'],
    ['"x"', '', 'must contain an object, in { }, but contains a string'],
    ['{"cluster" "c"}', '1:12', 'expected a : here'],
    ['{\n  "cluster": "c"\n  "role": "r"\n}', '3:3', 'a comma is missing before this'],
    ['{\n  "cluster": "c,\n  "role": "r"\n}', '2:14', 'this string is not closed'],
    ["{'cluster': 1}", '1:2', 'double quotes'],
    ['{“cluster”: 1}', '1:2', 'double quotes'],
    ['{cluster: 1}', '1:2', 'double quotes'],
    ['{"cluster": True}', '1:13', 'write true in lowercase'],
    ['{"cluster": None}', '1:13', 'remove the key'],
    ['{"cluster": }', '1:13', 'expected a value here'],
    ['{"tags": [1, 2}', '1:15', 'a ] or a comma is missing before this }'],
    ['{"tags": [{"key": "k"]}', '1:22', 'a } or a comma is missing before this ]'],
    ['{"tags": ["a": 1]}', '1:14', 'unexpected : here'],
    ['{"desiredCount": 1', '1:19', 'a } is missing at the end'],
    ['{}}', '1:3', 'remove the rest'],
    ['{"cluster": "\t"}', '1:13', 'write a tab as \\t'],
    ['{"cluster": "\\x"}', '1:13', 'write a backslash as \\\\'],
    ['{"desiredCount": 1.}', '1:18', 'is incomplete'],
    ['{} /* x', '1:4', 'this comment is not closed'],
  ])('%j has one problem, at %s', async (service, place, what) => {
    const { said } = await read({ service });
    expect(said).toEqual([expect.stringContaining(what)]);
    expect(said[0]).toContain(`deploy/service.json${place === '' ? '' : ':'}${place}`);
  });

  test('reports every missing comma', async () => {
    const { said } = await read({ service: '{"cluster": "c" "role": "r"\n"desiredCount": 1}' });
    expect(said).toHaveLength(2);
  });

  test('reports a duplicate key with the position of the first', async () => {
    const { problems } = await read({
      service: '{\n"cluster": "a",\n"tags": [{"key": "a", "key": "b"}],\n"cluster": "b"}',
    });
    expect(at(problems)).toEqual([
      'deploy/service.json:3:23 tags[0].key is duplicated; the first is on line 3',
      'deploy/service.json:4:1 cluster is duplicated; the first is on line 2',
    ]);
    expect(problems[1]?.at).toEqual({ file: 'deploy/service.json', line: 4, column: 1 });
  });

  test('names the placeholder, not the value, if the value is invalid JSON', async () => {
    const { said } = await read({ service: '{"desiredCount": ${COUNT}}', environment: { COUNT: 's3cret' } });
    expect(said).toEqual([expect.stringContaining('the value of ${COUNT} makes this invalid JSON')]);
    expect(said.join()).not.toContain('s3cret');
  });

  test('with extreme nesting is refused without a stack overflow', async () => {
    const { said } = await read({ service: `{"tags": ${'['.repeat(100_000)}` });
    expect(said).toEqual([expect.stringContaining('nested more than 100 levels deep')]);
  });

  test('in UTF-16, as written by PowerShell, is reported as such', async () => {
    const root = await workspace({ 'service.json': Buffer.from('\uFEFF{}', 'utf16le') });
    const needs = { service: true, taskDefinition: false };
    const { problems } = await readDeployContext({ directory: '.', workspace: root, environment: {}, needs });
    expect(problems).toEqual([{ where: 'service.json', what: 'is not UTF-8 text; save it as UTF-8' }]);
  });
});

test('treats the key __proto__ like any other', async () => {
  const { said } = await read({ service: '{"__proto__": {"cluster": "x"}, "constructor": 1}' });
  expect(said).toEqual([
    'deploy/service.json: __proto__: is not known',
    'deploy/service.json: constructor: is not known',
  ]);
});

test('random JSON and random text never throw', async () => {
  let seed = 42;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const valid = JSON.stringify({ ...smallTask, tags: [{ key: 'a', value: '${A} ${B}' }] });
  const bits = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\n',
    '/',
    '*',
    '//',
    '${A}',
    '${',
    '$',
    'null',
    '1',
    'true',
    'é',
    '\u0000',
  ];
  for (let round = 0; round < 300; round += 1) {
    let text = valid;
    for (let edits = random(6); edits >= 0; edits -= 1) {
      const place = random(text.length + 1);
      text = text.slice(0, place) + (bits[random(bits.length)] ?? '') + text.slice(place + random(4));
    }
    const { problems } = await read({
      task: text,
      service: text,
      environment: { A: bits[random(bits.length)] ?? '', B: text },
    });
    for (const { at: place } of problems) {
      const lines = text.split(/\r\n|\r|\n/);
      expect(place?.line).toBeLessThanOrEqual(lines.length);
      expect(place?.column).toBeLessThanOrEqual((lines[(place?.line ?? 0) - 1] ?? '').length + 1);
    }
  }
});
