import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerDefinition, RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import { parseDocument } from '../../src/deploy-context/document.ts';
import { readers } from '../../src/deploy-context/reader.ts';
import type { Shape } from '../../src/deploy-context/schema.ts';
import { simplify } from '../../src/deploy-context/simplify.ts';
import { substitute } from '../../src/deploy-context/substitute.ts';
import { sameDefinition } from '../../src/task-definition/compare.ts';
import { readOnlyFields, toRequest } from '../../src/task-definition/described.ts';
import { workspace } from '../deploy-context/workspace.ts';
import { world } from '../simulator/fixture.ts';
import { holds, patience } from './property.ts';
import { anyRequest, shapes } from './requests.ts';

const shape = shapes.RegisterTaskDefinitionRequest;

/** `containerDefinitions[].healthCheck.command[]`, for everything that a value can have. */
function pathsOf(of: Shape, path = ''): readonly string[] {
  if (of.is === 'list') return [path, ...pathsOf(of.of, `${path}[]`)];
  if (of.is === 'map') return [path, ...pathsOf(of.of, `${path}{}`)];
  if (of.is !== 'structure') return [path];
  return [path, ...[...of.members].flatMap(([name, member]) => pathsOf(member(), `${path}.${name}`))];
}

function pathsIn(value: unknown, of: Shape, path = ''): readonly string[] {
  if (of.is === 'list') return [path, ...(value as unknown[]).flatMap((item) => pathsIn(item, of.of, `${path}[]`))];
  if (of.is === 'map')
    return [path, ...Object.values(value as object).flatMap((item) => pathsIn(item, of.of, `${path}{}`))];
  if (of.is !== 'structure') return [path];
  const below = Object.entries(value as object).flatMap(([name, member]) =>
    pathsIn(member, of.members.get(name)?.() ?? { is: 'anything' }, `${path}.${name}`),
  );
  return [path, ...below];
}

const arn = 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:7';
/** What only AWS says, in full. */
const ofAws: TaskDefinition = {
  taskDefinitionArn: arn,
  revision: 7,
  status: 'INACTIVE',
  requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: new Date(0),
  deregisteredAt: new Date(0),
  deleteRequestedAt: new Date(0),
  registeredBy: 'arn:aws:iam::123456789012:root',
};

interface Described {
  readonly taskDefinition: TaskDefinition;
  readonly tags: Tag[];
}

/** What DescribeTaskDefinition answers: all of the request, what AWS adds, and the tags beside it. */
function describeAgain({ tags = [], ...request }: RegisterTaskDefinitionRequest): Described {
  const aws: Tag = { key: 'aws:cloudformation:stack-name', value: 'web' };
  return { taskDefinition: { ...structuredClone(ofAws), ...request }, tags: [aws, ...tags, { ...aws, key: 'AWS:x' }] };
}

const reserved = ({ key }: Tag) => /^aws:/i.test(key ?? '');

/** No tags and none that can be set are the same to AWS. */
function asRequested({ tags = [], ...request }: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const own = tags.filter((tag) => !reserved(tag));
  return own.length === 0 ? request : { ...request, tags: own };
}

/** A file: what would be a variable of the environment is written so that it is none. */
const asFile = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll('${', '\\u0024{');

function readFile(file: string) {
  const { document, faults } = parseDocument(substitute(file, {}));
  expect(faults).toEqual([]);
  if (document === undefined) throw new Error('is no document');
  const { value, findings } = readers.taskDefinition(document, shapes);
  expect(findings).toEqual([]);
  return value as RegisterTaskDefinitionRequest;
}

describe('the generated requests', () => {
  it('have every member of every structure, and empty strings and lists', () => {
    const sample = fc.sample(anyRequest, { numRuns: 3000, seed: 1 });
    const seen = new Set(sample.flatMap((request) => pathsIn(request, shape)));
    expect(pathsOf(shape).filter((path) => !seen.has(path))).toEqual([]);
    const printed = JSON.stringify(sample);
    for (const empty of ['"command":[]', '"value":""', '"dockerLabels":{}', '"":""', '"host":{}', '"volumes":[]'])
      expect(printed).toContain(empty);
  });

  it('contain every addition of AWS', () => {
    const added = [...shapes.TaskDefinition.members.keys()].filter((name) => !shape.members.has(name));
    expect([...readOnlyFields].sort()).toEqual(added.sort());
    expect(Object.keys(ofAws).sort()).toEqual(added.sort());
  });
});

/** A request whose every part says something: what says nothing is left out of a file when it is read. */
const telling = anyRequest.map((request) => {
  const { value } = simplify(request, shape, () => '');
  const { networkMode, ...others } = value as RegisterTaskDefinitionRequest;
  // In these modes a hostPort of 0 says nothing either.
  return networkMode === 'awsvpc' || networkMode === 'host'
    ? others
    : { ...others, ...(networkMode && { networkMode }) };
});

describe('a described definition', () => {
  it('is the request that it came from', patience, async () => {
    await holds(
      fc.property(anyRequest, (request) => {
        const { taskDefinition, tags } = describeAgain(request);
        const copy = structuredClone(taskDefinition);
        expect(toRequest(taskDefinition, tags)).toStrictEqual(asRequested(request));
        expect(taskDefinition).toStrictEqual(copy);
      }),
    );
  });

  it(
    'is the same request out of a file, as the command line prints it, with its wrapping and without',
    patience,
    async () => {
      await holds(
        fc.property(telling, (request) => {
          const wrapped = describeAgain(request);
          expect(asRequested(readFile(asFile(wrapped)))).toStrictEqual(asRequested(request));
          const { tags: _, ...untagged } = request;
          expect(readFile(asFile(wrapped.taskDefinition))).toStrictEqual(untagged);
          expect(readFile(asFile(request))).toStrictEqual(request);
        }),
      );
    },
  );

  it('is unchanged on the wire', patience, async () => {
    let sent = '';
    const requestHandler = {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async ({ body }: { body?: Uint8Array }) => {
        sent = new TextDecoder().decode(body);
        return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } };
      },
    };
    const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
    const ecs = new ECSClient({ region: 'us-west-2', credentials, requestHandler });
    await holds(
      fc.asyncProperty(anyRequest, async (request) => {
        const { taskDefinition, tags } = describeAgain(request);
        await ecs.send(new RegisterTaskDefinitionCommand(toRequest(taskDefinition, tags)));
        expect(JSON.parse(sent)).toStrictEqual(JSON.parse(JSON.stringify(asRequested(request))));
      }),
    );
  });
});

/** The request with what makes it one that AWS takes; all members without a rule of their own stay as they are. */
function tame(request: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const { requiresCompatibilities, cpu, networkMode, tags, taskRoleArn, ephemeralStorage, ...rest } = request;
  const volumes = rest.volumes?.map((volume, index) => ({ ...volume, name: `v${index}` }));
  const given = rest.containerDefinitions?.length ? rest.containerDefinitions : [{}];
  return {
    ...rest,
    family: 'web',
    memory: '512',
    executionRoleArn: 'execution',
    containerDefinitions: given.map((container, index) => tameContainer(container, index, volumes?.length ?? 0)),
    ...(cpu !== undefined && { cpu: '256' }),
    ...(networkMode !== undefined && { networkMode: 'bridge' }),
    ...(taskRoleArn !== undefined && { taskRoleArn: 'task' }),
    ...(ephemeralStorage !== undefined && { ephemeralStorage: { sizeInGiB: 21 } }),
    ...(requiresCompatibilities !== undefined && { requiresCompatibilities: ['EC2'] }),
    ...(volumes !== undefined && { volumes }),
    ...((tags ?? []).length > 0 && {
      tags: tags?.map(({ key: _, ...tag }, index) => ({ key: `k${index}`, ...tag, value: '' })),
    }),
  };
}

function tameContainer(container: ContainerDefinition, index: number, volumes: number): ContainerDefinition {
  const { memory: _, memoryReservation: __, portMappings, mountPoints, dependsOn, healthCheck, ...others } = container;
  const { cpu, logConfiguration, secrets, volumesFrom, ...rest } = others;
  return {
    ...rest,
    name: `c${index}`,
    image: 'web:1',
    ...(rest.essential !== undefined && index === 0 && { essential: true }),
    ...(portMappings !== undefined && {
      portMappings: portMappings.map((port) => ({
        ...port,
        containerPort: 80,
        protocol: 'udp',
        ...(port.hostPort !== undefined && { hostPort: 80 }),
      })),
    }),
    ...(mountPoints !== undefined && {
      mountPoints: mountPoints.flatMap((mount) => (volumes === 0 ? [] : [{ ...mount, sourceVolume: 'v0' }])),
    }),
    ...(dependsOn !== undefined && {
      dependsOn: index === 0 ? [] : dependsOn.map(() => ({ condition: 'START', containerName: 'c0' }) as const),
    }),
    ...(cpu !== undefined && { cpu: 1 }),
    ...(logConfiguration !== undefined && {
      logConfiguration: { ...logConfiguration, logDriver: 'json-file' as const },
    }),
    ...(secrets !== undefined && { secrets: secrets.map((_secret, n) => ({ name: `SECRET_${n}`, valueFrom: '/s' })) }),
    ...(volumesFrom !== undefined && { volumesFrom: volumesFrom.map((one) => ({ ...one, sourceContainer: 'c0' })) }),
    ...(healthCheck !== undefined && {
      healthCheck: { command: healthCheck.command?.length ? healthCheck.command : [''], interval: 7, retries: 2 },
    }),
  };
}

describe('a request that AWS accepts', () => {
  const acceptable = telling.map(tame);

  it('is read unchanged from a deploy context, also as AWS output', patience, async () => {
    const root = await workspace({ 'task-definition.json': '{}' });
    const needs = { service: false, taskDefinition: true };
    await holds(
      fc.asyncProperty(acceptable, async (request) => {
        for (const file of [request, describeAgain(request)]) {
          await writeFile(join(root, 'task-definition.json'), asFile(file));
          const options = { directory: '.', workspace: root, environment: {}, needs, rules: 'names' as const };
          const { context, problems } = await readDeployContext(options);
          expect(problems).toEqual([]);
          const { taskDefinition = { family: '', containerDefinitions: [] } } = context;
          expect(taskDefinition.tags?.filter(reserved) ?? []).toEqual([]);
          expect(asRequested(taskDefinition)).toStrictEqual(asRequested(request));
        }
      }),
      0.3,
    );
  });

  it('is registered, described and registered again without a loss', patience, async () => {
    const { ecs } = world();
    const register = async (request: RegisterTaskDefinitionRequest): Promise<Described> => {
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(request));
      const name = { taskDefinition: taskDefinition?.taskDefinitionArn, include: ['TAGS' as const] };
      const { taskDefinition: live = {}, tags = [] } = await ecs.send(new DescribeTaskDefinitionCommand(name));
      return { taskDefinition: live, tags };
    };
    await holds(
      fc.asyncProperty(acceptable, async (request) => {
        const first = await register(request);
        expect(sameDefinition(request, first.taskDefinition, first.tags)).toBe(true);
        const again = toRequest(first.taskDefinition, first.tags);
        // AWS fills in what was left out; of what was asked for nothing goes.
        expect(again).toMatchObject(asRequested(request));
        const second = await register(again);
        expect(toRequest(second.taskDefinition, second.tags)).toStrictEqual(again);
      }),
      0.5,
    );
  });
});
