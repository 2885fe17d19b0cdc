import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../core/failure.ts';
import type { Revision } from '../core/snapshot.ts';
import type { Aws } from './call.ts';

/** Describes a revision, named by ARN, `family:revision`, or a family for its newest ACTIVE one. */
export async function readRevision(aws: Aws, name: string): Promise<Revision> {
  const { taskDefinition, tags } = await aws.call('ecs', 'DescribeTaskDefinition', {
    taskDefinition: name,
    include: ['TAGS'],
  });
  if (taskDefinition === undefined) throw unknownRevision(name);
  return { definition: taskDefinition, tags: tags ?? [] };
}

/** Registers a definition; when the answer is lost, the revision is looked for before another one is made. */
export async function registerRevision(
  aws: Aws,
  definition: RegisterTaskDefinitionRequest,
  since: number,
): Promise<string> {
  const { taskDefinition } = await aws.call('ecs', 'RegisterTaskDefinition', definition, {
    carriedOut: async () => {
      const newest = (await readNewest(aws, definition.family ?? ''))?.definition;
      const registeredAt = newest?.registeredAt?.getTime() ?? 0;
      // Clocks differ by seconds; another rollout's revision of the same family would have been a conflict.
      const ours = registeredAt >= since - 2_000 && sameContainers(definition, newest);
      return ours && newest !== undefined ? { taskDefinition: newest, $metadata: {} } : undefined;
    },
  });
  if (taskDefinition?.taskDefinitionArn === undefined) throw unknownRevision(definition.family ?? '');
  return taskDefinition.taskDefinitionArn;
}

/** The newest ACTIVE revision of a family; nothing where there is none. */
export async function readNewest(aws: Aws, family: string): Promise<Revision | undefined> {
  try {
    return await readRevision(aws, family);
  } catch (error) {
    // A family that does not exist is a ClientException: nothing was registered.
    if (error instanceof Failure && error.kind === 'refused-call') return undefined;
    throw error;
  }
}

function sameContainers(wanted: RegisterTaskDefinitionRequest, live: TaskDefinition | undefined): boolean {
  const say = (d: { containerDefinitions?: { name?: string | undefined; image?: string | undefined }[] | undefined }) =>
    JSON.stringify(d.containerDefinitions?.map((container) => [container.name, container.image]));
  return live !== undefined && say(wanted) === say(live);
}

function unknownRevision(name: string): Failure {
  return new Failure('ecs:DescribeTaskDefinition', {
    kind: 'refused-call',
    because: `ECS gave no task definition for ${name}`,
    next: 'Check the name: an ARN or family:revision of an ACTIVE task definition.',
  });
}
