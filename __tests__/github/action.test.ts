import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CommandName,
  commandNames,
  inputTables,
  readAction,
  replacePart,
  splitDescription,
} from '../../.github/scripts/docs.ts';
import { outputNames } from '../../src/github/outputs.ts';
import { type InputName, inputDefaults, inputNames } from '../../src/request/input-table.ts';
import { readInputs } from '../../src/request/inputs.ts';

const action = readAction(join(import.meta.dirname, '..', '..', 'action.yml'));

describe('action.yml', () => {
  it('has the inputs that are read, in the same order', () => {
    expect(Object.keys(action.inputs)).toEqual(inputNames);
  });

  it('has the defaults that are used where no runner sets them', () => {
    const defaults = inputNames.map((name) => [name, action.inputs[name]?.default]);
    expect(Object.fromEntries(defaults)).toEqual(inputDefaults);
  });

  it('has the outputs that are set, in the same order', () => {
    expect(Object.keys(action.outputs)).toEqual(outputNames);
  });

  it('describes each in a sentence', () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description).toMatch(/^[A-Z`][\s\S]{10,}\.$/);
    }
  });

  it('is run by node 24, main and post, and fits the marketplace', () => {
    expect(action).toMatchObject({
      name: 'ECS Canary Rollout',
      runs: { using: 'node24', main: 'dist/index.js', post: 'dist/index.js' },
    });
    expect((action as unknown as { description: string }).description.length).toBeLessThanOrEqual(125);
  });
});

/** Values of every kind: at least one of them is no default of an input, and can be read. */
const values: readonly string[] = [
  ...[
    'true',
    'false',
    'none',
    '7',
    '150',
    '37s',
    'rolling',
    'take-over',
    'latest',
    'FARGATE',
    'warnings',
    'web',
    '5:3m',
    'resume',
  ],
  ...[
    'us-east-1',
    'web:7',
    'i-0123456789abcdef0',
    'arn:aws:iam::123456789012:role/deploy',
    'A=b',
    'https://example.com',
  ],
  ...['octo-org/other', 'refs/heads/other', 'TAG'],
];

/** Whether an input is refused because the command does not use it, whatever its value. */
const isUnused = (name: InputName, command: CommandName): boolean =>
  values.some((value) => {
    const environment = { INPUT_COMMAND: command, AWS_REGION: 'us-west-2', [`INPUT_${name.toUpperCase()}`]: value };
    const { problems } = readInputs(environment);
    return problems.some(({ where, what }) => where === name && /^is not (used|supported) by command /.test(what));
  });

describe('the description of an input', () => {
  it.each(inputNames.filter((name) => name !== 'command'))('names the commands that use it: %s', (name) => {
    const usedBy = commandNames.filter((command) => !isUnused(name, command));
    expect(splitDescription(action.inputs[name]?.description ?? '').usedBy).toEqual(usedBy);
  });

  it('can name commands, all but some, or none', () => {
    expect(splitDescription('`up`, `run`: the image.')).toEqual({ usedBy: ['up', 'run'], text: 'The image.' });
    const most = commandNames.filter((name) => name !== 'rehearse');
    expect(splitDescription('All but `rehearse`:\n  a role.')).toEqual({ usedBy: most, text: 'A role.' });
    expect(splitDescription('A name.')).toEqual({ usedBy: commandNames, text: 'A name.' });
    expect(splitDescription('`auto`: a comment.')).toEqual({ usedBy: commandNames, text: '`auto`: a comment.' });
  });
});

describe('the generated parts of docs/', () => {
  const page = ['# Title', '<!-- inputs:start -->\nold\n<!-- inputs:end -->', 'The end.'].join('\n\n');

  it('have every input in one table, also one that no section names', () => {
    const more = { ...action, inputs: { ...action.inputs, novel: { description: '`undeploy`: a new one.' } } };
    const text = inputTables(more);
    for (const name of [...inputNames, 'novel'])
      expect(text.match(new RegExp(`^\\| \`${name}\` \\|`, 'gm'))).toHaveLength(1);
    expect(text.split('## undeploy')[1]).toMatch(/^\| `novel` \| {2}\| undeploy \| A new one\. \|$/m);
  });

  it('replace what was there, and nothing else', () => {
    const written = replacePart(page, 'page.md', 'inputs', 'new');
    expect(written).toBe('# Title\n\n<!-- inputs:start -->\n\nnew\n\n<!-- inputs:end -->\n\nThe end.');
    expect(replacePart(written, 'page.md', 'inputs', 'new')).toBe(written);
  });

  it.each(['inputs:start', 'inputs:end'])('are not written anywhere when %s is not marked', (marker) => {
    const write = () => replacePart(page.replace(`<!-- ${marker} -->`, ''), 'page.md', 'inputs', 'new');
    expect(write).toThrow(`page.md has no line <!-- ${marker} -->`);
  });

  it('are not written when the place is marked twice', () => {
    expect(() => replacePart(page + page, 'page.md', 'inputs', 'new')).toThrow('twice');
  });
});
