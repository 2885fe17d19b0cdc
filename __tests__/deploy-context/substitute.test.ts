import { describe, expect, test } from 'vitest';
import { sourceOffset, substitute } from '../../src/deploy-context/substitute.ts';
import { read, smallTask } from './workspace.ts';

const image = (text: string) =>
  `{"family": "f", "memory": "1", "containerDefinitions": [{"name": "a", "image": ${text}}]}`;
const user = (text: string) =>
  `{"family": "f", "memory": "1", "containerDefinitions": [{"name": "a", "image": "i", "user": ${text}}]}`;

describe('a placeholder', () => {
  test('inside a string is replaced by the value, which is masked', async () => {
    const { context, problems } = await read({
      task: image('"web:${IMAGE_TAG}"'),
      environment: { IMAGE_TAG: '1.4.2' },
    });
    expect(problems).toEqual([]);
    expect(context.taskDefinition?.containerDefinitions?.[0]?.image).toBe('web:1.4.2');
    expect(context.substituted).toEqual(['1.4.2']);
  });

  test('outside a string can be a number, a boolean or a JSON fragment', async () => {
    const task = '{"family": "f", "memory": "1", "containerDefinitions": [${C}], "enableFaultInjection": ${B}}';
    const environment = {
      C: '{"name": "a", "image": "i", "cpu": 5, "environment": [{"name": "P", "value": "s3"}]}',
      B: 'true',
    };
    const { context, problems } = await read({ task, environment });
    expect(problems).toEqual([]);
    expect(context.taskDefinition).toMatchObject({ enableFaultInjection: true, containerDefinitions: [{ cpu: 5 }] });
    expect(context.substituted).toContain('s3');
  });

  test.each([
    'a"b',
    'back\\slash',
    'two\nlines',
    '", "privileged": true, "user": "',
    '\\',
    '\ttab',
    '\u2028',
    '${OTHER}',
  ])('cannot break out of its string with %j', async (value) => {
    const { context, problems } = await read({ task: user('"x${V}y"'), environment: { V: value } });
    expect(problems).toEqual([]);
    expect(context.taskDefinition?.containerDefinitions).toEqual([{ name: 'a', image: 'i', user: `x${value}y` }]);
  });

  test('behind a backslash is not replaced, and so cannot end its string', async () => {
    const { said } = await read({ task: image('"\\${V}"'), environment: { V: '", "user": "root' } });
    expect(said).toEqual([expect.stringContaining('this string has an invalid escape; write a backslash as')]);
  });

  test('that is empty but set is used as it is', async () => {
    const { context, problems } = await read({ task: image('"web${SUFFIX}"'), environment: { SUFFIX: '' } });
    expect(problems).toEqual([]);
    expect(context.taskDefinition?.containerDefinitions?.[0]?.image).toBe('web');
    expect(context.substituted).toEqual([]);
  });

  test.each([
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ACTIONS_RUNTIME_TOKEN',
    'GITHUB_TOKEN',
  ])('never passes %s to a task, nor shows it', async (name) => {
    for (const task of [image(`"x\${${name}}"`), `{"family": \${${name}}}`]) {
      const { context, said } = await read({ task, environment: { [name]: 'hunter2' } });
      expect(said).toEqual([expect.stringContaining(`\${${name}} is a credential of the job`)]);
      expect(JSON.stringify([context, said])).not.toContain('hunter2');
    }
  });

  test('after another dollar keeps that dollar', () => {
    expect(substitute('"$${A}"', { A: 'x' }).text).toBe('"$x"');
  });

  test('without braces is text', () => {
    expect(substitute('"$A $(A) %A%"', { A: 'x' }).text).toBe('"$A $(A) %A%"');
  });

  test('in a comment is ignored', async () => {
    const task = `// \${ONE}\n/* \${TWO} */ ${user('"//${A}/*"')} // \${THREE}`;
    const { context, problems } = await read({ task, environment: { A: 'x' } });
    expect(problems).toEqual([]);
    expect(context.taskDefinition?.containerDefinitions?.[0]?.user).toBe('//x/*');
  });

  test('written with \\u0024 is literal', async () => {
    const { context } = await read({ task: user('"\\u0024{HOME:-/}"') });
    expect(context.taskDefinition?.containerDefinitions?.[0]?.user).toBe('${HOME:-/}');
  });
});

describe('a name that is not set', () => {
  test('is reported once per position, with literal, file, line and column', async () => {
    const task = '{\n  "family": "${A}${B}",\n  "memory": "1",\n  "memry": "${A}",\n  "containerDefinitions": []\n}';
    const { said, problems, context } = await read({ task, service: '{"cluster": "${C}"}' });
    expect(said).toEqual([
      'deploy/service.json:1:14: ${C} is not set in the environment',
      'deploy/task-definition.json:2:14: ${A} is not set in the environment',
      'deploy/task-definition.json:2:18: ${B} is not set in the environment',
      'deploy/task-definition.json:4:13: ${A} is not set in the environment',
      'deploy/task-definition.json: memry: is not known; did you mean memory?',
    ]);
    expect(problems[1]?.at).toEqual({ file: 'deploy/task-definition.json', line: 2, column: 14 });
    expect(context.taskDefinition).toBeUndefined();
  });

  test('outside a string causes no syntax error in addition', async () => {
    const { said } = await read({ task: '{"family": "f", ${MORE} "containerDefinitions": ${LIST}}' });
    expect(said).toHaveLength(2);
  });

  test('may be the name of a built-in object property', async () => {
    const { said } = await read({ service: '{"cluster": "${constructor}${__proto__}"}' });
    expect(said).toHaveLength(2);
  });
});

test.each([
  ['"${foo-bar}"', '${foo-bar} is not a variable name'],
  ['"${}"', '${} is not a variable name'],
  ['"${1ST}"', '${1ST} is not a variable name'],
  ['"${ A }"', '${ A } is not a variable name'],
  ['"${HOME:-x}"', 'write a literal ${ as \\u0024{'],
  ['"${TAG"', '${TAG has no closing }'],
  ['${TAG', '${TAG'],
])('%s is reported as one problem', async (text, what) => {
  const { said } = await read({ task: image(text), environment: { foo: 'x', A: 'x', TAG: 'x' } });
  expect(said[0]).toContain(what);
});

test('maps offsets before, inside and after a value to the user text', () => {
  const substitution = substitute('ab ${LONG} cd ${E} ef', { LONG: 'x'.repeat(20), E: '' });
  const { text } = substitution;
  expect(sourceOffset(substitution, text.indexOf('ab'))).toBe(0);
  expect(sourceOffset(substitution, 10)).toBe(3);
  expect(sourceOffset(substitution, text.indexOf('cd'))).toBe(11);
  expect(sourceOffset(substitution, text.indexOf('ef'))).toBe(19);
});

test('locates a problem after a long value in the user text', async () => {
  const { problems } = await read({
    task: `{"tags": [{"key": "k", "value": "\${LONG}"}], "famly": "", "family": "web", "memory": "512",\n "containerDefinitions": ${JSON.stringify(smallTask.containerDefinitions)}}`,
    environment: { LONG: 'two\nlines'.repeat(9) },
  });
  expect(problems.map(({ at }) => at)).toEqual([{ file: 'deploy/task-definition.json', line: 1, column: 46 }]);
});
