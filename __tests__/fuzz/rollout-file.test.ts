import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/model/problem.ts';
import { strategyNames } from '../../src/model/strategy.ts';
import { shop } from '../commands/stage.ts';
import { ask, withRollout } from './asked.ts';
import { expectClean, expectClear, holds, patience } from './property.ts';
import { anyText } from './texts.ts';
import { anySlip, anyTree, print, slip, type Tree, treeOf } from './trees.ts';

const { service, definition } = shop('fargate', 1);
const files = { service: JSON.stringify(service), taskDefinition: JSON.stringify(definition) };
const metric = { namespace: 'Shop', name: 'Errors', dimensions: { Version: '${revision}' }, statistic: 'Sum' };

/** A file with everything; JSON is YAML too. */
const good = treeOf({
  strategy: 'weighted',
  steps: [
    { weight: 5, wait: '3m' },
    { weight: 12.5, wait: 300, gates: ['errors'] },
  ],
  'warm-up': '1m',
  traffic: { settle: '45s' },
  canary: { tasks: 2 },
  'before-promote': [{ name: 'migrate', 'run-command': ['a'], 'environment-variables': { A: 1 }, timeout: '5m' }],
  'after-promote': ['smoke', 'load'],
  gates: {
    errors: { expression: '100*m1/m2', metrics: { m1: metric, m2: { ...metric, period: 120 } }, max: 1 },
    latency: { metric, min: 1, 'on-no-data': 'pass' },
    smoke: { http: 'https://example.com/a', host: 'example.com', status: 204, contains: 'ok', 'max-latency': '8ms' },
    load: { task: { 'run-command': 'a' }, timeout: 60 },
    window: { webhook: 'https://example.com/b', 'secret-env': 'HUSH', every: '5s' },
  },
});

const slips = (count: number): fc.Arbitrary<Tree> =>
  fc.array(anySlip, { minLength: 1, maxLength: count }).map((all) => all.reduce(slip, good));
const texts = fc.oneof(
  anyText,
  anyTree.map(print),
  { weight: 4, arbitrary: slips(1).map(print) },
  { weight: 2, arbitrary: slips(5).map(print) },
);

describe('any rollout.yml', () => {
  it('gives a request, or readable problems without values of the environment', patience, async () => {
    withRollout(print(good));
    expect(await ask(files)).not.toBeInstanceOf(Refusal);
    const inputs = fc.constantFrom(
      {},
      { INPUT_STRATEGY: 'weighted', INPUT_STEPS: '5:1m' },
      { INPUT_COMMAND: 'rehearse' },
    );
    await holds(
      fc.asyncProperty(texts, inputs, async (text, more) => {
        withRollout(text);
        const answer = await ask(files, more);
        expectClean();
        if (answer instanceof Refusal) {
          expectClear(answer.problems);
          expect(answer.message).not.toContain('hush');
          return;
        }
        const { request } = answer;
        if (request.command !== 'rollout') throw new Error(request.command);
        expect(strategyNames).toContain(request.strategy);
        const names = request.gates?.map(({ name }) => name) ?? [];
        for (const name of request.afterPromote ?? []) expect(names).toContain(name);
        for (const { weight, wait, gates = [] } of request.weighted?.steps ?? []) {
          expect(weight >= 1 && weight <= 1000 && Number.isInteger(weight)).toBe(true);
          expect(wait).toBeGreaterThanOrEqual(0);
          for (const name of gates) expect(names).toContain(name);
        }
      }),
    );
  });
});
