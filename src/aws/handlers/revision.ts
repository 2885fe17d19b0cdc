import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import { familyIn, nameIn } from '../../model/arn.ts';
import { readUntil } from '../../model/clock.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import { Refusal } from '../../model/problem.ts';
import type { Revision } from '../../model/snapshot.ts';
import type { Undo } from '../../model/undos.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import type { Sleep } from './context.ts';
import { glimpseService } from './service.ts';

/** Describes a revision, named by ARN, `family:revision`, or a family for its newest ACTIVE one. */
export async function readRevision(aws: Aws, name: string): Promise<Revision> {
  const { taskDefinition, tags } = await aws.call('ecs', 'DescribeTaskDefinition', {
    taskDefinition: name,
    include: ['TAGS'],
  });
  if (taskDefinition === undefined) throw unknownRevision(name);
  return { definition: taskDefinition, tags: tags ?? [] };
}

/** The same for a revision that an input names; a Refusal that names the input when ECS shows no such revision. */
export async function readAsked(
  aws: Aws,
  name: string,
  input: 'task-definition-arn' | 'to-revision' | 'base-revision',
): Promise<Revision> {
  try {
    return await readRevision(aws, name);
  } catch (error) {
    if (!(error instanceof Failure) || codeOf(error) !== 'ClientException') throw error;
    const family = familyIn(name);
    const what = `ECS has no revision ${nameIn(name)} in ${aws.region} (${error.because})`;
    const list = `aws ecs list-task-definitions --region ${aws.region} --family-prefix ${family} --sort DESC`;
    throw new Refusal({ where: input, what: `${what}; use an ACTIVE one, which this command lists: ${list}` });
  }
}

/** Registers a definition; when the answer is lost, the revision is looked for before another one is made. */
export async function registerRevision(
  aws: Aws,
  definition: RegisterTaskDefinitionRequest,
  since: number,
): Promise<string> {
  const { taskDefinition } = await aws.call('ecs', 'RegisterTaskDefinition', definition, {
    carriedOut: async () => {
      const containers = formatContainers(definition);
      const ours = await findRegistered(aws, { family: definition.family ?? '', since, containers });
      return ours === undefined ? undefined : { taskDefinition: ours, $metadata: {} };
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
    if (error instanceof Failure && codeOf(error) === 'ClientException') return undefined;
    throw error;
  }
}

type DeregisterRevision = Extract<Undo, { kind: 'deregister-revision' }>;

/** The revision that was registered since a moment, by its containers; nothing while ECS does not show it. */
async function findRegistered(
  aws: Aws,
  { family, since, containers }: Pick<DeregisterRevision, 'family' | 'since' | 'containers'>,
): Promise<TaskDefinition | undefined> {
  const newest = (await readNewest(aws, family))?.definition;
  const registeredAt = newest?.registeredAt?.getTime() ?? 0;
  // Clocks differ by seconds; another rollout's revision of the same family would have been a conflict.
  return newest !== undefined && registeredAt >= since - 2_000 && formatContainers(newest) === containers
    ? newest
    : undefined;
}

const formatContainers = ({ containerDefinitions = [] }: Pick<TaskDefinition, 'containerDefinitions'>): string =>
  JSON.stringify(containerDefinitions.map(({ name, image }) => [name, image]));

/** How a revision is taken out of use again that was registered for one service only. */
export function deregisterRevisionUndo(
  definition: RegisterTaskDefinitionRequest,
  place: Place,
  since: number,
  revision?: string,
): Undo {
  const { region } = place;
  const { family = '' } = definition;
  const aws = `aws ecs --region ${region}`;
  return {
    when: 'on-failure',
    kind: 'deregister-revision',
    title: `deregister ${revision === undefined ? `the new revision of ${family}` : nameIn(revision)}`,
    place,
    changed: 'other',
    phase: 'records',
    family,
    since,
    containers: formatContainers(definition),
    ...defined({ revision }),
    byHand:
      revision === undefined
        ? `${aws} list-task-definitions --family-prefix ${family} --sort DESC   # then: aws ecs deregister-task-definition`
        : `${aws} deregister-task-definition --task-definition ${nameIn(revision)}`,
  };
}

/** Takes a revision out of use again, unless its service has stayed; nothing where it was never registered. */
export async function deregisterRevision(aws: Aws, undo: DeregisterRevision, sleep: Sleep): Promise<void> {
  const revision = undo.revision ?? (await lookForRegistered(aws, undo, sleep));
  if (revision === undefined) return;
  if (await isRun(aws, undo.place, revision, sleep)) {
    const because = `service ${undo.place.service} runs ${nameIn(revision)}`;
    throw new Failure('ecs:DeregisterTaskDefinition', { kind: 'verdict', because });
  }
  await deregister(aws, revision);
}

/** An answer can be from before the service was deleted. */
async function isRun(aws: Aws, place: Place, revision: string, sleep: Sleep): Promise<boolean> {
  const runs = async (): Promise<boolean> => {
    const service = await glimpseService(aws, place);
    const all = [service?.taskDefinition, ...(service?.deployments ?? []).map((one) => one.taskDefinition)];
    return service?.status === 'ACTIVE' && all.includes(revision);
  };
  return readUntil(3, sleep, runs, (still) => !still);
}

/** The revision that an act in doubt has registered, if ECS shows one. */
export const findOwnRevision = (
  aws: Aws,
  definition: RegisterTaskDefinitionRequest,
  since: number,
  sleep: Sleep,
): Promise<string | undefined> => {
  const { family = '' } = definition;
  return lookForRegistered(aws, { family, since, containers: formatContainers(definition) }, sleep);
};

/** A revision that was just registered can be missing for a moment. */
async function lookForRegistered(
  aws: Aws,
  undo: Pick<DeregisterRevision, 'family' | 'since' | 'containers'>,
  sleep: Sleep,
): Promise<string | undefined> {
  const find = () => findRegistered(aws, undo);
  return (await readUntil(3, sleep, find, (found) => found !== undefined))?.taskDefinitionArn;
}

/** Takes a revision out of use, also when it is so already. */
export async function deregister(aws: Aws, taskDefinition: string): Promise<void> {
  await aws.call(
    'ecs',
    'DeregisterTaskDefinition',
    { taskDefinition },
    {
      carriedOut: async () => {
        const { taskDefinition: seen } = await aws.call('ecs', 'DescribeTaskDefinition', { taskDefinition });
        return seen?.status === 'INACTIVE' ? { taskDefinition: seen, $metadata: {} } : undefined;
      },
    },
  );
}

function unknownRevision(name: string): Failure {
  return new Failure('ecs:DescribeTaskDefinition', {
    kind: 'refused-call',
    because: `ECS returned no task definition for ${name}`,
    next: 'Check the name: an ARN or family:revision of an ACTIVE task definition.',
  });
}
