import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { readBreaker } from '../../../src/aws/diagnosis/circuit-breaker.ts';
import { containersToRead, logOf, readLines } from '../../../src/aws/diagnosis/container-log.ts';
import { eventsOf, troubleOf } from '../../../src/aws/handlers/service.ts';
import type { ContainerEvidence, Evidence } from '../../../src/model/verdict.ts';

/** An account that answers each call as the test says. */
const answering = (answer: (operation: string, input: Record<string, unknown>) => object): Aws => ({
  region: 'us-west-2',
  call: async (_service, operation, input) => answer(String(operation), input as Record<string, unknown>) as never,
  backoffFactor: () => 1,
  lifetime: async () => ({ is: 'lasting' }),
  close: () => {},
});
const stream = { region: 'us-west-2', group: '/ecs/web', name: 'app/web/1' };
const log = { kind: 'log', container: 'web', task: '1', stream, lines: [] } as const;
const events = (...lines: readonly string[]) => ({ events: lines.map((message) => ({ message })) });
const once = async (): Promise<void> => {};

describe('the last lines of a log', () => {
  it('are awaited, because they arrive late', async () => {
    let waited = 0;
    const sleep = async (): Promise<void> => {
      waited++;
    };
    const late = answering(() => (waited > 0 ? events('starting', 'Error: x') : events('starting')));
    expect(await readLines(late, log, sleep)).toEqual({ ...log, lines: ['starting', 'Error: x'] });
    waited = 0;
    const later = answering(() => (waited > 1 ? events('Error: x') : { events: [], nextBackwardToken: 'b/0' }));
    expect(await readLines(later, log, sleep)).toEqual({ ...log, lines: ['Error: x'] });
    expect(
      await readLines(
        answering(() => events()),
        log,
        sleep,
      ),
    ).toEqual({ ...log, note: 'it is empty' });
  });

  it('are found after empty pages', async () => {
    const aws = answering((_, { nextToken }) =>
      nextToken === 'b/2'
        ? events('found')
        : { events: [], nextBackwardToken: nextToken === undefined ? 'b/1' : 'b/2' },
    );
    expect((await readLines(aws, log, once)).lines).toEqual(['found']);
  });

  it('are whole lines, the newest, in 16 KiB', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `${i} ${'é'.repeat(1_000)}`);
    const read = await readLines(
      answering(() => events(...lines)),
      log,
      once,
    );
    expect(read.lines).toEqual(lines.slice(-8));
    const huge = await readLines(
      answering(() => events('small', 'x'.repeat(20_000))),
      log,
      once,
    );
    expect(huge).toEqual({ ...log, note: 'its last line is too long to show' });
  });
});

describe('the containers whose logs may explain the failure', () => {
  const definition = {
    containerDefinitions: [{ name: 'web' }, { name: 'sidecar' }, { name: 'init', essential: false }],
  };
  const task = (...containers: readonly ContainerEvidence[]) => {
    return { kind: 'task' as const, task: '1', status: 'STOPPED', containers };
  };
  const names = (evidence: readonly Evidence[], canary?: ReturnType<typeof task>): readonly string[] =>
    containersToRead(evidence, canary, definition).map((suspect) => `${suspect.task}/${suspect.container.name}`);

  it('are those that failed, not those stopped with them or not essential', () => {
    const seen = task({ name: 'web', exitCode: 1 }, { name: 'sidecar', exitCode: 143 }, { name: 'init', exitCode: 2 });
    expect(names([seen])).toEqual(['1/web']);
  });

  it('are all that ran if none failed by itself, without those that never started', () => {
    expect(names([task({ name: 'web', exitCode: 0 }, { name: 'sidecar', exitCode: 143 })])).toEqual([
      '1/web',
      '1/sidecar',
    ]);
    expect(names([task({ name: 'web', status: 'STOPPED' }, { name: 'sidecar', status: 'PENDING' })])).toEqual([]);
  });

  it('include each name once, from the first task', () => {
    const older = { ...task({ name: 'web', exitCode: 1 }), task: '2' };
    expect(names([task({ name: 'web', exitCode: 1 }), older])).toEqual(['1/web']);
  });

  it('include those behind an unhealthy target, but not behind an unused one', () => {
    const canary = {
      ...task({ name: 'web', status: 'RUNNING' }, { name: 'sidecar', status: 'RUNNING' }),
      status: 'RUNNING',
    };
    const target = { kind: 'target', targetGroup: 'g', target: '10.0.0.1:80', container: 'web' } as const;
    expect(names([{ ...target, state: 'unhealthy' }], canary)).toEqual(['1/web']);
    expect(names([{ ...target, state: 'unused' }], canary)).toEqual([]);
  });

  it('show no options of other log drivers', () => {
    const options = { 'splunk-token': 'hush', 'splunk-url': 'https://x' };
    const splunk = {
      containerDefinitions: [{ name: 'web', logConfiguration: { logDriver: 'splunk' as const, options } }],
    };
    const said = logOf({ task: '1', container: { name: 'web' } }, splunk, 'us-west-2');
    expect(said).toMatchObject({ note: 'it is sent through splunk; look in the destination of that log driver' });
    expect(JSON.stringify(said)).not.toContain('hush');
  });
});

describe("the state of ECS's circuit breaker", () => {
  it('is that of our deployment, not of the rollback after it', async () => {
    const aws = answering((operation, { serviceDeploymentArns }) => {
      const at = (seconds: number) => new Date(1_000_000 + 1000 * seconds);
      if (operation === 'ListServiceDeployments') {
        return {
          serviceDeployments: [
            { serviceDeploymentArn: 'back', createdAt: at(90) },
            { serviceDeploymentArn: 'ours', createdAt: at(1) },
          ],
        };
      }
      const [arn] = serviceDeploymentArns as readonly string[];
      const breaker = { status: 'TRIGGERED', failureCount: 4, threshold: 3 };
      return {
        serviceDeployments: [{ deploymentCircuitBreaker: arn === 'ours' ? breaker : { status: 'MONITORING' } }],
      };
    });
    const place = { region: 'us-west-2', cluster: 'main', service: 'web' };
    const ours = { place, id: 'ecs-svc/1', before: '', previous: '', startedAt: 1_000_000 };
    const found = { ...ours, known: new Set<string>(), carrying: new Set<string>(), seenEvents: new Set<string>() };
    expect(await readBreaker(aws, found)).toEqual([
      { kind: 'circuit-breaker', state: 'TRIGGERED', failures: 4, threshold: 3 },
    ]);
  });
});

describe('the events of a deployment', () => {
  const at = (seconds: number, message: string) => ({
    createdAt: new Date(seconds * 1000),
    message: `(service web) ${message}`,
  });
  const service: Service = {
    events: [
      at(130, 'has reached a steady state.'),
      at(120, 'rolling back to (deployment ecs-svc/3)'),
      at(120, '(deployment ecs-svc/2) deployment failed: tasks failed to start.'),
      at(110, '(deployment ecs-svc/1) deployment failed: tasks failed to start.'),
      at(105, 'is unable to consistently start tasks successfully.'),
      at(90, 'was unable to place a task.'),
    ],
  };
  const ours = { id: 'ecs-svc/2', startedAt: 100_000 };

  it('are those since its start that name no other one, in order', () => {
    expect(eventsOf(service, ours).map(({ message }) => message)).toEqual([
      '(service web) is unable to consistently start tasks successfully.',
      '(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start.',
      '(service web) rolling back to (deployment ecs-svc/3)',
      '(service web) has reached a steady state.',
    ]);
  });

  it('are marked as trouble if they report a problem', () => {
    expect(troubleOf(service, ours)).toHaveLength(3);
  });
});
