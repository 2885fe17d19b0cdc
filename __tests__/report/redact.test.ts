import { describe, expect, it } from 'vitest';
import { createMask, maskDeep } from '../../src/report/redact.ts';

describe('a mask', () => {
  it('takes the longest value first, so that no end of it is left', () => {
    expect(createMask(['hunter', 'hunter2-extra'])('a hunter2-extra b hunter c')).toBe('a *** b *** c');
  });

  it('knows a value again line by line, and as JSON writes it', () => {
    const mask = createMask(['first line\nsecond "line"']);
    expect(mask('key: first line')).toBe('key: ***');
    expect(mask('second "line"')).toBe('***');
    expect(mask('{"key":"first line\\nsecond \\"line\\""}')).toBe('{"key":"***"}');
  });

  it('leaves values alone that are in every other word', () => {
    expect(createMask(['', 'a', 'web'])('a web app')).toBe('a web app');
  });

  it('takes a value for what it is, not for a pattern', () => {
    expect(createMask(['p.*$&'])('p.*$& pxx')).toBe('*** pxx');
  });

  it('reaches into lists and objects and leaves the rest as it is', () => {
    const mask = createMask(['s3cret']);
    const value = { n: 1, none: null, gone: undefined, list: ['x s3cret', { deep: 's3cret' }], s3cret: true };
    expect(maskDeep(value, mask)).toEqual({
      n: 1,
      none: null,
      gone: undefined,
      list: ['x ***', { deep: '***' }],
      s3cret: true,
    });
  });

  it('leaves the kinds of things, so that LOG_LEVEL=warning does not take the warnings away', () => {
    const mask = createMask(['warning']);
    expect(maskDeep({ kind: 'warning', message: 'a warning' }, mask)).toEqual({ kind: 'warning', message: 'a ***' });
  });
});

it('masks names that the user makes up, and no others', () => {
  const mask = createMask(['family', 'hush']);
  const definition = { family: 'hush', containerDefinitions: [{ dockerLabels: { hush: 'a' } }] };
  expect(maskDeep(definition, mask)).toEqual({
    family: '***',
    containerDefinitions: [{ dockerLabels: { '***': 'a' } }],
  });
});

describe('a mask that knows names', () => {
  const mask = createMask(['3456', 'production-s3cr3t', 'web:42', 'ction'], ['production', '123456789012']);

  it('leaves them whole, and hides a secret everywhere else', () => {
    expect(mask('cluster production of 123456789012')).toBe('cluster production of 123456789012');
    expect(mask('pin 3456, action')).toBe('pin ***, a***');
    expect(mask('production-s3cr3t')).toBe('***');
  });

  it('takes nothing out of a part of an ARN or of the id of a deployment', () => {
    const task = 'arn:aws:ecs:us-west-2:210987654321:task/staging/0034560000';
    expect(mask(`${task} by ecs-svc/134567`)).toBe(`${task} by ecs-svc/134567`);
    expect(mask('arn:aws:ecs:us-west-2:210987654321:task-definition/web:42')).toMatch(/task-definition\/\*\*\*$/);
  });
});
