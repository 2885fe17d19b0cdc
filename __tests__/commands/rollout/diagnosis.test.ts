import { describe, expect, it } from 'vitest';
import { second } from '../../../src/model/duration.ts';
import type { Evidence, LogEvidence } from '../../../src/model/verdict.ts';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { awslogs, orphans, type Run, serviceIn, shop, stage } from '../stage.ts';

const logsIn = ({ outcome }: Run): readonly LogEvidence[] =>
  (outcome.cause?.evidence ?? []).filter((one) => one.kind === 'log');
const of = <K extends Evidence['kind']>({ outcome }: Run, kind: K) =>
  (outcome.cause?.evidence ?? []).filter((one): one is Extract<Evidence, { kind: K }> => one.kind === kind);
const callsTo = ({ report }: Run, service: string): number =>
  Object.entries(report.calls).reduce((sum, [name, n]) => (name.startsWith(`${service}:`) ? sum + n : sum), 0);
const crash = { tag: 'crash', log: awslogs() };
const reading = (fault: FaultRule['fault']): FaultRule => ({ service: 'logs', operation: 'GetLogEvents', fault });

describe('a canary that fails', () => {
  it('brings the last lines of the container that died, and what they probably mean', async () => {
    const here = stage(shop('fargate', 1, crash));
    const run = await here.rollout();
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(logsIn(run)).toEqual([
      {
        kind: 'log',
        container: 'web',
        task: expect.stringMatching(/^[0-9a-f]{32}$/),
        stream: { region: 'us-west-2', group: '/ecs/web', name: expect.stringMatching(/^app\/web\/[0-9a-f]{32}$/) },
        lines: ['starting', 'Error: DATABASE_URL is not set', '    at readSettings (/app/settings.js:12:9)'],
      },
    ]);
    expect(run.outcome.cause).toMatchObject({
      probably: 'The program ended because a setting is missing.',
      next: 'Add the setting that the log names to environment or secrets of the container.',
    });
  });

  it('brings the log of a container that runs and is UNHEALTHY', async () => {
    const here = stage(shop('fargate', 1, { tag: 'unhealthy', healthCheck: true, log: awslogs() }));
    const [log] = logsIn(await here.rollout());
    expect(log?.lines.at(-1)).toBe('not ready: migrations are pending');
  });

  it('brings the log of the container behind an unhealthy target, and what its load balancer asks', async () => {
    const here = stage(shop('fargate', 2, { tag: 'http-500', log: awslogs() }));
    const run = await here.rollout();
    expect(logsIn(run)).toHaveLength(1);
    expect(logsIn(run)[0]?.lines).toContain('Error: relation "users" does not exist');
    expect(logsIn(run)[0]?.lines.length).toBeLessThanOrEqual(20);
    expect(of(run, 'target')[0]).toMatchObject({ container: 'web', healthCheck: 'HTTP /, expects 200' });
    expect(run.outcome.cause?.probably).toBe('The program answers the health check with a server error.');
  });

  it('finds the port that the program listens on instead', async () => {
    const here = stage(shop('fargate', 1, { tag: 'wrong-port', log: awslogs() }));
    const { outcome } = await here.rollout();
    expect(outcome.cause?.probably).toBe('The load balancer checks port 8080, but the program listens on 3000.');
  });

  it('says why when its log group is not there, on Fargate and on EC2', async () => {
    for (const ground of ['fargate', 'ec2-bridge'] as const) {
      const what = shop(ground, 1, { tag: 'good', log: awslogs() });
      const here = stage(what, (seed) => ({
        ...seed,
        logGroups: [],
        // What runs already has started when there was one.
        taskDefinitions: (seed.taskDefinitions ?? []).map((definition) => ({
          ...definition,
          ...shop(ground, 1).definition,
        })),
      }));
      const run = await here.rollout();
      expect(run.outcome.is).toBe('rejected');
      expect(run.outcome.cause?.probably).toContain('log group of a container does not exist');
      expect(callsTo(run, 'logs')).toBe(0);
    }
  });

  it('reads the stream that Docker has named where there is no prefix', async () => {
    const log = {
      logDriver: 'awslogs' as const,
      options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-west-2' },
    };
    const here = stage(shop('ec2-bridge', 1, { tag: 'crash', log }));
    const [found] = logsIn(await here.rollout());
    expect(found?.stream?.name).toMatch(/^[0-9a-f]{64}$/);
    expect(found?.lines).toContain('Error: DATABASE_URL is not set');
  });

  it('says where the log is when it cannot be read from here', async () => {
    const cases = [
      [
        { logDriver: 'awsfirelens' as const, options: { apikey: 'hush' } },
        'it is sent through awsfirelens; look in the destination of that log driver',
      ],
      [awslogs({ 'awslogs-region': 'eu-west-1' }), 'it is in eu-west-1, and only logs in us-west-2 are read'],
      [undefined, 'it has no logConfiguration, so its log is not stored'],
    ] as const;
    for (const [log, note] of cases) {
      const run = await stage(shop('fargate', 1, { tag: 'crash', ...(log === undefined ? {} : { log }) })).rollout();
      expect(logsIn(run)).toMatchObject([{ lines: [], note }]);
      expect(JSON.stringify(run.outcome)).not.toContain('hush');
      expect(callsTo(run, 'logs')).toBe(0);
    }
  });
});

describe('a log that cannot be read', () => {
  const cases: readonly (readonly [string, FaultRule['fault'], RegExp])[] = [
    [
      'denied',
      'deny',
      /^it could not be read: AccessDeniedException\. Allow logs:GetLogEvents on arn:aws:logs:us-west-2:123456789012:log-group:\/ecs\/web:log-stream:app\/web\/\w+ to the role/,
    ],
    ['throttled', 'throttle', /^it could not be read: AWS did not answer within 10s$/],
    ['without an answer', 'hang', /^it could not be read: AWS did not answer within 10s$/],
    ['broken', 'server-error', /^it could not be read: AWS did not answer within 10s$/],
    [
      'with old credentials',
      'expired',
      /^it could not be read: ExpiredTokenException\. The AWS credentials are expired/,
    ],
    [
      'in a group that is gone',
      { error: { code: 'ResourceNotFoundException', message: 'The specified log group does not exist.' } },
      /^it could not be read: ResourceNotFoundException$/,
    ],
    [
      'in a stream that never came',
      { error: { code: 'ResourceNotFoundException', message: 'The specified log stream does not exist.' } },
      /^it is empty$/,
    ],
  ];

  it.each(cases)('is a note and changes nothing else: %s', async (_, fault, note) => {
    const well = stage(shop('fargate', 1, crash));
    const usual = await well.rollout();
    const here = stage(shop('fargate', 1, crash));
    here.account.inject(reading(fault));
    const began = here.clock.now();
    const run = await here.rollout();
    expect(logsIn(run)).toMatchObject([{ lines: [], note: expect.stringMatching(note) }]);
    const {
      evidence: _seen,
      probably: _known,
      next: _next,
      quote: _quote,
      ...cause
    } = usual.outcome.cause ?? { evidence: [] };
    expect(run.outcome).toMatchObject({ ...usual.outcome, cause });
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services).toEqual(here.before.services);
    const longer = here.clock.now() - began - (usual.report.finishedAt - usual.report.startedAt);
    expect(longer).toBeLessThanOrEqual(10 * second);
  });

  it('holds up neither the way back nor the end when nothing answers any more', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', log: awslogs() }));
    for (const operation of ['GetLogEvents', 'ListServiceDeployments', 'DescribeServiceDeployments']) {
      here.account.inject({ operation, fault: 'hang' });
    }
    const run = await here.rollout();
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    const failed = run.report.events.find((event) => event.kind === 'step' && event.is === 'failed');
    const asked = run.report.events.find((event) => event.kind === 'undo' && event.is === 'asked');
    expect((asked?.at ?? 0) - (failed?.at ?? 0)).toBeLessThan(second);
  });
});

describe('a deployment that fails', () => {
  it('brings the log of its newest dead task and the state of the circuit breaker', async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', log: awslogs(), service: breaker }));
    const run = await here.rollout();
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(of(run, 'circuit-breaker')).toEqual([
      { kind: 'circuit-breaker', state: 'TRIGGERED', failures: expect.any(Number), threshold: 3 },
    ]);
    expect(logsIn(run)).toHaveLength(1);
    expect(logsIn(run)[0]?.task).toBe(of(run, 'task')[0]?.task);
    expect(logsIn(run)[0]?.lines).toContain('Error: DATABASE_URL is not set');
    expect(run.outcome.cause?.probably).toBe('The program ended because a setting is missing.');
  });

  it('says that the circuit breaker is off, and nothing of it where it may not be read', async () => {
    const what = shop('fargate', 1, { tag: 'fails-in-service', log: awslogs() });
    expect(of(await stage(what).rollout(), 'circuit-breaker')).toMatchObject([{ state: 'DISABLED' }]);
    const here = stage(what);
    here.account.inject({ operation: 'ListServiceDeployments', fault: 'deny' });
    const run = await here.rollout();
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(of(run, 'circuit-breaker')).toEqual([]);
    expect(logsIn(run)).toHaveLength(1);
  });

  it('shows the task that is not well when it only runs out of time', async () => {
    const slow = { healthCheckGracePeriodSeconds: 3_600 };
    const here = stage(shop('fargate', 1, { tag: 'unhealthy-in-service', log: awslogs(), service: slow }));
    const run = await here.rollout();
    expect(run.outcome.is).toBe('rolled-back');
    expect(run.outcome.cause?.because).toContain('not within 15m');
    expect(of(run, 'task')).toMatchObject([{ status: 'RUNNING' }]);
    expect(logsIn(run)[0]?.lines).toContain('not ready: migrations are pending');
  });

  it('has only its own events, and the one that says where ECS goes back to', async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: breaker }));
    const run = await here.rollout();
    const id = run.report.facts['deployment-id'];
    const named = of(run, 'service-event').flatMap(({ message }) => {
      const other = /\(deployment (ecs-svc\/\d+)\)/.exec(message)?.[1];
      return other === undefined || other === id ? [] : [message];
    });
    expect(named).toEqual([expect.stringContaining('rolling back to')]);
    expect(of(run, 'service-event').map(({ message }) => message)).toContainEqual(
      expect.stringContaining(`(deployment ${id}) deployment failed`),
    );
    expect(serviceIn(here.after())).toMatchObject({ taskDefinition: 'web:1' });
  });
});

describe('a rollout without a failure of a task', () => {
  it('asks nothing more when it goes well', async () => {
    const run = await stage(shop('fargate', 1, { log: awslogs() })).rollout();
    expect(run.outcome.is).toBe('succeeded');
    expect(callsTo(run, 'logs')).toBe(0);
    expect(run.report.calls['ecs:ListServiceDeployments']).toBeUndefined();
  });

  it('asks nothing more of a refused call, of an alarm, or when it is cancelled', async () => {
    const what = shop('fargate', 1, { log: awslogs() });
    const denied = stage(what);
    denied.account.inject({ operation: 'RunTask', fault: 'deny' });
    const ringing = stage(what, (seed) => ({ ...seed, alarms: [{ name: 'errors' }] }));
    ringing.account.later(60 * second, (account) => account.setAlarm('errors', 'ALARM'));
    const cancelled = stage(shop('fargate', 1, crash));
    const runs = [
      await denied.rollout(),
      await ringing.rollout({ alarms: ['errors'], bake: 300 * second }),
      await cancelled.rollout({}, (event) => event.kind === 'step' && event.is === 'failed'),
    ];
    expect(runs.map(({ outcome }) => outcome.is)).toEqual(['failed', 'rejected', 'cancelled']);
    expect(runs.map((run) => callsTo(run, 'logs'))).toEqual([0, 0, 0]);
    expect(runs.map(({ outcome }) => outcome.cause?.probably)).toEqual([undefined, undefined, undefined]);
  });
});
