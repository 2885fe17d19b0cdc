import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type ListServiceDeploymentsCommandInput,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Seed, SeedHistory } from '../../src/simulator/seed.ts';
import { webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const where = { cluster: 'main', service: 'web' };
const hour = 3_600_000;

const list = (w: World, more: Partial<ListServiceDeploymentsCommandInput> = {}) =>
  w.ecs.send(new ListServiceDeploymentsCommand({ ...where, ...more }));

const statuses = async (w: World, more: Partial<ListServiceDeploymentsCommandInput> = {}) =>
  (await list(w, more)).serviceDeployments?.map(({ status }) => status);

async function newest(w: World) {
  const arn = (await list(w)).serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
  const { serviceDeployments } = await w.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  return serviceDeployments?.[0];
}

/** `family:revision` of service revisions, or why there is none. */
async function definitionsOf(w: World, arns: readonly (string | undefined)[]) {
  const { serviceRevisions = [], failures = [] } = await w.ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns.map(String) }),
  );
  return arns.map((arn) => {
    const revision = serviceRevisions.find(({ serviceRevisionArn }) => serviceRevisionArn === arn);
    return revision?.taskDefinition?.split('/')[1] ?? failures.find((failure) => failure.arn === arn)?.reason;
  });
}

async function deploy(w: World, tag: string, more: Partial<UpdateServiceCommandInput> = {}) {
  const { taskDefinition } = await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition(tag)));
  const input = { ...where, taskDefinition: taskDefinition?.taskDefinitionArn, ...more };
  return (await w.ecs.send(new UpdateServiceCommand(input))).service;
}

describe('service deployments', () => {
  it('are pending, in progress, and successful, and keep the revisions that they went from and to', async () => {
    const w = world();
    await deploy(w, 'good');
    const pending = await newest(w);
    expect(pending).toMatchObject({ status: 'PENDING' });
    expect(pending?.startedAt).toBeUndefined();
    await w.clock.sleep(5_000);
    expect(await newest(w)).toMatchObject({ status: 'IN_PROGRESS', startedAt: expect.any(Date) });
    await w.clock.sleep(hour);
    const done = await newest(w);
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      finishedAt: expect.any(Date),
      targetServiceRevision: { runningTaskCount: 2, requestedTaskCount: 2, pendingTaskCount: 0 },
    });
    expect(done?.rollback).toBeUndefined();
    const arns = [done?.sourceServiceRevisions?.[0]?.arn, done?.targetServiceRevision?.arn];
    expect(await definitionsOf(w, arns)).toEqual(['web:1', 'web:2']);
  });

  it('are listed newest first, by status, by time and in pages, however many there have been', async () => {
    const w = world();
    const marks: Date[] = [];
    for (const tag of ['good', 'crash', 'good', 'good']) {
      await w.clock.sleep(hour);
      marks.push(new Date(w.clock.now()));
      await deploy(w, tag);
    }
    await w.clock.sleep(hour);
    const all = ['SUCCESSFUL', 'SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL'];
    expect(await statuses(w)).toEqual(all);
    expect(await statuses(w, { status: ['ROLLBACK_SUCCESSFUL', 'PENDING'] })).toEqual(['ROLLBACK_SUCCESSFUL']);
    expect(await statuses(w, { createdAt: { after: marks[1], before: marks[3] } })).toEqual(all.slice(1, 3));
    const first = await list(w, { maxResults: 3 });
    expect(first.serviceDeployments).toHaveLength(3);
    const second = await list(w, { maxResults: 3, nextToken: first.nextToken });
    expect(second.serviceDeployments?.map(({ status }) => status)).toEqual(all.slice(3));
    expect(second.nextToken).toBeUndefined();
    const targets = [...(first.serviceDeployments ?? []), ...(second.serviceDeployments ?? [])];
    expect(
      await definitionsOf(
        w,
        targets.map(({ targetServiceRevisionArn }) => targetServiceRevisionArn),
      ),
    ).toEqual(['web:5', 'web:4', 'web:3', 'web:2', 'web:1']);
  });

  it('tell of a rollback: to which revision, and why', async () => {
    const w = world();
    const good = (await newest(w))?.targetServiceRevision?.arn;
    await deploy(w, 'crash');
    await w.clock.sleep(90_000);
    expect((await newest(w))?.status).toBe('ROLLBACK_IN_PROGRESS');
    await w.clock.sleep(hour);
    const back = await newest(w);
    const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(back).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: reason,
      rollback: { serviceRevisionArn: good, reason, startedAt: expect.any(Date) },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    });
    expect(await definitionsOf(w, [back?.targetServiceRevision?.arn, good])).toEqual(['web:2', 'web:1']);
  });

  it('are stopped without a rollback when the circuit breaker has none, and keep their own settings', async () => {
    const w = world();
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    await deploy(w, 'crash', { deploymentConfiguration });
    await w.clock.sleep(hour);
    await w.ecs.send(new UpdateServiceCommand({ ...where, deploymentConfiguration: { maximumPercent: 150 } }));
    const stopped = await newest(w);
    expect(stopped).toMatchObject({
      status: 'STOPPED',
      stoppedAt: expect.any(Date),
      deploymentConfiguration: { maximumPercent: 200, ...deploymentConfiguration },
    });
    expect(stopped?.rollback).toBeUndefined();
  });

  it('fail to go back when nothing has ever been deployed', async () => {
    const w = world();
    await w.ecs.send(new RegisterTaskDefinitionCommand({ ...webDefinition('crash'), family: 'new' }));
    const service = { ...webSeed.services?.[0], serviceName: 'new', taskDefinition: 'new', loadBalancers: [] };
    await w.ecs.send(new CreateServiceCommand(service));
    await w.clock.sleep(hour);
    const { serviceDeployments } = await list(w, { service: 'new' });
    expect(serviceDeployments).toMatchObject([
      { status: 'ROLLBACK_FAILED', statusReason: 'No rollback candidate was found to run the rollback.' },
    ]);
  });

  it('go on going back when they are stopped on the way, and cannot be stopped when they have ended', async () => {
    const w = world();
    const deployed = await deploy(w, 'slow');
    const stop = () =>
      w.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: deployed?.currentServiceDeployment }));
    await stop();
    expect((await newest(w))?.status).toBe('ROLLBACK_REQUESTED');
    await stop();
    await w.clock.sleep(hour);
    expect((await newest(w))?.status).toBe('ROLLBACK_SUCCESSFUL');
    await expect(stop()).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('are refused by an unknown status, of an unknown service, and missing by an unknown ARN', async () => {
    const w = world();
    await expect(list(w, { service: 'none' })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    const wrong = w.account.someone.bind(w.account, 'ListServiceDeployments', { ...where, status: ['GOOD'] });
    expect(wrong).toThrow('Invalid status: GOOD');
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/none';
    const { failures } = await w.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    expect(failures).toEqual([{ arn, reason: 'MISSING' }]);
  });

  it('are gone after 90 days', async () => {
    const w = world();
    await deploy(w, 'good');
    await w.clock.sleep(91 * 24 * hour);
    expect(await statuses(w)).toEqual([]);
  });
});

describe('a seeded past', () => {
  const seed = (history: SeedHistory): Seed => ({
    ...webSeed,
    taskDefinitions: [
      { ...webDefinition('stable'), revision: 1, status: 'INACTIVE' },
      webDefinition('stable'),
      webDefinition('stable'),
      webDefinition('stable'),
    ],
    services: [{ ...webSeed.services?.[0], taskDefinition: 'web:4' }],
    histories: { 'main/web': history },
  });

  const settings = { platformVersion: '1.3.0' };
  const past: SeedHistory = [
    { taskDefinition: 'web:1', daysAgo: 120 },
    { taskDefinition: 'web:1', daysAgo: 30, settings },
    { taskDefinition: 'web:2', daysAgo: 20 },
    { taskDefinition: 'web:3', daysAgo: 10, status: 'ROLLBACK_SUCCESSFUL' },
  ];

  it('is what the service ran before, with its revisions, as far back as ECS shows it', async () => {
    const w = world(seed(past));
    const { serviceDeployments = [] } = await list(w);
    expect(serviceDeployments.map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'ROLLBACK_SUCCESSFUL',
      'SUCCESSFUL',
      'SUCCESSFUL',
    ]);
    const targets = serviceDeployments.map(({ targetServiceRevisionArn }) => targetServiceRevisionArn);
    expect(await definitionsOf(w, targets)).toEqual(['web:4', 'web:3', 'web:2', 'web:1']);
    const described = await w.ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: serviceDeployments.map(({ serviceDeploymentArn }) => String(serviceDeploymentArn)),
      }),
    );
    expect(described.serviceDeployments?.[1]?.rollback?.serviceRevisionArn).toBe(targets[2]);
    expect(described.serviceDeployments?.[0]?.sourceServiceRevisions?.[0]?.arn).toBe(targets[2]);
    const { serviceRevisions } = await w.ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [String(targets[3])] }),
    );
    expect(serviceRevisions).toMatchObject([settings]);
    expect(w.account.picture().revisions).toEqual({ web: [2, 3, 4] });
  });

  it('goes on with the next deployment', async () => {
    const w = world(seed(past));
    await deploy(w, 'good');
    await w.clock.sleep(hour);
    expect(await statuses(w)).toHaveLength(5);
    const source = (await newest(w))?.sourceServiceRevisions?.[0]?.arn;
    expect(await definitionsOf(w, [source])).toEqual(['web:4']);
  });

  it('is unknown for a service from before service deployments, and begins with the next one', async () => {
    const w = world(seed('unknown'));
    expect(await statuses(w)).toEqual([]);
    const { services } = await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(services?.[0]?.currentServiceDeployment).toBeUndefined();
    expect(services?.[0]?.currentServiceRevisions).toBeUndefined();
    await deploy(w, 'good');
    await w.clock.sleep(hour);
    expect(await statuses(w)).toEqual(['SUCCESSFUL']);
    expect(await definitionsOf(w, [(await newest(w))?.sourceServiceRevisions?.[0]?.arn])).toEqual(['MISSING']);
  });

  it.each<[string, Seed['histories']]>([
    ['a service', { 'main/none': [] }],
    ['a revision', { 'main/web': [{ taskDefinition: 'web:9', daysAgo: 1 }] }],
  ])('is refused when it names %s that the seed does not have', (_what, histories) => {
    expect(() => world({ ...webSeed, ...(histories === undefined ? {} : { histories }) })).toThrow('does not have');
  });
});
