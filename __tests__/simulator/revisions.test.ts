import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
  RunTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const families = (family: string, count: number) =>
  Array.from({ length: count }, () => ({ ...webDefinition('stable'), family }));

async function list(w: World, input: ListTaskDefinitionsCommandInput) {
  const { taskDefinitionArns = [], nextToken } = await w.ecs.send(new ListTaskDefinitionsCommand(input));
  return { names: taskDefinitionArns.map((arn) => arn.split('/')[1]), nextToken };
}

const deregister = (w: World, taskDefinition: string) =>
  w.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));

describe('ListTaskDefinitions', () => {
  const many = () => world({ ...webSeed, taskDefinitions: [...families('web', 12), ...families('web-worker', 2)] });

  it('takes a family by its full name, not a prefix, and orders revisions by number', async () => {
    const w = many();
    const { names } = await list(w, { familyPrefix: 'web' });
    expect(names).toEqual(Array.from({ length: 12 }, (_, index) => `web:${index + 1}`));
    expect((await list(w, { familyPrefix: 'we' })).names).toEqual([]);
    expect((await list(w, { familyPrefix: 'web', sort: 'DESC' })).names.slice(0, 3)).toEqual([
      'web:12',
      'web:11',
      'web:10',
    ]);
    expect((await list(w, { sort: 'DESC' })).names.slice(0, 3)).toEqual(['web-worker:2', 'web-worker:1', 'web:12']);
  });

  it('returns 100 per page, and the rest for the token', async () => {
    const w = world({ ...webSeed, taskDefinitions: families('web', 230) });
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await list(w, { familyPrefix: 'web', ...(nextToken === undefined ? {} : { nextToken }) });
      sizes.push(page.names.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([100, 100, 30]);
  });

  it('filters by status', async () => {
    const w = many();
    await deregister(w, 'web:2');
    await deregister(w, 'web:3');
    const { taskDefinitions, failures } = await w.ecs.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:3', 'web:4', 'web:99'] }),
    );
    expect(taskDefinitions).toMatchObject([{ revision: 3, status: 'DELETE_IN_PROGRESS' }]);
    expect(failures).toHaveLength(2);
    const names = async (status: ListTaskDefinitionsCommandInput['status']) =>
      (await list(w, { familyPrefix: 'web', status })).names;
    expect(await names('INACTIVE')).toEqual(['web:2']);
    expect(await names('DELETE_IN_PROGRESS')).toEqual(['web:3']);
    expect(await names('ACTIVE')).toHaveLength(10);
  });
});

describe('DeregisterTaskDefinition', () => {
  it('keeps running tasks, and prevents new ones', async () => {
    const w = world();
    const { taskDefinition } = await deregister(w, 'web:1');
    expect(taskDefinition).toMatchObject({ status: 'INACTIVE', deregisteredAt: expect.any(Date) });
    await w.clock.sleep(600_000);
    const { services } = await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(services).toMatchObject([{ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] }]);
    const inactive = { name: 'ClientException', message: 'TaskDefinition is inactive' };
    const run = w.ecs.send(new RunTaskCommand({ cluster: 'main', taskDefinition: 'web:1' }));
    await expect(run).rejects.toMatchObject(inactive);
    const update = w.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web:1' }));
    await expect(update).rejects.toMatchObject(inactive);
    const described = await w.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(described.taskDefinition?.status).toBe('INACTIVE');
  });

  it('replaces tasks of a revision that has been deregistered', async () => {
    const w = world();
    await deregister(w, 'web:1');
    w.account.someoneStopsTaskOf('main', 'web');
    await w.clock.sleep(180_000);
    expect(w.account.picture().services['main/web']?.tasks).toEqual({ 'web:1 RUNNING': 2 });
  });

  it('returns an INACTIVE revision unchanged', async () => {
    const w = world();
    const first = await deregister(w, 'web:1');
    await w.clock.sleep(60_000);
    const second = await deregister(w, 'web:1');
    expect(second.taskDefinition?.deregisteredAt).toEqual(first.taskDefinition?.deregisteredAt);
  });

  it.each([
    ['web', 'ClientException', 'Revision is missing.'],
    ['arn:aws:ecs:us-east-1:123456789012:task-definition/web', 'ClientException', 'Revision is missing.'],
    ['web:latest', 'InvalidParameterException', 'Invalid revision number. Number: latest'],
    ['web:9', 'ClientException', 'The specified task definition does not exist.'],
  ])('refuses %s', async (reference, name, message) => {
    await expect(deregister(world(), reference)).rejects.toMatchObject({ name, message });
  });
});
