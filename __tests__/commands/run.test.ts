import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import type { RunRequest } from '../../src/model/request.ts';
import { callsOf, failEverywhere, faults, killEverywhere, type Start } from './interrupt.ts';
import { awslogs, type HandlerContext, orphans, place, type Run, region, type Shop, shop, stage } from './stage.ts';

/** A shop whose container writes to CloudWatch Logs and does what the tag says. */
const logging = (tag: string, ground: HandlerContext = 'fargate'): Shop => shop(ground, 1, { tag, log: awslogs() });
const command = (...words: readonly string[]): Pick<RunRequest, 'task'> => ({
  task: { command: words, environment: [] },
});

/** The shop with more containers beside its own. */
function beside(what: Shop, ...more: readonly Partial<ContainerDefinition>[]): Shop {
  const others = more.map((one) => ({ essential: false, logConfiguration: awslogs(), ...one }));
  const containers = [...(what.definition.containerDefinitions ?? []), ...others];
  return { ...what, definition: { ...what.definition, containerDefinitions: containers } };
}

/** Every line of a container's log that was told, in order. */
const told = ({ report }: Run, container = 'web'): readonly string[] =>
  report.events.flatMap((event) =>
    event.kind === 'container-log' && event.container === container ? event.lines : [],
  );
const notes = ({ report }: Run): readonly string[] =>
  report.events.flatMap((event) => (event.kind === 'container-log' && event.note !== undefined ? event.note : []));
const count = (here: ReturnType<typeof stage>, operation: string): number =>
  here.account.calls.filter((call) => call.operation === operation).length;

describe('a one-off task that goes well', () => {
  it.each<HandlerContext>(['fargate', 'fargate-spot', 'ec2-awsvpc', 'ec2-bridge', 'ec2-host'])(
    'is run once, with its exit code and its log, and leaves nothing: %s',
    async (ground) => {
      const here = stage(logging('works-20', ground));
      const run = await here.run();
      expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, leftovers: [] });
      expect(run.report.facts['exit-code']).toBe('0');
      expect(run.report.facts['task-arn']).toMatch(/:task\/production\//);
      expect(told(run)).toEqual([
        'starting',
        '5 of 20 s done',
        '10 of 20 s done',
        '15 of 20 s done',
        expect.stringMatching(/20 of 20 s done|finished/),
        ...(told(run).length === 6 ? ['finished'] : []),
      ]);
      expect(orphans(here.after())).toEqual([]);
      expect(run.left).toEqual([]);
      expect(here.after().services).toEqual(here.before.services);
      expect(count(here, 'StopTask')).toBe(0);
    },
  );

  it('gets a command and variables as overrides, and no revision of its own', async () => {
    const here = stage(shop('fargate', 1, { tag: 'stable', log: awslogs() }));
    const run = await here.run({
      task: {
        command: ['printenv'],
        environment: [
          { name: 'STAGE', value: 'all' },
          { container: 'web', name: 'STAGE', value: 'web' },
        ],
      },
    });
    expect(run.outcome.is).toBe('succeeded');
    expect(told(run)).toContain('STAGE=web');
    expect(count(here, 'RegisterTaskDefinition')).toBe(0);
    expect(here.after().revisions).toEqual(here.before.revisions);
  });

  it('is told as it runs, and not only at its end', async () => {
    const here = stage(logging('works-60'));
    const run = await here.run();
    const lines = run.report.events.flatMap((e) =>
      e.kind === 'container-log' ? e.lines.map((line) => [line, e.at]) : [],
    );
    const at = new Map(lines as [string, number][]);
    const between = (at.get('30 of 60 s done') ?? 0) - (at.get('starting') ?? 0);
    expect(between).toBeGreaterThan(24 * second);
    expect(between).toBeLessThan(36 * second);
  });

  it('is over before anybody has seen it RUNNING, and judged by its exit code all the same', async () => {
    for (const [tag, is] of [
      ['exit-0', 'succeeded'],
      ['exit-3', 'rejected'],
    ] as const) {
      const here = stage(logging(tag), (seed) => ({ ...seed, taskVisibleMs: [90_000, 90_000] }));
      const run = await here.run();
      expect(run.outcome.is).toBe(is);
      expect(run.report.facts['exit-code']).toBe(tag.slice(5));
      expect(
        run.report.events.some((event) => event.kind === 'verdict' && /is RUNNING/.test(event.verdict.because)),
      ).toBe(false);
    }
  });

  it('belongs to no service: a cluster, a revision and a network are enough', async () => {
    const what = logging('exit-0');
    const here = stage(what, (seed) => ({
      ...seed,
      taskDefinitions: [...(seed.taskDefinitions ?? []), { ...what.definition, revision: 7 }],
    }));
    const run = await here.run({
      place: { ...place, service: '' },
      revision: { kind: 'existing', name: 'web:7' },
      launch: { byInput: { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }, byFile: {} },
    });
    expect(run.outcome.is).toBe('succeeded');
    expect(count(here, 'DescribeServices')).toBe(0);
    const [started] = here.account.calls.filter(({ operation }) => operation === 'RunTask');
    expect(started?.input).toMatchObject({ launchType: 'FARGATE', startedBy: 'ecs-run/web' });
  });

  it('can come before its service is created, with what service.json says', async () => {
    const what = logging('exit-0');
    const { networkConfiguration } = what.service;
    const here = stage(what);
    const run = await here.run({
      place: { ...place, service: 'shop' },
      launch: {
        byInput: {},
        byFile: { launchType: 'FARGATE', ...(networkConfiguration ? { networkConfiguration } : {}) },
      },
    });
    expect(run.outcome.is).toBe('succeeded');
  });

  it('runs what the service runs where nothing else is said', async () => {
    const here = stage(logging('good'));
    const edits = { images: [], environment: [] };
    const run = await here.run({
      revision: { kind: 'edited', base: 'service', edits },
      ...command('bin/migrate', '--all'),
    });
    expect(run.outcome.is).toBe('succeeded');
    expect(run.report.facts['task-definition-arn']).toMatch(/web:1$/);
    expect(here.after().revisions).toEqual(here.before.revisions);
  });
});

describe('a one-off task that does not go well', () => {
  it('has its exit code in the first line, and its last lines', async () => {
    const here = stage(logging('works-20-exit-3'));
    const run = await here.run();
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(run.outcome.cause?.because).toBe('web ended with exit code 3');
    expect(run.report.facts['exit-code']).toBe('3');
    const log = run.outcome.cause?.evidence.find(({ kind }) => kind === 'log');
    expect(log).toMatchObject({ container: 'web', followed: true });
    expect(told(run).at(-1)).toBe('finished');
    expect(orphans(here.after())).toEqual([]);
    expect(count(here, 'StopTask')).toBe(0);
  });

  it.each([
    ['no-pull', 'failed', /could not be started: CannotPullContainerError/, /image or its tag does not exist/],
    ['no-auth', 'failed', /ResourceInitializationError/, /no route/],
    ['no-capacity', 'failed', /Capacity is unavailable/, undefined],
    ['no-capacity-late', 'failed', /Capacity is unavailable/, /No capacity is available/],
    ['never-running', 'failed', /not within 15m: web is PENDING/, /containers did not start in time/],
    ['oom', 'rejected', /exit code 137; OutOfMemoryError/, /more memory/],
    ['exec-format', 'rejected', /exit code 255/, /different CPU architecture/],
  ] as const)('says why, and what it probably was: %s is %s', async (tag, is, because, probably) => {
    const here = stage(logging(tag));
    const { outcome, report } = await here.run();
    expect(outcome).toMatchObject({ is, serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(because);
    if (probably !== undefined) expect(outcome.cause?.probably).toMatch(probably);
    if (is === 'failed') expect(report.facts['exit-code']).toBeUndefined();
    expect(orphans(here.after())).toEqual([]);
  });

  it('is stopped when its time is over, and that is said with its last lines', async () => {
    const here = stage(logging('works-900'));
    const timeouts = { ...(await limits()), taskStopped: 2 * minute };
    const run = await here.run({ timeouts });
    expect(run.outcome).toMatchObject({ is: 'rejected', leftovers: [] });
    expect(run.outcome.cause?.because).toBe('not within 2m: web has not ended (RUNNING)');
    expect(run.outcome.cause?.next).toMatch(/web timed out and was stopped/);
    expect(
      run.outcome.cause?.evidence.some((one) => one.kind === 'log' && one.lines.includes('60 of 900 s done')),
    ).toBe(true);
    expect(orphans(here.after())).toEqual([]);
    expect(count(here, 'StopTask')).toBe(1);
  });

  it('is not believed when somebody has stopped it, whatever its exit code', async () => {
    const here = stage(logging('works-600'));
    const run = await here.run({}, (event) => {
      if (event.kind === 'container-log' && event.lines.includes('20 of 600 s done')) {
        const [task] = here.after().standaloneTasks;
        here.account.someone('StopTask', { cluster: 'production', task: task?.taskArn ?? '', reason: 'not now' });
      }
      return false;
    });
    expect(run.outcome.is).toBe('rejected');
    expect(run.outcome.cause?.because).toMatch(/exit code 143; UserInitiated: not now/);
    expect(run.outcome.cause?.probably).toMatch(/A user or another program stopped the task/);
  });
});

const limits = async () => (await import('./stage.ts')).usualRun(shop()).timeouts;

describe('the containers of a one-off task', () => {
  const sidecar = (tag: string, more: Partial<ContainerDefinition> = {}) => ({
    name: 'proxy',
    image: `registry.example/proxy:${tag}`,
    ...more,
  });

  it('are no failure where they were only stopped at its end', async () => {
    const here = stage(beside(logging('works-20'), sidecar('stuck-stopping', { essential: true })));
    const run = await here.run({ task: { container: 'web', environment: [] } });
    expect(run.outcome.is).toBe('succeeded');
    const ended = run.report.events.find((event) => event.kind === 'task-ended');
    expect(ended?.task.containers.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['web', 0],
      ['proxy', 137],
    ]);
    expect(told(run, 'proxy')).not.toEqual([]);
  });

  it('are a failure where an essential one failed by itself', async () => {
    const here = stage(beside(logging('works-60'), sidecar('crash', { essential: true })));
    const run = await here.run({ task: { container: 'web', environment: [] } });
    expect(run.outcome.is).toBe('rejected');
    expect(run.outcome.cause?.because).toMatch(/web ended with exit code 143.*container proxy ended with exit code 1/);
  });

  it('are told and no failure where they are not essential', async () => {
    const here = stage(beside(logging('works-20'), sidecar('crash')));
    const run = await here.run();
    expect(run.outcome.is).toBe('succeeded');
    expect(run.report.facts['exit-code']).toBe('0');
  });

  it('end without the task when the named one is not essential: what is left is stopped', async () => {
    const here = stage(beside(logging('good'), sidecar('works-10-exit-4', { name: 'migrate' })));
    const run = await here.run({ task: { container: 'migrate', environment: [] } });
    expect(run.outcome).toMatchObject({ is: 'rejected', leftovers: [] });
    expect(run.outcome.cause?.because).toBe('migrate ended with exit code 4');
    expect(orphans(here.after())).toEqual([]);
    expect(count(here, 'StopTask')).toBe(1);
  });

  it.each([
    [undefined, /container: is missing; set it, .*\(web, proxy\)/],
    ['wbe', /wbe is not a container of the task definition; did you mean web\?/],
    ['database', /its containers: web, proxy/],
  ])('must be known before anything is registered: %s', async (container, because) => {
    const here = stage(beside(logging('exit-0'), sidecar('good', { essential: true })));
    const run = await here.run({ task: { ...(container === undefined ? {} : { container }), environment: [] } });
    expect(run.outcome.is).toBe('failed');
    expect(run.outcome.cause?.because).toMatch(because);
    expect(here.account.calls.every(({ operation }) => /^Describe/.test(operation))).toBe(true);
  });
});

describe('the log of a one-off task', () => {
  it('is told whole, whatever its length: each line once, in order', async () => {
    const here = stage(logging('prints-25000'));
    const run = await here.run();
    expect(run.outcome.is).toBe('succeeded');
    const lines: string[] = [];
    const again = stage(logging('prints-25000'));
    await again.run({}, (event) => {
      if (event.kind === 'container-log') lines.push(...event.lines);
      return false;
    });
    expect(lines).toHaveLength(25_000);
    expect(lines).toEqual(Array.from({ length: 25_000 }, (_, i) => `line ${i + 1} of 25000`));
    // The report keeps the end of it, and says so.
    expect(told(run).at(-1)).toBe('line 25000 of 25000');
    expect(told(run).length + (run.report.logLinesLeftOut ?? 0)).toBe(25_000);
    expect(JSON.stringify(run.report).length).toBeLessThan(600_000);
  });

  it('is waited for where CloudWatch is late', async () => {
    const here = stage(logging('works-20-exit-3'), (seed) => ({ ...seed, logDelayMs: 5_000 }));
    const run = await here.run();
    expect(told(run).at(-1)).toBe('finished');
  });

  it('is complete although calls are lost, throttled and refused for a while', async () => {
    for (const fault of ['lost-after', 'lost-before', 'throttle', 'server-error'] as const) {
      const here = stage(logging('works-30'));
      here.account.inject({ operation: 'GetLogEvents', from: 2, times: 6, fault });
      const run = await here.run();
      expect(run.outcome.is).toBe('succeeded');
      expect(told(run)).toEqual([...new Set(told(run))]);
      expect(told(run).at(-1)).toBe('finished');
      expect(told(run)).toContain('25 of 30 s done');
    }
  });

  it('does not keep anybody from seeing the end of the task when it cannot be read for long', async () => {
    const here = stage(logging('works-30'));
    here.account.inject({ operation: 'GetLogEvents', fault: 'hang' });
    const began = here.clock.now();
    const run = await here.run();
    expect(run.outcome.is).toBe('succeeded');
    expect(here.clock.now() - began).toBeLessThan(3 * minute);
  });

  it('is missed in one line when it may not be read, and that is no failure', async () => {
    const here = stage(logging('works-20'));
    here.account.inject({ operation: 'GetLogEvents', fault: 'deny' });
    const run = await here.run();
    expect(run.outcome.is).toBe('succeeded');
    expect(notes(run)).toEqual([expect.stringMatching(/AccessDenied.*Allow logs:GetLogEvents/)]);
    expect(count(here, 'GetLogEvents')).toBe(1);
  });

  it.each([
    [undefined, /its log is not stored/],
    [{ logDriver: 'awsfirelens' as const }, /it is sent through awsfirelens/],
    [awslogs({ 'awslogs-region': 'eu-west-1' }), /it is in eu-west-1/],
  ])('is missed in one line when it goes elsewhere', async (log, why) => {
    const here = stage(shop('fargate', 0, { tag: 'exit-0', ...(log === undefined ? {} : { log }) }));
    const run = await here.run();
    expect(run.outcome.is).toBe('succeeded');
    expect(notes(run)).toEqual([expect.stringMatching(why)]);
  });

  it('is found on EC2 without a prefix, by the id that Docker gave the container', async () => {
    const { 'awslogs-stream-prefix': _, ...options } = awslogs().options ?? {};
    const here = stage(shop('ec2-bridge', 0, { tag: 'works-20', log: { logDriver: 'awslogs', options } }));
    const run = await here.run();
    expect(told(run).at(-1)).toBe('finished');
  });
});

describe('a one-off task that nobody waits for', () => {
  it('is started, and neither followed nor stopped', async () => {
    const here = stage(logging('works-300'));
    const run = await here.run({ wait: false });
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, unattended: true, leftovers: [] });
    expect(run.left).toEqual([]);
    expect(run.report.facts['task-arn']).toBeDefined();
    expect(orphans(here.after())).toHaveLength(1);
    expect(count(here, 'DescribeTasks')).toBe(0);
    await here.post(run);
    expect(orphans(here.after())).toHaveLength(1);
  });

  it('is never swept, for it is meant to be there', async () => {
    const here = stage(logging('good'));
    await here.run({ wait: false });
    await here.clock.sleep(5 * 60 * minute);
    expect((await here.sweep({ onConflict: 'take-over' })).outcome.is).toBe('succeeded');
    expect(orphans(here.after())).toHaveLength(1);
  });
});

describe('a run that is cancelled', () => {
  it.each(['start', 'follow'])('has its task stopped by post: during %s', async (when) => {
    const here = stage(logging('works-300'));
    const run = await here.run({}, (event) =>
      when === 'start' ? event.kind === 'fact' && event.name === 'task-arn' : event.kind === 'container-log',
    );
    expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: true });
    expect(run.left).toHaveLength(1);
    await here.post(run);
    await here.clock.sleep(5 * minute);
    expect(orphans(here.after())).toEqual([]);
  });

  it.each([
    ['another job of its matrix', { id: 'run-of-a-matrix', attempt: 1, token: 'other' }],
    ['nobody knows whom', undefined],
  ])('stops no task of %s, although its own answer was lost', async (_, run) => {
    const here = stage(logging('works-600'));
    if (run !== undefined) await here.run({ wait: false, run });
    else {
      const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
      const task = { taskDefinition: 'web:1', launchType: 'FARGATE', startedBy: 'ecs-run/web', networkConfiguration };
      here.account.someone('RunTask', { cluster: 'production', ...task });
    }
    const [other] = orphans(here.after());
    await here.clock.sleep(minute);
    here.account.inject({ operation: 'RunTask', nth: 1, fault: 'lost-after' });
    const mine = { id: 'run-of-a-matrix', attempt: 1, token: 'mine' };
    const cancelled = await here.run({ run: mine }, (event) => event.kind === 'retry');
    expect(cancelled.outcome.is).toBe('cancelled');
    expect(orphans(here.after())).toHaveLength(2);
    await here.post(cancelled);
    await here.clock.sleep(5 * minute);
    expect(orphans(here.after())).toEqual([other]);
  });
});

describe('a run whose process is killed at any of its calls', { timeout: 120_000 }, () => {
  const started: Start = (here, cancel) => here.run({}, cancel);
  const open = () => stage(logging('works-30'), undefined, 'direct');

  it.each(['works-30', 'works-30-exit-3', 'no-pull'])(
    'leaves nothing after post, and starts one task at most: %s',
    async (tag) => {
      const open = () => stage(logging(tag), undefined, 'direct');
      expect(await callsOf(open, started)).toBeGreaterThan(10);
      const wrong = await killEverywhere(open, started, async (here, run, said) => {
        await here.post(run);
        await here.clock.sleep(20 * minute);
        return orphans(here.after()).length > 0 ? [said] : [];
      });
      expect(wrong).toEqual([]);
    },
  );

  it('leaves what a sweep stops when its runner is gone too, and only when its time is over', async () => {
    const here = open();
    await here.run(
      { ...command('good'), run: { id: 'gone', attempt: 1, token: 'gone' } },
      (event) => event.kind === 'container-log',
    );
    expect(orphans(here.after())).toHaveLength(1);
    const careful = await here.sweep();
    expect(careful.report.plan?.notes.join()).toMatch(
      /Left alone: run gone-gone is running a one-off task of this service/,
    );
    expect(orphans(here.after())).toHaveLength(1);
    await here.clock.sleep(60 * minute);
    expect((await here.sweep()).outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
  });

  it('is no conflict for a rollout, and no canary of one', async () => {
    const here = stage(shop('fargate', 1));
    await here.run({ ...command('good') }, (event) => event.kind === 'fact' && event.name === 'task-arn');
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(orphans(here.after())).toHaveLength(1);
  });

  it.each(faults.filter((fault) => fault !== 'expired'))(
    'ends as the account has it, when one call goes wrong: %s',
    async (fault) => {
      const wrong = await failEverywhere(open, started, { fault }, async (here, run, said) => {
        const denied = fault === 'deny' && !said.includes('(GetLogEvents)');
        const lines = told(run);
        const revisions = here.after().revisions.web?.length;
        await here.post(run);
        const left = orphans(here.after());
        return [
          ...(run.outcome.is === 'succeeded' || denied ? [] : [said]),
          ...(revisions === 2 || denied ? [] : [`${said}: revisions`]),
          ...(lines.length === new Set(lines).size ? [] : [`${said}: a line twice`]),
          ...(fault === 'deny' || lines.at(-1) === 'finished' ? [] : [`${said}: the end of the log is missing`]),
          ...(left.length === 0 ? [] : [`${said}: ${left.join()}`]),
        ];
      });
      expect(wrong).toEqual([]);
    },
  );
});

describe('where a one-off task runs', () => {
  const asked = async (what: Shop, request: Partial<RunRequest>) => {
    const here = stage(what);
    const run = await here.run(request);
    const input = here.account.calls.find(({ operation }) => operation === 'RunTask')?.input;
    return { run, input };
  };

  it('is what an input says, before service.json, before the live service', async () => {
    const network = (subnet: string) => ({ networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } } });
    const byFile = { ...network('subnet-2'), platformVersion: '1.4.0' };
    const { input } = await asked(logging('exit-0'), {
      launch: { byInput: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }, byFile },
    });
    expect(input).toMatchObject({ ...network('subnet-2'), platformVersion: '1.4.0' });
    expect(input).toHaveProperty('capacityProviderStrategy');
    expect(input).not.toHaveProperty('launchType');
    const live = await asked(logging('exit-0'), {});
    expect(live.input).toMatchObject({ launchType: 'FARGATE', platformVersion: 'LATEST' });
  });

  it('keeps what service.json leaves out of a setting as it is in the live service, in words that RunTask takes', async () => {
    const { service, definition } = logging('exit-0');
    const volumes = (more: object) => [
      { name: 'data', managedEBSVolume: { roleArn: 'arn:aws:iam::123456789012:role/infra', ...more } },
    ];
    const tagSpecifications = [{ resourceType: 'volume' as const, propagateTags: 'SERVICE' as const }];
    const what = {
      service: { ...service, volumeConfigurations: volumes({ sizeInGiB: 20, encrypted: true, tagSpecifications }) },
      definition: { ...definition, volumes: [{ name: 'data', configuredAtLaunch: true }] },
    };
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-2'] } };
    const byFile = { networkConfiguration, volumeConfigurations: volumes({ sizeInGiB: 30 }) };
    const { run, input } = await asked(what, { launch: { byInput: {}, byFile } });
    expect(run.outcome.is).toBe('succeeded');
    expect(input).toMatchObject({
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'], securityGroups: ['sg-1'] } },
      volumeConfigurations: volumes({ sizeInGiB: 30, encrypted: true }),
    });
    expect(JSON.stringify(input)).not.toContain('propagateTags');
  });

  it('must be known where it needs subnets', async () => {
    const { run, input } = await asked(logging('exit-0'), { place: { ...place, service: 'shop' } });
    expect(run.outcome.is).toBe('failed');
    expect(run.outcome.cause?.because).toMatch(/network-configuration: is missing: .*there is no service shop/);
    expect(input).toBeUndefined();
  });

  it.each([
    [
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
      /is for tasks with network mode awsvpc, but the task definition has bridge/,
    ],
    [{ platformVersion: '1.4.0' }, /platform-version: is for tasks on Fargate/],
  ])('must fit the task', async (byInput, because) => {
    const { run } = await asked(logging('exit-0', 'ec2-bridge'), { launch: { byInput, byFile: {} } });
    expect(run.outcome.cause?.because).toMatch(because);
  });

  it('is said in a dry run, with all that would be run, and nothing is changed', async () => {
    const here = stage(logging('good'));
    const run = await here.run({
      dryRun: true,
      task: { command: ['bin/migrate', '--all'], environment: [{ name: 'TOKEN', value: 'hunter2' }] },
    });
    expect(run.outcome).toMatchObject({ is: 'planned', serviceIntact: true });
    const said = [run.report.plan?.title, ...(run.report.plan?.notes ?? [])].join('\n');
    expect(said).toMatch(/Run web of a new revision of web once in production/);
    expect(said).toContain('container web is started with ["bin/migrate","--all"].');
    expect(said).toContain('web gets these variables: TOKEN.');
    expect(said).toMatch(/It runs on FARGATE \(from the service\), in subnet-1, subnet-2/);
    expect(said).not.toContain('hunter2');
    expect(here.after()).toEqual(here.before);
    expect(region).toBe('us-west-2');
  });

  it('is refused for a revision that is INACTIVE', async () => {
    const here = stage(logging('exit-0'));
    here.account.someone('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    const run = await here.run({ revision: { kind: 'existing', name: 'web:1' } });
    expect(run.outcome.cause?.because).toMatch(/web:1 is INACTIVE/);
  });
});
