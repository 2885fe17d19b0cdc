import { describe, expect, test } from 'vitest';
import { loadShapes, type Shape } from '../../src/deploy-context/schema.ts';
import { validate } from '../../src/deploy-context/validate.ts';

const container = { name: 'web', image: 'web:1' };
const task = (more: object = {}, inContainer: object = {}) => ({
  family: 'web',
  containerDefinitions: [{ ...container, ...inContainer }],
  ...more,
});
const say = async (value: unknown, shape: Parameters<typeof validate>[1] = 'RegisterTaskDefinitionRequest') =>
  (await validate(value, shape)).map(({ path, what }) => `${path} ${what}`);

test('accepts a task definition with two keys', async () => {
  expect(await say(task())).toEqual([]);
});

describe('a key that the schema does not know', () => {
  test.each([
    [
      task({}, { portMappings: [{ contanerPort: 80 }] }),
      'containerDefinitions[0].portMappings[0].contanerPort is not known; did you mean containerPort?',
    ],
    [{ ...task(), ContainerDefinitions: [] }, 'ContainerDefinitions is not known; did you mean containerDefinitions?'],
    [task({ network_mode: 'awsvpc' }), 'network_mode is not known; did you mean networkMode?'],
    [task({}, { imgae: 'x' }), 'containerDefinitions[0].imgae is not known; did you mean image?'],
    [task({ image: 'x' }), 'image is not known here; move it to containerDefinitions[]'],
    [
      task({}, { containerPort: 80 }),
      'containerDefinitions[0].containerPort is not known here; move it to containerDefinitions[].portMappings[]',
    ],
    [
      task({}, { networkMode: 'host' }),
      'containerDefinitions[0].networkMode is not known here; move it to the top level',
    ],
    [task({ somethingElse: 1 }), 'somethingElse is not known'],
    [task({ 'with space': 1 }), '["with space"] is not known'],
    [
      task({}, { healthCheck: { command: ['x'], intervall: 3 } }),
      'containerDefinitions[0].healthCheck.intervall is not known; did you mean interval?',
    ],
  ])('%# is reported with its path and a suggestion', async (value, expected) => {
    expect(await say(value)).toEqual([expected]);
  });

  test('may have any name in a map', async () => {
    expect(await say(task({}, { dockerLabels: { 'com.example/any': 'x', __proto__: 'y' } }))).toEqual([]);
  });
});

describe('a value of another type', () => {
  test.each([
    [task({ cpu: 256 }), 'cpu must be a string (in double quotes), but is a number'],
    [task({ memory: true }), 'memory must be a string (in double quotes), but is a boolean'],
    [task({}, { cpu: '256' }), 'containerDefinitions[0].cpu must be a number (without quotes), but is a string'],
    [task({}, { cpu: 's3cret' }), 'containerDefinitions[0].cpu must be a number, but is a string'],
    [task({}, { cpu: 1.5 }), 'containerDefinitions[0].cpu must be a whole number, but has a fraction'],
    [
      task({}, { essential: 'true' }),
      'containerDefinitions[0].essential must be true or false (without quotes), but is a string',
    ],
    [task({}, { command: 'sh -c x' }), 'containerDefinitions[0].command must be a list, in [ ], but is a string'],
    [
      task({}, { command: ['a', 1] }),
      'containerDefinitions[0].command[1] must be a string (in double quotes), but is a number',
    ],
    [
      task({}, { environment: { A: 'x' } }),
      'containerDefinitions[0].environment must be a list, in [ ], but is an object',
    ],
    [task({}, { dockerLabels: [] }), 'containerDefinitions[0].dockerLabels must be an object, in { }, but is a list'],
    [
      task({}, { dockerLabels: { a: 1 } }),
      'containerDefinitions[0].dockerLabels.a must be a string (in double quotes), but is a number',
    ],
    [task({ volumes: ['x'] }), 'volumes[0] must be an object, in { }, but is a string'],
    [task({ taskRoleArn: null }), 'taskRoleArn is null; remove it'],
    [task({}, { links: [null] }), 'containerDefinitions[0].links[0] is null; remove it'],
  ])('%# is reported without its value', async (value, expected) => {
    expect(await say(value)).toEqual([expected]);
  });

  test('may be a fraction where the API allows one', async () => {
    const value = { deploymentConfiguration: { canaryConfiguration: { canaryPercent: 0.5 }, bakeTimeInMinutes: 0.5 } };
    expect(await say({ serviceName: 'web', ...value }, 'CreateServiceRequest')).toEqual([
      'deploymentConfiguration.bakeTimeInMinutes must be a whole number, but has a fraction',
    ]);
  });
});

test('reports every missing required member', async () => {
  expect(await say({ containerDefinitions: [{ secrets: [{ name: 'A' }] }] })).toEqual([
    'containerDefinitions[0].secrets[0].valueFrom is missing',
    'containerDefinitions[0].name is missing',
    'containerDefinitions[0].image is missing',
    'family is missing',
  ]);
});

test('requires exactly one member of a union', async () => {
  const sharing = (sharingStrategy: object) => task({}, { resourceRequirements: [{ type: 'GPU', sharingStrategy }] });
  expect(await say(sharing({ nvidiaMps: { memory: 1024 } }))).toEqual([]);
  expect(await say(sharing({}))).toEqual([
    'containerDefinitions[0].resourceRequirements[0].sharingStrategy must have exactly one of nvidiaMps',
  ]);
});

test('validates other request shapes too', async () => {
  expect(await say({ awsvpcConfiguration: { subnet: ['a'] } }, 'NetworkConfiguration')).toEqual([
    'awsvpcConfiguration.subnet is not known; did you mean subnets?',
    'awsvpcConfiguration.subnets is missing',
  ]);
});

test.each([[undefined], [1], ['x'], [[]], [null], [true]])('%j is not a request', async (value) => {
  expect(await say(value)).toHaveLength(1);
});

test('reads every shape completely, without unknown kinds', async () => {
  const kinds = new Set<string>();
  const documents: string[] = [];
  const walk = (shape: Shape, above: readonly string[]): void => {
    kinds.add(shape.is);
    if (shape.is === 'list' || shape.is === 'map') walk(shape.of, above);
    if (shape.is === 'anything') documents.push(above.at(-1) ?? '');
    if (shape.is !== 'structure') return;
    expect(above).not.toContain(shape.name);
    expect(shape.members.size).toBeGreaterThan(0);
    for (const member of shape.members.values()) walk(member(), [...above, shape.name]);
  };
  const shapes = await loadShapes();
  for (const name of ['CreateServiceRequest', 'RegisterTaskDefinitionRequest', 'UpdateServiceRequest'] as const) {
    walk(shapes[name], []);
  }
  // A hook's details are a document: any JSON there is.
  expect(new Set(documents)).toEqual(new Set(['DeploymentLifecycleHook']));
  expect([...kinds].sort()).toEqual(['anything', 'boolean', 'list', 'map', 'number', 'string', 'structure']);
});

test.each(['1e999', '-1e999', '2147483648'])('%s is too large, and not a fraction', async (number) => {
  const value = JSON.parse(
    `{"family": "web", "containerDefinitions": [{"name": "a", "image": "b", "cpu": ${number}}]}`,
  );
  expect(await say(value)).toEqual(['containerDefinitions[0].cpu is too large; AWS allows numbers up to 2147483647']);
});
