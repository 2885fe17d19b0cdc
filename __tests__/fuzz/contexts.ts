import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadShapes, type Shape, type Structure } from '../../src/deploy-context/schema.ts';
import { anyText } from './texts.ts';
import { anySlip, anyTree, type Member, print, slip, type Tree, treeOf } from './trees.ts';

const shapes = await loadShapes();

/** Words that AWS takes for a member of this name; others take any text. */
const words: Readonly<Record<string, readonly [string, ...string[]]>> = {
  assignPublicIp: ['ENABLED', 'DISABLED'],
  availabilityZoneRebalancing: ['ENABLED', 'DISABLED'],
  capacityProvider: ['FARGATE', 'FARGATE_SPOT', 'own'],
  capability: ['ALL'],
  condition: ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'],
  containerName: ['web', 'metrics'],
  containerPortRange: ['8000-8100'],
  cpu: ['256', '512', '1 vCPU'],
  cpuArchitecture: ['X86_64', 'ARM64'],
  ipcMode: ['task', 'none'],
  launchType: ['FARGATE', 'EC2', 'EXTERNAL'],
  logDriver: ['awslogs', 'none'],
  memory: ['512', '1024', '2 GB'],
  name: ['web', 'metrics', 'other'],
  networkMode: ['awsvpc', 'bridge', 'host', 'none'],
  operatingSystemFamily: ['LINUX', 'WINDOWS_SERVER_2022_CORE'],
  pidMode: ['task', 'host'],
  platformVersion: ['LATEST', '1.4.0'],
  propagateTags: ['SERVICE', 'TASK_DEFINITION', 'NONE'],
  protocol: ['tcp', 'udp'],
  requiresCompatibilities: ['FARGATE', 'EC2'],
  schedulingStrategy: ['REPLICA', 'DAEMON'],
  sourceVolume: ['data'],
  strategy: ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'],
  subnets: ['subnet-1', 'subnet-2'],
  type: ['ECS', 'CODE_DEPLOY', 'EXTERNAL', 'random', 'spread', 'distinctInstance'],
};

const image = fc.constantFrom('web:good', 'registry.example/web:good', 'web', 'web:crash', 'web@sha256:0', '${HUSH}');

/** A value of the type that the SDK's schema says, and most often one that AWS takes. */
function fitting(shape: Shape, name: string, depth: number): fc.Arbitrary<Tree> {
  if (shape.is === 'structure') return structure(shape, depth);
  if (shape.is === 'list')
    return fc.array(fitting(shape.of, name, depth - 1), { maxLength: 2 }).map((items) => ({ items }));
  if (shape.is === 'map') {
    return fc
      .array(fc.tuple(anyText, fitting(shape.of, '', depth - 1)), { maxLength: 2 })
      .map((members) => ({ members }));
  }
  const token = (one: unknown): Tree => ({ token: JSON.stringify(one) });
  if (shape.is === 'number') return fc.oneof(fc.constantFrom(0, 1, 2, 80, 100, 200, 8080), fc.integer()).map(token);
  if (shape.is === 'boolean') return fc.boolean().map(token);
  if (name === 'image') return image.map(token);
  const known = words[name];
  const some = fc.constantFrom(
    'web',
    'a-b_c',
    'arn:aws:iam::123456789012:role/web',
    '${HUSH}',
    '${LINES}',
    '${NUMBER}',
  );
  const plain = known === undefined ? some : fc.constantFrom(...known);
  return fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: anyText }).map(token);
}

function structure(shape: Structure, depth: number): fc.Arbitrary<Tree> {
  const all = [...shape.members.keys()];
  const optional = depth <= 0 ? [] : all.filter((key) => !shape.required.includes(key));
  const chosen = shape.union
    ? fc.constantFrom(...all).map((key) => [key])
    : fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).map((more) => [...shape.required, ...more]);
  return chosen.chain((keys) =>
    fc
      .tuple(...keys.map((key) => fitting(shape.members.get(key)?.() ?? { is: 'anything' }, key, depth - 1)))
      .map((values) => ({ members: values.map((value, i): Member => [keys[i] ?? '', value]) })),
  );
}

const root = join(import.meta.dirname, '..', '..', 'examples');
const example = (name: string, file: string): Tree =>
  treeOf(JSON.parse(readFileSync(join(root, name, `${file}.json`), 'utf8')));

/** Members of `more` beside those of `base`, and in the place of those of the same name. */
function over(base: Tree, more: Tree): Tree {
  if (!('members' in base) || !('members' in more)) return more;
  const keys = new Set(more.members.map(([key]) => key));
  return { members: [...base.members.filter(([key]) => !keys.has(key)), ...more.members] };
}

/** The texts of the two files. */
export interface Files {
  readonly service: string | Uint8Array;
  readonly taskDefinition: string | Uint8Array;
}

interface Trees {
  readonly service: Tree;
  readonly taskDefinition: Tree;
}

const { CreateServiceRequest, UpdateServiceRequest, RegisterTaskDefinitionRequest } = shapes;
const container = RegisterTaskDefinitionRequest.members.get('containerDefinitions')?.();
const containerShape = container?.is === 'list' && container.of.is === 'structure' ? container.of : undefined;
if (containerShape === undefined) throw new Error('the schema of a container is not where it was');

/** A member or two of the schema, in the place of an example's. */
const someOf = (shape: Structure): fc.Arbitrary<Tree> => structure({ ...shape, required: [] }, 3);

const withContainers = (definition: Tree, extra: Tree): Tree => {
  if (!('members' in definition)) return definition;
  return {
    members: definition.members.map(([key, value]): Member => {
      if (key !== 'containerDefinitions' || !('items' in value) || value.items[0] === undefined) return [key, value];
      return [key, { items: [over(value.items[0], extra), ...value.items.slice(1)] }];
    }),
  };
};

/** A context that works, with other settings of the schemas in it: many of these are accepted. */
const nearlyGood: fc.Arbitrary<Trees> = fc
  .tuple(
    fc.constantFrom('web', 'ec2-bridge', 'fargate-spot'),
    fc.option(someOf(CreateServiceRequest)),
    fc.option(someOf(RegisterTaskDefinitionRequest)),
    fc.option(someOf(containerShape)),
  )
  .map(([name, service, definition, container]) => {
    const task = example(name, 'task-definition');
    const edited = definition === null ? task : over(task, definition);
    return {
      service: service === null ? example(name, 'service') : over(example(name, 'service'), service),
      taskDefinition: container === null ? edited : withContainers(edited, container),
    };
  });

const bySchema: fc.Arbitrary<Trees> = fc.record({
  service: fc.oneof(structure(CreateServiceRequest, 4), structure(UpdateServiceRequest, 4)),
  taskDefinition: structure(RegisterTaskDefinitionRequest, 4),
});

const slipping = (trees: fc.Arbitrary<Trees>, most: number): fc.Arbitrary<Trees> =>
  fc
    .record({
      trees,
      service: fc.array(anySlip, { maxLength: most }),
      taskDefinition: fc.array(anySlip, { maxLength: most }),
    })
    .map(({ trees, service, taskDefinition }) => ({
      service: service.reduce(slip, trees.service),
      taskDefinition: taskDefinition.reduce(slip, trees.taskDefinition),
    }));

const printed = ({ service, taskDefinition }: Trees): Files => ({
  service: print(service),
  taskDefinition: print(taskDefinition),
});

/** What an editor, a shell or a template makes of a file. */
const mangled = fc
  .tuple(fc.nat(6), fc.nat(), anyText)
  .map(([how, at, other]) => (text: string): string | Uint8Array => {
    const i = text.length === 0 ? 0 : at % text.length;
    const ways: readonly (string | Uint8Array)[] = [
      `\ufeff${text}`,
      text.replaceAll('\n', '\r\n'),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      text.slice(0, i),
      `${text.slice(0, i)}${other}${text.slice(i)}`,
      `// ${other.replaceAll(/\s/g, ' ')}\n${text}/* ${other} */`,
      text.replaceAll('}', ',}'),
    ];
    return ways[how] ?? text;
  });

/** Contexts of which many are accepted. */
export const likelyFiles: fc.Arbitrary<Files> = fc.oneof(nearlyGood, slipping(nearlyGood, 1)).map(printed);

/** Anything that can be in the two files, from noise to a context with one slip in it. */
export const anyFiles: fc.Arbitrary<Files> = fc.oneof(
  fc.record({ service: anyText, taskDefinition: anyText }),
  fc.record({ service: anyTree, taskDefinition: anyTree }).map(printed),
  { weight: 2, arbitrary: slipping(bySchema, 3).map(printed) },
  { weight: 4, arbitrary: slipping(nearlyGood, 1).map(printed) },
  { weight: 2, arbitrary: slipping(nearlyGood, 4).map(printed) },
  fc.tuple(slipping(nearlyGood, 1).map(printed), mangled, mangled).map(([{ service, taskDefinition }, a, b]) => ({
    service: a(String(service)),
    taskDefinition: b(String(taskDefinition)),
  })),
);
