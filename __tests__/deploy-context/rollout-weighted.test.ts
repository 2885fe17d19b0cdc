import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import { read, smallTask } from './workspace.ts';

const rule =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee';
const group = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/canary/6d0ecf831eec9f09';

const reading = (rollout: string, environment = {}) => read({ task: smallTask, rollout, environment });

const everything = `
strategy: weighted
steps:
  - { weight: 5, wait: 3m }
  - { weight: 12.5, wait: 300, gates: [errors, checkout] }
  - { weight: 12.5, wait: 0, gates: [] }
warm-up: 30s
traffic:
  rules: [${rule}]
  settle: 45s
canary: { tasks: 2, target-group: "${group}" }
before-promote:
  - { name: migrate, run-command: [bin/migrate] }
after-promote: [smoke, load]
gates:
  errors:
    expression: 100*m1/m2
    metrics:
      m1: { namespace: Shop, name: Errors, dimensions: { Version: "\${revision}", Stage: "\${STAGE}" }, statistic: Sum }
      m2: { namespace: Shop, name: Requests, statistic: Sum, period: 2m }
    max: 1.5
    on-no-data: pass
  checkout:
    metric: { namespace: Shop, name: Latency, statistic: p99.9, period: 60 }
    min: -1
    max: 1e3
  smoke:
    http: https://canary.example.com/health?a=b
    method: POST
    host: www.example.com
    status: 204
    contains: ok
    max-latency: 800ms
  load:
    task: { container: web, run-command: [k6], environment-variables: { VUS: 10 } }
    timeout: 20m
  window: { webhook: https://hooks.example.com/a, secret-env: HOOK_SECRET, every: 20s, timeout: 5m }
`;

const environment = { STAGE: 'prod-1', HOOK_SECRET: 'hush-hush-hush' };

describe('rollout.yml of a weighted rollout', () => {
  it('has steps, traffic, canary and gates with all their settings', async () => {
    const { context, said } = await reading(everything, environment);
    expect(said).toEqual([]);
    expect(context.rollout).toMatchObject({
      strategy: 'weighted',
      afterPromote: ['smoke', 'load'],
      weighted: {
        steps: [
          { weight: 50, wait: 3 * minute },
          { weight: 125, wait: 5 * minute, gates: ['errors', 'checkout'] },
          { weight: 125, wait: 0, gates: [] },
        ],
        warmUp: 30 * second,
        rules: [rule],
        settle: 45 * second,
        tasks: 2,
        targetGroup: group,
      },
    });
    expect(context.rollout?.gates).toEqual([
      {
        kind: 'expression',
        name: 'errors',
        expression: '100*m1/m2',
        metrics: {
          m1: {
            namespace: 'Shop',
            name: 'Errors',
            dimensions: { Version: '${revision}', Stage: 'prod-1' },
            statistic: 'Sum',
            period: minute,
          },
          m2: { namespace: 'Shop', name: 'Requests', dimensions: {}, statistic: 'Sum', period: 2 * minute },
        },
        bounds: { max: 1.5 },
        onNoData: 'pass',
      },
      {
        kind: 'metric',
        name: 'checkout',
        metric: { namespace: 'Shop', name: 'Latency', dimensions: {}, statistic: 'p99.9', period: minute },
        bounds: { min: -1, max: 1000 },
        onNoData: 'wait',
      },
      {
        kind: 'http',
        name: 'smoke',
        url: 'https://canary.example.com/health?a=b',
        method: 'POST',
        host: 'www.example.com',
        status: 204,
        contains: 'ok',
        maxLatency: 800,
        timeout: 5 * second,
        every: 10 * second,
        failures: 3,
      },
      {
        kind: 'task',
        name: 'load',
        task: {
          container: 'web',
          command: ['k6'],
          environment: [{ name: 'VUS', value: '10' }],
          timeout: 20 * minute,
          written: expect.objectContaining({ where: expect.stringContaining('gates.load.task.container') }),
        },
      },
      {
        kind: 'webhook',
        name: 'window',
        url: 'https://hooks.example.com/a',
        secretEnv: 'HOOK_SECRET',
        every: 20 * second,
        timeout: 5 * minute,
      },
    ]);
  });

  it('hides what comes from the environment, the secret of a webhook too, and stores no secret', async () => {
    const { context } = await reading(everything, environment);
    expect(context.substituted).toEqual(['hush-hush-hush', 'prod-1']);
    expect(JSON.stringify(context.rollout)).not.toContain('hush-hush-hush');
  });
});
