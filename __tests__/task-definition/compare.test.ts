import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { loadShapes, type Shape } from '../../src/deploy-context/schema.ts';
import { type Difference, differences, sameDefinition } from '../../src/task-definition/compare.ts';

const wanted: RegisterTaskDefinitionRequest = {
  family: 'web',
  networkMode: 'awsvpc',
  cpu: '0.25 vCPU',
  memory: '1GB',
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      portMappings: [{ containerPort: 80 }],
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
      healthCheck: { command: ['CMD', 'true'] },
      command: ['serve', '--port', '80'],
    },
  ],
  volumes: [{ name: 'tmp' }, { name: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
};
/** What AWS answers for the one above. */
const live: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:7',
  family: 'web',
  revision: 7,
  status: 'ACTIVE',
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '1024',
  registeredAt: new Date(0),
  registeredBy: 'arn:aws:iam::123456789012:root',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
  compatibilities: ['EC2', 'FARGATE'],
  placementConstraints: [],
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      cpu: 0,
      essential: true,
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      command: ['serve', '--port', '80'],
    },
  ],
  volumes: [
    { name: 'tmp', host: {} },
    {
      name: 'efs',
      efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/', transitEncryption: 'DISABLED' },
    },
  ],
};
const first = wanted.containerDefinitions?.[0];
const web = (more: object): RegisterTaskDefinitionRequest => ({
  ...wanted,
  containerDefinitions: [{ ...first, ...more }],
});

describe('a definition is the same', () => {
  test('as what AWS made of it', () => {
    expect(sameDefinition(wanted, live)).toBe(true);
  });

  test('with the name of a role that AWS has completed to an ARN', () => {
    const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const completed = { ...live, executionRoleArn: arn('run'), taskRoleArn: arn('team/web') };
    const named = { ...wanted, executionRoleArn: 'run', taskRoleArn: '/team/web' };
    expect(sameDefinition(named, completed)).toBe(true);
    expect(differences(named, completed)).toEqual([]);
    expect(sameDefinition({ ...named, taskRoleArn: 'web' }, completed)).toBe(false);
  });

  test('with the same tags in another order, whatever AWS tagged itself', () => {
    const tags = [
      { key: 'b', value: '2' },
      { key: 'a', value: '1' },
    ];
    expect(sameDefinition({ ...wanted, tags }, live, [...tags.toReversed(), { key: 'aws:x', value: 'y' }])).toBe(true);
  });

  test('with a host port of 0 where the host chooses', () => {
    const bridge = (mapping: object) => ({ ...web({ portMappings: [mapping] }), networkMode: 'bridge' as const });
    expect(
      sameDefinition(bridge({ containerPort: 80 }), bridge({ containerPort: 80, hostPort: 0, protocol: 'tcp' })),
    ).toBe(true);
    expect(sameDefinition(bridge({ containerPort: 80 }), bridge({ containerPort: 80, hostPort: 80 }))).toBe(false);
  });
});

describe('a definition differs', () => {
  test.each([
    ['in an image', web({ image: 'web:2' })],
    ['in the order of a command', web({ command: ['--port', 'serve', '80'] })],
    ['in an empty command', web({ command: [] })],
    ['in an empty argument', web({ command: ['serve', '--port', '80', ''] })],
    ['in a variable more', web({ environment: [...(first?.environment ?? []), { name: 'C', value: '' }] })],
    ['in a variable less', web({ environment: [{ name: 'A', value: '1' }] })],
    [
      'in two values swapped',
      web({
        environment: [
          { name: 'A', value: '2' },
          { name: 'B', value: '1' },
        ],
      }),
    ],
    [
      'in which of two values of one variable is the last',
      web({ environment: [...(first?.environment ?? []), { name: 'A', value: '3' }] }),
    ],
    ['in a protocol', web({ portMappings: [{ containerPort: 80, protocol: 'udp' }] })],
    ['in essential', web({ essential: false })],
    [
      'in the number of containers',
      { ...wanted, containerDefinitions: [...(wanted.containerDefinitions ?? []), { name: 'log', image: 'log' }] },
    ],
    ['in a tag more', { ...wanted, tags: [{ key: 'a', value: '' }] }],
    ['in its size', { ...wanted, cpu: '.5 vCPU' }],
    [
      'in a docker volume that is empty but there',
      { ...wanted, volumes: [{ name: 'tmp', dockerVolumeConfiguration: {} }, ...(wanted.volumes ?? []).slice(1)] },
    ],
  ])('%s', (_, changed) => {
    expect(sameDefinition(changed, live)).toBe(false);
  });

  test('in a command that is there and empty, because that may replace the one of the image', () => {
    const live = web({}) as TaskDefinition;
    for (const key of ['command', 'entryPoint']) {
      const { [key]: _, ...bare } = { ...live.containerDefinitions?.[0] } as Record<string, unknown>;
      const containing = (more: object) => ({ ...wanted, containerDefinitions: [{ ...bare, ...more }] }) as never;
      expect(sameDefinition(containing({ [key]: [] }), containing({}))).toBe(false);
    }
  });

  test('in the order of any list but those of named values', async () => {
    const { RegisterTaskDefinitionRequest: shape } = await loadShapes();
    const full = sample(shape);
    const free = lists(full).filter((path) =>
      same(
        edit(full, path, (list) => (list as unknown[]).toReversed()),
        full,
      ),
    );
    const names = new Set(free.map((path) => path.filter((step) => typeof step === 'string').join('.')));
    expect([...names].sort()).toEqual([
      'containerDefinitions',
      'containerDefinitions.environment',
      'containerDefinitions.linuxParameters.capabilities.add',
      'containerDefinitions.linuxParameters.capabilities.drop',
      'containerDefinitions.logConfiguration.secretOptions',
      'containerDefinitions.secrets',
      'containerDefinitions.ulimits',
      'proxyConfiguration.properties',
      'requiresCompatibilities',
      'tags',
      'volumes',
    ]);
  });

  test('in a tag less', () => {
    expect(sameDefinition(wanted, live, [{ key: 'a', value: '1' }])).toBe(false);
  });

  test('in each leaf that the schema has, when it changes, goes or comes', async () => {
    const { RegisterTaskDefinitionRequest: shape } = await loadShapes();
    const full = sample(shape);
    const all = leaves(full);
    expect(all.length).toBeGreaterThan(120);
    expect(
      sameDefinition(full as RegisterTaskDefinitionRequest, structuredClone(full) as TaskDefinition, tagsOf(full)),
    ).toBe(true);
    const blind = all.filter((path) =>
      [edit(full, path, another), edit(full, path, () => undefined)].some(
        (changed) => same(changed, full) || same(full, changed),
      ),
    );
    expect(blind).toEqual([]);
  });

  const same = (a: unknown, b: unknown) =>
    sameDefinition(a as RegisterTaskDefinitionRequest, b as TaskDefinition, tagsOf(b));
});

const tagsOf = (value: unknown) => (value as RegisterTaskDefinitionRequest).tags ?? [];

/** A value that has every member of a shape; two of each list; true, text and numbers that are nobody's default. */
function sample(shape: Shape, hint = 'x'): unknown {
  if (shape.is === 'list') return [sample(shape.of, `${hint}1`), sample(shape.of, `${hint}2`)];
  if (shape.is === 'map') return { [`${hint}1`]: sample(shape.of, hint), [`${hint}2`]: sample(shape.of, hint) };
  if (shape.is === 'structure') {
    return Object.fromEntries([...shape.members].map(([name, member]) => [name, sample(member(), `${hint}.${name}`)]));
  }
  if (shape.is === 'number') return hint.endsWith('2') ? 8 : 7;
  return shape.is === 'boolean' ? !hint.endsWith('essential') : hint;
}

type Steps = readonly (string | number)[];

function leaves(value: unknown, path: Steps = []): readonly Steps[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function lists(value: unknown, path: Steps = []): readonly Steps[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, child]) =>
    lists(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return Array.isArray(value) ? [path, ...below] : below;
}

function edit(value: unknown, [step, ...rest]: Steps, change: (leaf: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  const inner = edit((value as Record<string, unknown>)[step], rest, change);
  if (Array.isArray(value))
    return value.flatMap((item, index) => (index === step ? (inner === undefined ? [] : [inner]) : [item]));
  return { ...(value as object), [step]: inner };
}

function another(leaf: unknown): unknown {
  if (typeof leaf === 'boolean') return !leaf;
  return typeof leaf === 'number' ? leaf + 1 : `${leaf}!`;
}

/** What of a difference may be shown. */
const told = (all: readonly Difference[]) => all.map(({ at: _, ...shown }) => shown);

describe('differences', () => {
  test('are none where the definitions are the same', () => {
    expect(differences(wanted, live)).toEqual([]);
  });

  test('are told by name, before and after', () => {
    const changed = {
      ...web({
        image: 'web:2',
        command: ['serve'],
        environment: [
          { name: 'A', value: '1' },
          { name: 'C', value: '3' },
        ],
        dockerLabels: { 'com.example': 'x' },
      }),
      ephemeralStorage: { sizeInGiB: 30 },
    };
    expect(told(differences(changed, live))).toEqual([
      { path: 'containerDefinitions[web].image', live: 'web:1', wanted: 'web:2' },
      { path: 'containerDefinitions[web].environment[C]', wanted: '3' },
      { path: 'containerDefinitions[web].command', live: ['serve', '--port', '80'], wanted: ['serve'] },
      { path: 'containerDefinitions[web].dockerLabels[com.example]', wanted: 'x' },
      { path: 'ephemeralStorage.sizeInGiB', wanted: 30 },
      { path: 'containerDefinitions[web].environment[B]', live: '***', hidden: 'unknown' },
    ]);
  });

  test('never show a value from the environment, nor what it was before', () => {
    const changed = web({
      image: 'web:n3w',
      command: ['serve', '--token=t0ken'],
      environment: [
        { name: 'A', value: 'n3w' },
        { name: 'B', value: 'plain' },
        { name: 'K_t0ken', value: 'x' },
      ],
    });
    const shown = told(differences(changed, live, { hidden: ['n3w', 't0ken'] }));
    expect(JSON.stringify(shown)).not.toMatch(/n3w|t0ken|web:1"/);
    expect(shown).toContainEqual({
      path: 'containerDefinitions[web].environment[A]',
      live: '***',
      wanted: '***',
      hidden: 'substituted',
    });
    expect(shown).toContainEqual({ path: 'containerDefinitions[web].environment[B]', live: '2', wanted: 'plain' });
    expect(shown).toContainEqual({ path: 'containerDefinitions[web].environment[K_***]', wanted: 'x' });
  });

  test('leave an ARN whole, and names in which a short value is only a part of a word', () => {
    const role = 'arn:aws:iam::123456789012:role/web';
    const changed = { ...web({ image: 'web:v22', environment: [{ name: 'COUNT', value: '2' }] }), taskRoleArn: role };
    const shown = told(differences(changed, live, { hidden: ['2', '3456'] }));
    expect(shown).toContainEqual({ path: 'taskRoleArn', wanted: role });
    expect(shown).toContainEqual(
      expect.objectContaining({ path: 'containerDefinitions[web].image', wanted: 'web:v22' }),
    );
    expect(shown).toContainEqual(
      expect.objectContaining({ path: 'containerDefinitions[web].environment[COUNT]', wanted: '***' }),
    );
  });

  test('never show what looks like a secret, by its name or by itself, nor an older value of it', () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const before = web({ environment: [{ name: 'DB_PASSWORD', value: 'old' }], command: ['serve'] });
    const after = web({
      environment: [
        { name: 'DB_PASSWORD', value: 'new' },
        { name: 'THING', value: key },
      ],
      command: ['serve', '--token', 'abc'],
    });
    expect(told(differences(after, before))).toEqual([
      { path: 'containerDefinitions[web].environment[DB_PASSWORD]', live: '***', wanted: '***', hidden: 'secret' },
      { path: 'containerDefinitions[web].environment[THING]', wanted: '***', hidden: 'secret' },
      {
        path: 'containerDefinitions[web].command',
        live: '***',
        wanted: ['serve', '--token', '***'],
        hidden: 'secret',
      },
    ]);
  });

  test('are seen although both sides are hidden alike', () => {
    const [before, after] = ['a', 'b'].map((value) => web({ environment: [{ name: 'API_KEY', value }] }));
    expect(differences(after ?? {}, before ?? {})).toHaveLength(1);
  });

  test('show no variable of a definition that no file says: it may have come from an environment once', () => {
    const [before, after] = ['info', 'debug'].map((value) => web({ environment: [{ name: 'LEVEL', value }] }));
    expect(told(differences(after ?? {}, before ?? {}, { unwritten: true }))).toEqual([
      { path: 'containerDefinitions[web].environment[LEVEL]', live: '***', wanted: '***', hidden: 'unknown' },
    ]);
  });

  test('work for the settings of a service as well', () => {
    const before = { desiredCount: 2, deploymentConfiguration: { maximumPercent: 200 } };
    expect(told(differences({ ...before, desiredCount: 3 }, before))).toEqual([
      { path: 'desiredCount', live: 2, wanted: 3 },
    ]);
  });
});
