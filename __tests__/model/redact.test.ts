import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { createMask, maskDeep, redacted, redactor, redactPlan, redactSecrets } from '../../src/model/redact.ts';

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

describe('a definition without its secrets', () => {
  const definition = {
    family: 'web',
    executionRoleArn: 'arn:aws:iam::123456789012:role/web',
    containerDefinitions: [
      {
        name: 'web',
        image: 'registry.example/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        command: ['serve', '--password', 'hunter2', '--port', '80', '--token=abc'],
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DB_PASSWORD', value: 'x' },
        ],
        secrets: [{ name: 'API_KEY', valueFrom: 'arn:aws:ssm:us-west-2:123456789012:parameter/k' }],
        logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': 'y', 'splunk-url': 'https://splunk' } },
      },
    ],
  };

  it('keeps everything else unchanged', () => {
    const [web] = definition.containerDefinitions;
    expect(redactSecrets(definition)).toEqual({
      ...definition,
      containerDefinitions: [
        {
          ...web,
          command: ['serve', '--password', redacted, '--port', '80', redacted],
          environment: [
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'DB_PASSWORD', value: redacted },
          ],
          logConfiguration: {
            logDriver: 'splunk',
            options: { 'splunk-token': redacted, 'splunk-url': 'https://splunk' },
          },
        },
      ],
    });
  });

  it('hides values by the names that users chose, in every place where they can choose them', () => {
    const named = { password: 'x', port: '80', words: ['--token', 'y'], password_list: ['z'] };
    const hidden = { password: redacted, port: '80', words: ['--token', redacted], password_list: [redacted] };
    for (const place of ['options', 'dockerLabels', 'labels', 'driverOpts', 'hookDetails']) {
      expect(redactSecrets({ [place]: named })).toEqual({ [place]: hidden });
    }
    expect(redactSecrets({ tags: [{ key: 'password', value: 'x' }] })).toEqual({
      tags: [{ key: 'password', value: redacted }],
    });
  });
});

describe('a redactor of hidden values', () => {
  it('replaces them in texts, and numbers and booleans that are equal to one', () => {
    const redact = redactor(['8', 'true', 'hunter2']);
    expect(redact({ a: 'x-hunter2-y 8 18', n: 8, m: 18, is: true })).toEqual({
      a: 'x-***-y *** 18',
      n: redacted,
      m: 18,
      is: redacted,
    });
  });

  it('leaves the ARN of a place whole', () => {
    const arn = 'arn:aws:ecs:us-west-2:123456789012:cluster/hunter2';
    expect(redactor(['hunter2'])(arn)).toBe(arn);
  });
});

it('redacts hidden values and secrets in the steps of a plan, and nothing else of it', () => {
  const definition = { family: 'web', cpu: '1', containerDefinitions: [{ command: ['--password', 'p'] }] };
  const step = { kind: 'register-revision', title: 'register 1', definition };
  const plan = { title: 'a plan', steps: [step], notes: ['1'], changes: [] } as unknown as Plan;
  expect(redactPlan(plan, ['1'])).toEqual({
    ...plan,
    steps: [
      {
        ...step,
        definition: { family: 'web', cpu: redacted, containerDefinitions: [{ command: ['--password', redacted] }] },
      },
    ],
  });
});
