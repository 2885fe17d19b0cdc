import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  ListTasksCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { fargateNetwork, webSeed, world } from './fixture.ts';

const run = () =>
  new RunTaskCommand({
    cluster: 'main',
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: [...fargateNetwork.awsvpcConfiguration.subnets] } },
  });

describe('a fault', () => {
  it('throttles with the error of the service', async () => {
    const w = world();
    w.account.inject({ fault: 'throttle', times: 2 });
    const ecs = w.ecs.send(new ListTasksCommand({ cluster: 'main' }));
    await expect(ecs).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    const elb = w.elb.send(new DescribeTargetGroupsCommand({}));
    await expect(elb).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    await w.elb.send(new DescribeTargetGroupsCommand({}));
  });

  it('denies and names the action', async () => {
    const w = world();
    w.account.inject({ service: 'ecs', operation: 'RunTask', fault: 'deny' });
    await expect(w.ecs.send(run())).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:us-east-1:123456789012:task-definition/web because',
      ),
    });
  });

  it('loses the request before it is carried out, or the answer after', async () => {
    const w = world();
    w.account.inject({ operation: 'RunTask', nth: 1, fault: 'lost-before' });
    w.account.inject({ operation: 'RunTask', nth: 2, fault: 'lost-after' });
    await expect(w.ecs.send(run())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(w.account.picture().standaloneTasks).toHaveLength(0);
    await expect(w.ecs.send(run())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(w.account.picture().standaloneTasks).toHaveLength(1);
    expect(w.account.calls.map((call) => call.outcome)).toEqual(['lost', 'lost']);
  });

  it('hangs until the caller gives up', async () => {
    const w = world();
    w.account.inject({ fault: 'hang' });
    const abort = new AbortController();
    const call = w.ecs.send(new DescribeClustersCommand({}), { abortSignal: abort.signal });
    await w.clock.sleep(60_000);
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('lets credentials expire from the third call on', async () => {
    const w = world({ ...webSeed, faults: [{ from: 3, fault: 'expired' }] });
    const look = () => w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    await look();
    await look();
    await expect(look()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    await expect(look()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('can be any error', async () => {
    const w = world();
    const message = 'Too many concurrent attempts to create a new revision of the specified family.';
    w.account.inject({ times: 1, fault: { error: { code: 'ClientException', message } } });
    await expect(w.ecs.send(run())).rejects.toMatchObject({ name: 'ClientException', message });
  });

  it('makes RunTask answer with failures', async () => {
    const w = world();
    w.account.inject({ operation: 'RunTask', times: 1, fault: { failures: [{ reason: 'RESOURCE:ENI' }] } });
    expect(await w.ecs.send(run())).toMatchObject({ tasks: [], failures: [{ reason: 'RESOURCE:ENI' }] });
    expect((await w.ecs.send(run())).tasks).toHaveLength(1);
  });

  const web = { cluster: 'main', service: 'web' };
  const deployment = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/x';
  it.each<[string, object, string]>([
    ['CreateService', { cluster: 'main', serviceName: 'new' }, 'service/main/new'],
    ['UpdateService', web, 'service/main/web'],
    ['DeleteService', web, 'service/main/web'],
    ['ListServiceDeployments', web, 'service/main/web'],
    ['DescribeServiceDeployments', { serviceDeploymentArns: [deployment] }, 'service-deployment/main/web/x'],
    ['StopServiceDeployment', { serviceDeploymentArn: deployment }, 'service-deployment/main/web/x'],
    ['ListTaskDefinitions', {}, '*'],
    ['DeregisterTaskDefinition', { taskDefinition: 'web:1' }, '*'],
  ])('meets %s: it is throttled, denied by its resource, and lost', async (operation, input, resource) => {
    const { account } = world();
    const before = account.picture();
    for (const fault of ['throttle', 'deny', 'lost-before'] as const) {
      account.inject({ service: 'ecs', operation, fault, times: 1 });
    }
    const call = () => account.call('ecs', operation, { ...input });
    await expect(call()).rejects.toMatchObject({ name: 'ThrottlingException' });
    await expect(call()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(new RegExp(`ecs:${operation} on resource: \\S*${resource.replace('*', '\\*')} `)),
    });
    await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(account.picture()).toEqual(before);
  });
});
