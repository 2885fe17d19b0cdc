import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { renderSummary } from '../../../src/report/markdown/summary.ts';
import { listen } from '../listen.ts';
import { awslogs, orphans, type Shop, shop, stage } from '../stage.ts';

const healthCheck = { command: ['CMD-SHELL', 'true'], interval: 5, retries: 2 };

/** A web service with other containers in its task; `web` overrides what its main one says. */
function withOthers(
  others: readonly ContainerDefinition[],
  web: Partial<ContainerDefinition> = {},
  targetGroups = 1,
): Shop {
  const { service, definition } = shop('fargate', targetGroups);
  const [main] = definition.containerDefinitions ?? [];
  return { service, definition: { ...definition, containerDefinitions: [{ ...main, ...web }, ...others] } };
}

const agent = (tag: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'agent',
  image: `registry.example/agent:${tag}`,
  essential: false,
  ...more,
});

/** A rollout of a task whose live version has good containers only. */
async function rollOut(what: Shop) {
  const here = stage(what);
  const { outcome, report } = await here.rollout();
  const warnings = report.events.flatMap((event) => (event.kind === 'warning' ? event.message : []));
  return { here, outcome, report, warnings };
}

describe('a container that is not essential', () => {
  it('does not fail the canary when it is UNHEALTHY: that is a warning, in log and summary', async () => {
    const { outcome, report, warnings, here } = await rollOut(
      withOthers([agent('unhealthy', { healthCheck })], { healthCheck }),
    );
    expect(outcome.is).toBe('succeeded');
    expect(warnings).toEqual([
      expect.stringMatching(/health check of container agent failed: it is UNHEALTHY.*not essential/),
    ]);
    expect(renderSummary(report)).toContain('health check of container agent failed');
    expect(orphans(here.after())).toEqual([]);
  });

  it('is not waited for where no essential container has a health check', async () => {
    const { outcome, report } = await rollOut(withOthers([agent('unhealthy', { healthCheck })]));
    expect(outcome.is).toBe('succeeded');
    expect(report.plan?.steps.map(({ title }) => title).join()).not.toContain('containers are healthy');
  });

  it('may fail: that is a warning', async () => {
    for (const targetGroups of [0, 1]) {
      const { outcome, warnings } = await rollOut(withOthers([agent('crash')], {}, targetGroups));
      expect(outcome.is).toBe('succeeded');
      expect(warnings).toEqual([expect.stringMatching(/container agent has ended with exit code 1/)]);
    }
  });

  it('may do its work and end before the others start, without a warning', async () => {
    const init = agent('exit-0');
    const dependsOn = [{ containerName: 'agent', condition: 'SUCCESS' as const }];
    const { outcome, warnings } = await rollOut(withOthers([init], { dependsOn }));
    expect({ is: outcome.is, warnings }).toEqual({ is: 'succeeded', warnings: [] });
  });

  it('is warned of when it ends and nothing waits for that', async () => {
    const { outcome, warnings } = await rollOut(withOthers([agent('exit-0')]));
    expect(outcome.is).toBe('succeeded');
    expect(warnings).toEqual([expect.stringMatching(/container agent has ended with exit code 0/)]);
  });

  it('is warned of when nobody knows its health and the others are HEALTHY', async () => {
    const here = stage(withOthers([agent('good', { healthCheck })], { healthCheck }));
    listen(here, (operation, answer) =>
      operation === 'DescribeTasks' ? withHealth(answer, 'agent', 'UNKNOWN') : undefined,
    );
    const { outcome, report } = await here.rollout();
    expect(outcome.is).toBe('succeeded');
    expect(report.events).toContainEqual(
      expect.objectContaining({ kind: 'warning', message: expect.stringContaining('container agent is UNKNOWN') }),
    );
  });
});

describe('an essential container', () => {
  it('decides, also when `essential` is left out', async () => {
    const { name, image } = agent('unhealthy');
    const { outcome, here } = await rollOut(withOthers([{ name, image, healthCheck }]));
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    expect(outcome.cause?.because).toContain('health check of container agent failed');
    expect(orphans(here.after())).toEqual([]);
  });

  it('needs no health check of its own where another one has one', async () => {
    const { essential: _, ...second } = agent('good');
    const { outcome } = await rollOut(withOthers([second], { healthCheck }));
    expect(outcome.is).toBe('succeeded');
  });
});

type Answer = Record<string, unknown>;
type Described = {
  lastStatus: string;
  startedBy?: string;
  healthStatus?: string;
  containers: Record<string, unknown>[];
};

/** The answer of DescribeTasks, with something else in a container of tasks that no service has started. */
function altered(answer: Answer, name: string, what: Record<string, unknown>, status?: string): Answer {
  const tasks = (answer.tasks ?? []) as Described[];
  for (const task of tasks) {
    if (!task.startedBy?.startsWith('ecs-canary/') || (status !== undefined && task.lastStatus !== status)) continue;
    for (const container of task.containers) if (container.name === name) Object.assign(container, what);
  }
  return answer;
}

const withHealth = (answer: Answer, name: string, healthStatus: string): Answer =>
  altered(answer, name, { healthStatus });

describe('a canary that is PENDING', () => {
  const db = (more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
    name: 'db',
    image: 'registry.example/db:good',
    ...more,
  });
  const waitsFor = (condition: 'HEALTHY' | 'SUCCESS' | 'COMPLETE' | 'START') => ({
    image: 'registry.example/web:never-running',
    dependsOn: [{ containerName: 'db', condition }],
  });
  /** What becomes of a canary whose containers wait for db, and what ECS says of db. */
  async function pending(what: Shop, said: Record<string, unknown>) {
    const here = stage(what);
    listen(here, (operation, answer) =>
      operation === 'DescribeTasks' ? altered(answer, 'db', said, 'PENDING') : undefined,
    );
    const { outcome, report } = await here.rollout();
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services).toEqual(here.before.services);
    return { outcome, took: report.finishedAt - report.startedAt };
  }

  it('is rejected when an essential container is UNHEALTHY, with that reason', async () => {
    const what = withOthers([db({ healthCheck })], waitsFor('HEALTHY'));
    const { outcome, took } = await pending(what, { lastStatus: 'RUNNING', healthStatus: 'UNHEALTHY' });
    expect(outcome).toMatchObject({
      is: 'rejected',
      cause: {
        because: 'the health check of container db failed: it is UNHEALTHY',
        probably: 'The healthCheck command of a container fails.',
      },
    });
    expect(took).toBeLessThan(2 * minute);
  });

  for (const [condition, said, because] of [
    ['HEALTHY', { lastStatus: 'RUNNING', healthStatus: 'UNHEALTHY' }, 'which is UNHEALTHY'],
    ['HEALTHY', { lastStatus: 'STOPPED', exitCode: 0 }, 'which ended with exit code 0'],
    [
      'COMPLETE',
      { lastStatus: 'STOPPED', reason: 'CannotStartContainerError' },
      'which ended (CannotStartContainerError)',
    ],
    [
      'SUCCESS',
      { lastStatus: 'STOPPED', exitCode: 3, reason: 'no schema' },
      'which ended with exit code 3 (no schema)',
    ],
  ] as const) {
    it(`is rejected when what it waits for can never be: ${condition}, ${because}`, async () => {
      const what = withOthers([db({ essential: false, healthCheck })], waitsFor(condition));
      const { outcome, took } = await pending(what, said);
      expect(outcome.is).toBe('rejected');
      expect(outcome.cause?.because).toBe(`container web waits for db (dependsOn ${condition}), ${because}`);
      // It had all the time that it needed.
      expect(`${outcome.cause?.probably} ${outcome.cause?.next}`).not.toMatch(
        /were not started in time|task-running-timeout/,
      );
      expect(took).toBeLessThan(2 * minute);
    });
  }

  it('is told with the log of what it waited for', async () => {
    const migration = db({ essential: false, logConfiguration: awslogs() });
    const { outcome } = await pending(withOthers([migration], waitsFor('SUCCESS')), {
      lastStatus: 'STOPPED',
      exitCode: 3,
    });
    expect(outcome.cause?.evidence).toContainEqual(
      expect.objectContaining({ kind: 'log', container: 'db', stream: expect.objectContaining({ group: '/ecs/web' }) }),
    );
  });

  it('is waited for when what it waits for can still be', async () => {
    for (const [condition, said] of [
      ['COMPLETE', { lastStatus: 'STOPPED', exitCode: 1 }],
      ['SUCCESS', { lastStatus: 'STOPPED', exitCode: 0 }],
      ['HEALTHY', { lastStatus: 'RUNNING', healthStatus: 'UNKNOWN' }],
      ['START', { lastStatus: 'STOPPED', exitCode: 1 }],
    ] as const) {
      const { outcome } = await pending(withOthers([db({ essential: false, healthCheck })], waitsFor(condition)), said);
      expect(outcome.cause?.because).toContain('not within');
    }
  });

  it('is waited for when only a container that is not essential waits in vain', async () => {
    const what = withOthers(
      [db({ essential: false }), agent('good', { dependsOn: [{ containerName: 'db', condition: 'SUCCESS' }] })],
      { image: 'registry.example/web:never-running' },
    );
    const { outcome } = await pending(what, { lastStatus: 'STOPPED', exitCode: 1 });
    expect(outcome.cause?.because).toContain('not within');
  });
});

describe('a one-off task', () => {
  it('fails when it waits for a container that has failed', async () => {
    const migrate = { name: 'migrate', image: 'registry.example/migrate:good', essential: false };
    const dependsOn = [{ containerName: 'migrate', condition: 'SUCCESS' as const }];
    const here = stage(withOthers([migrate], { image: 'registry.example/web:never-running', dependsOn }));
    listen(here, (operation, answer) => {
      if (operation !== 'DescribeTasks') return undefined;
      for (const task of (answer.tasks ?? []) as Described[]) {
        if (!task.startedBy?.startsWith('ecs-run/') || task.lastStatus !== 'PENDING') continue;
        const found = task.containers.find(({ name }) => name === 'migrate');
        Object.assign(found ?? {}, { lastStatus: 'STOPPED', exitCode: 1 });
      }
      return answer;
    });
    const { outcome, report } = await here.run();
    expect(outcome.is).toBe('failed');
    expect(outcome.cause?.because).toContain(
      'container web waits for migrate (dependsOn SUCCESS), which ended with exit code 1',
    );
    expect(report.finishedAt - report.startedAt).toBeLessThan(2 * minute);
  });
});
