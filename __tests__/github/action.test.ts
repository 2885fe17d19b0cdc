import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAction, regenerate } from '../../.github/scripts/readme.ts';
import { inputDefaults, inputNames } from '../../src/github/inputs.ts';
import { outputNames } from '../../src/github/outputs.ts';

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

describe('the generated parts of the README', () => {
  const readme = ['# Title', 'inputs', 'outputs', 'iam', 'The end.']
    .map((part) => (/^[a-z]/.test(part) ? `<!-- ${part}:start -->\nold\n<!-- ${part}:end -->` : part))
    .join('\n\n');
  const policy = { iam: { Version: '2012-10-17', Statement: [] } };

  it('have a row for every input and output, and the policy', () => {
    const written = regenerate(readme, action, policy);
    for (const name of [...inputNames, ...outputNames])
      expect(written).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
    expect(written).toMatch(/```json\n\{\n {2}"Version": "2012-10-17"/);
    expect(written).not.toMatch(/^old$/m);
    expect(written).toMatch(/^# Title\n[\s\S]*\nThe end\.$/);
  });

  it('are the same when they are written twice', () => {
    const once = regenerate(readme, action, policy);
    expect(regenerate(once, action, policy)).toBe(once);
  });

  it('leave the policy alone while there is none', () => {
    expect(regenerate(readme, action)).toContain('<!-- iam:start -->\nold\n<!-- iam:end -->');
  });

  it.each(['inputs:start', 'outputs:end', 'iam:start'])('are not written anywhere when %s is not marked', (marker) => {
    expect(() => regenerate(readme.replace(`<!-- ${marker} -->`, ''), action, policy)).toThrow(`<!-- ${marker} -->`);
  });
});
