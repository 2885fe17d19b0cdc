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

/** A file with a gate of these lines. */
const gate = (...lines: readonly string[]): string => `gates:\n  g:\n    ${lines.join('\n    ')}\n`;
const metric = 'metric: { namespace: Shop, name: Errors, statistic: Sum }';
/** A file with a gate on a metric with this member. */
const withMember = (member: string): string =>
  gate(`metric: { namespace: Shop, name: Errors, statistic: Sum, ${member} }`, 'max: 1');
/** A file with a gate on an expression over two metrics. */
const expression = (text: string, m2 = 'm2'): string =>
  gate(`expression: ${text}`, `metrics: { m1: &m { namespace: S, name: N, statistic: Sum }, ${m2}: *m }`, 'max: 1');
const many = (count: number): string =>
  Array.from({ length: count }, (_, n) => `x${n}: &m${n} { namespace: S, name: N, statistic: Sum }`).join(', ');

describe('rollout.yml explains what is wrong with', () => {
  it.each([
    [
      'strategy: rooling',
      'strategy: is not one of canary-task, rolling, weighted, native; did you mean rolling?',
      1,
      11,
    ],
    ['steps: []', 'steps: is an empty list; remove it, or list steps such as {weight: 10, wait: 5m}', 1, 8],
    ['steps: [{ weight: 5 }]', 'steps[0].wait: is missing', 1, 9],
    ['steps: [{ wait: 5m }]', 'steps[0].weight: is missing', 1, 9],
    ['steps: [{ weight: 5%, wait: 5m }]', 'steps[0].weight: is not a weight; use a percentage from 0.1 to 100', 1, 19],
    ['steps: [{ weight: 0.05, wait: 5m }]', 'is not a weight', 1, 19],
    ['steps: [{ weight: 101, wait: 5m }]', 'is not a weight', 1, 19],
    ['steps: [{ weight: 0, wait: 5m }]', 'is not a weight', 1, 19],
    ['steps: [{ weight: 5, wait: soon }]', 'steps[0].wait: is not a duration', 1, 28],
    [
      'steps: [{ weight: 5, wait: 5m, until: 6m }]',
      'steps[0].until: is not known (known are weight, wait, gates)',
      1,
      32,
    ],
    [
      'steps: [{ weight: 25, wait: 5m }, { weight: 5, wait: 5m }]',
      'steps[1].weight: is less than 25, the weight of the step before; weights must not decrease',
      1,
      45,
    ],
    [
      `steps: [{ weight: 5, wait: 1, gates: [h] }]\n${gate(metric, 'max: 1')}`,
      'steps[0].gates[0]: is not the name of a gate; did you mean g?',
      1,
      39,
    ],
    [
      'steps: [{ weight: 5, wait: 1, gates: [errors] }]',
      'is not the name of a gate; define it under `gates` (there are none)',
      1,
      39,
    ],
    [`after-promote: [g, g]\n${gate(metric, 'max: 1')}`, 'after-promote[1]: is listed already', 1, 20],
    [
      `after-promote: [g]\n${gate('metric: { namespace: A, name: B, dimensions: { TargetGroup: "${canary-target-group}" }, statistic: Sum }', 'max: 1')}`,
      'gates.g: reads metrics of the canary target group, which receives no requests when `after-promote` is checked',
      3,
      3,
    ],
    ['after-promote: []', 'after-promote: is an empty list; remove it, or list names of gates', 1, 16],
    [
      `before-promote: [{ name: smoke }]\nafter-promote: [smoke]\n`,
      'after-promote[0]: is a one-off task of before-promote; to run a task here, define a gate with `task` under `gates`',
      2,
      17,
    ],
    [
      `before-promote: [{ name: g }]\n${gate(metric, 'max: 1')}`,
      'gates.g: is the name of a one-off task already',
      3,
      3,
    ],
    [
      `before-promote: [{ container: web }]\ngates: { web: { ${metric}, max: 1 } }`,
      'is the name of a one-off task already',
      2,
      10,
    ],
    ['warm-up: -1', 'warm-up: is not a duration', 1, 10],
    [
      'traffic: { settle: 4 }',
      'traffic.settle: must be at least 5s: a load balancer applies a change with a delay',
      1,
      20,
    ],
    ['traffic: { records: [a] }', 'traffic.records: is not known (known are rules, settle)', 1, 12],
    ['traffic: { rules: [] }', 'traffic.rules: is an empty list; remove it to use all rules of the service', 1, 19],
    [`traffic: { rules: [web] }`, 'traffic.rules[0]: is not the ARN of a listener rule, or of a listener', 1, 20],
    [`traffic: { rules: ["${group}"] }`, 'is not the ARN of a listener rule', 1, 20],
    [`traffic: { rules: ["${rule}", "${rule}"] }`, 'traffic.rules[1]: is listed already', 1, 149],
    ['canary: { tasks: 0 }', 'canary.tasks: must be auto, or a number of tasks from 1 to 1000', 1, 18],
    ['canary: { tasks: all }', 'canary.tasks: must be auto', 1, 18],
    [`canary: { target-group: "${rule}" }`, 'canary.target-group: is not the ARN of a target group', 1, 25],
    [
      'pair: web-green',
      'pair: is not known (known are strategy, steps, warm-up, traffic, canary, before-promote, after-promote, gates)',
      1,
      1,
    ],
    ['old: { keep-for: 15m }', 'old: is not known (known are strategy', 1, 1],
    ['gates: {}', 'gates: is empty; remove it, or define gates', 1, 8],
    ['gates: [a]', 'gates: must be a map of keys and values, but is a list', 1, 8],
    [
      `gates: { "${'x'.repeat(51)}": { ${metric}, max: 1 } }`,
      'must be a name of 1 to 50 characters on one line',
      1,
      10,
    ],
    [
      gate('compare: errors'),
      'gates.g.compare: is not known (known are metric, min, max, on-no-data, expression',
      3,
      5,
    ],
    [gate('max: 1'), 'gates.g: must have exactly one of metric, expression, http, task, webhook', 2, 3],
    [gate(metric, 'http: https://example.com', 'max: 1'), 'task, webhook, but has metric and http', 2, 3],
    [
      gate(metric, 'max: 1', 'every: 5s'),
      'gates.g.every: is for a gate with http or webhook; one with metric can have metric, min, max, on-no-data',
      5,
      5,
    ],
    [gate(metric), 'gates.g: needs `min`, `max` or both', 2, 3],
    [gate(metric, 'max: 1', 'min: 2'), 'gates.g.min: is more than `max`, so that no value can pass', 5, 10],
    [gate(metric, 'max: high'), 'gates.g.max: is not a number', 4, 10],
    [gate(metric, 'max: 0x10'), 'gates.g.max: is not a number', 4, 10],
    [gate(metric, 'max: 1', 'on-no-data: fial'), 'is not one of wait, pass, fail; did you mean fail?', 5, 17],
    [gate('metric: { namespace: Shop, name: Errors }', 'max: 1'), 'gates.g.metric.statistic: is missing', 3, 5],
    [gate('metric: { namespace: ":Shop", name: Errors, statistic: Sum }', 'max: 1'), 'the first is not a colon', 3, 26],
    [
      gate('metric: { namespace: Shop, name: Fehler-Größe, statistic: Sum }', 'max: 1'),
      'must have 1 to 255 ASCII',
      3,
      38,
    ],
    [
      gate('metric: { namespace: Shop, name: Errors, statistic: sum }', 'max: 1'),
      'is not a statistic of CloudWatch; use Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p95; did you mean Sum?',
      3,
      57,
    ],
    [gate('metric: { namespace: Shop, name: Errors, statistic: p101 }', 'max: 1'), 'is not a statistic', 3, 57],
    [gate('metric: { namespace: Shop, name: Errors, statistic: P95 }', 'max: 1'), 'did you mean p95?', 3, 57],
    [withMember('period: 30'), 'gates.g.metric.period: must be a multiple of 1m', 3, 70],
    [withMember('period: 90s'), 'must be a multiple of 1m', 3, 70],
    [withMember('dimensions: { A: "" }'), 'gates.g.metric.dimensions.A: must have 1 to 1024 ASCII characters', 3, 79],
    [withMember('dimensions: { ":A": b }'), 'is not the name of a dimension', 3, 76],
    [withMember('dimensions: { A: "${REVISION}" }'), '${REVISION} is not set in the environment', 3, 79],
    [
      withMember(`dimensions: { ${Array.from({ length: 31 }, (_, n) => `d${n}: a`).join(', ')} }`),
      'has 31 dimensions; CloudWatch allows 30',
      3,
      74,
    ],
    [expression('100*m1/m3'), 'gates.g.expression: uses m3, which is not an id in `metrics`; did you mean m1?', 3, 17],
    [expression('100*m1'), 'gates.g.expression: does not use m2 of `metrics`; use it, or remove it', 3, 17],
    [expression('m1+m2', 'M2'), 'gates.g.metrics.M2: is not an id; use a lower-case letter', 4, 66],
    [expression('""'), 'gates.g.expression: is empty', 3, 17],
    [expression('SUM(SEARCH("a b", "Sum", 60))'), 'must not have SELECT or SEARCH', 3, 17],
    [expression('SELECT SUM(a) FROM b'), 'must not have SELECT or SEARCH', 3, 17],
    [gate('expression: 1+1', 'max: 1'), 'gates.g.metrics: is missing', 2, 3],
    [
      gate('expression: 1+1', 'metrics: {}', 'max: 1'),
      'gates.g.metrics: is empty; list the metrics of the expression',
      4,
      14,
    ],
    [
      gate('expression: SUM(METRICS())', `metrics: { ${many(500)} }`, 'max: 1'),
      'has 500 metrics; CloudWatch allows 499 and the expression',
      4,
      14,
    ],
    [
      gate('http: example.com/health'),
      'gates.g.http: is not an absolute URL that begins with http:// or https://',
      3,
      11,
    ],
    [gate('http: ftp://example.com'), 'is not an absolute URL that begins with', 3, 11],
    [gate('http: https://me:pw@example.com'), 'gates.g.http: must not have a user or a password', 3, 11],
    [gate('http: "https://example.com/#a"'), 'must not have a fragment', 3, 11],
    [
      gate('http: https://example.com', 'method: DELETE'),
      'gates.g.method: is not one of GET, HEAD, POST, OPTIONS',
      4,
      13,
    ],
    [gate('http: https://example.com', 'host: https://www.example.com'), 'gates.g.host: is not a host name', 4, 11],
    [gate('http: https://example.com', 'status: 99'), 'gates.g.status: must be from 100 to 599', 4, 13],
    [gate('http: https://example.com', 'status: 2xx'), 'gates.g.status: is not a whole number', 4, 13],
    [gate('http: https://example.com', 'contains: ""'), 'gates.g.contains: is empty; remove it', 4, 15],
    [gate('http: https://example.com', 'method: HEAD', 'contains: ok'), 'cannot be checked with `method: HEAD`', 5, 15],
    [gate('http: https://example.com', 'max-latency: 6s'), 'gates.g.max-latency: is longer than `timeout`', 4, 18],
    [gate('http: https://example.com', 'max-latency: 0ms'), 'gates.g.max-latency: must be more than 0', 4, 18],
    [gate('http: https://example.com', 'failures: 0'), 'gates.g.failures: must be from 1 to 100', 4, 15],
    [gate('http: https://example.com', 'every: 0'), 'gates.g.every: must be more than 0', 4, 12],
    [
      gate('task: { name: a }'),
      'gates.g.task.name: is not known here, only in before-promote[] (known here are container, run-command, ',
      3,
      13,
    ],
    [
      gate('task: { container: wbe }'),
      'gates.g.task.container: wbe is not a container of the task definition; did you mean web?',
      3,
      24,
    ],
    [gate('webhook: https://hooks.example.com'), 'gates.g.secret-env: is missing', 2, 3],
    [
      gate('webhook: http://hooks.example.com', 'secret-env: HOOK_SECRET'),
      'gates.g.webhook: is not an absolute URL that begins with https://',
      3,
      14,
    ],
    [
      gate('webhook: https://hooks.example.com', 'secret-env: OTHER'),
      'gates.g.secret-env: names OTHER, which is not set in the environment, or is empty; set it under `env:`',
      4,
      17,
    ],
    [gate('webhook: https://hooks.example.com', 'secret-env: EMPTY'), 'names EMPTY, which is not set', 4, 17],
    [gate('webhook: https://hooks.example.com', 'secret-env: "hush hush"'), 'is not the name of a variable', 4, 17],
  ])('%j', async (text, what, line, column) => {
    const { problems, said, context } = await reading(text, { HOOK_SECRET: 'hush-hush-hush', EMPTY: '' });
    expect(said.filter((one) => !one.includes(what))).toEqual([]);
    expect(said).toHaveLength(1);
    expect(problems[0]?.at).toEqual({ file: 'deploy/rollout.yml', line, column });
    expect(context.rollout === undefined || what.includes('container of the task definition')).toBe(true);
  });

  it('an expression without what is from the environment', async () => {
    const { said } = await read({ task: smallTask, rollout: expression('"${A}/m1"'), environment: { A: 'hush' } });
    expect(said).toEqual(['deploy/rollout.yml: gates.g.expression: uses an id that is not in `metrics`']);
  });

  it.each([
    ['a statistic', ['Average', 'SampleCount', 'IQM', 'p0', 'p100', 'tm99', 'TM(10%:90%)', 'PR(:300)'], 'statistic'],
    ['a period', ['60', '1m', '5m', '1h'], 'period'],
  ])('%s only if it is wrong', async (_, values, key) => {
    for (const value of values) {
      const text = gate(`metric: { namespace: S, name: N, statistic: Sum, ${key}: "${value}" }`, 'max: 1');
      const once = text.replace(/statistic: Sum, (statistic)/, '$1');
      expect((await reading(once)).said, value).toEqual([]);
    }
  });

  it.each(['m1/m2', 'IF(m1>1e3, m1, m2)', "FILL(METRICS('m'), 0)", 'RATE(m1) + 2.5e2*m2 - "m3"'])(
    'an expression only if it is wrong: %s',
    async (text) => {
      expect((await reading(expression(`'${text.replaceAll("'", "''")}'`))).said).toEqual([]);
    },
  );
});
