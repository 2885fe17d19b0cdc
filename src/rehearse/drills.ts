import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { strategies } from '../commands/rollout/strategies/index.ts';
import type { DeployContext } from '../deploy-context/deploy-context.ts';
import type { Drill, DrillNeed, Drills } from '../model/drill.ts';
import type { RolloutRequest } from '../model/request.ts';
import { creationProblems } from '../request/creation-problems.ts';
import { canFail } from './gates.ts';

/** The rollouts of the strategy, and how the service comes and goes. */
export const drillsFor = ({
  strategy,
  beforePromote = [],
}: Pick<RolloutRequest, 'strategy' | 'beforePromote'>): Drills => [
  ...strategies[strategy].drills({ tasksBefore: beforePromote.length > 0 }),
  ...gateDrills,
  ...serviceDrills,
];

/** Whether the deploy context has what the drill needs. */
export const fits = (context: DeployContext, { needs = [] }: Drill): boolean =>
  needs.every((need) => has[need](context));

/** Only essential containers affect the health of a task. */
const decidesHealth = ({ essential, healthCheck }: ContainerDefinition): boolean =>
  essential !== false && healthCheck !== undefined;

const has: Readonly<Record<DrillNeed, (context: DeployContext) => boolean>> = {
  tasks: ({ service }) => service?.desiredCount !== 0,
  targets: ({ service }) => (service?.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn !== undefined),
  'health-check': ({ taskDefinition }) => (taskDefinition?.containerDefinitions ?? []).some(decidesHealth),
  'before-promote': ({ rollout }) => (rollout?.beforePromote.length ?? 0) > 0,
  'after-promote': ({ rollout }) =>
    (rollout?.gates ?? []).some((gate) => canFail(gate) && rollout?.afterPromote?.includes(gate.name)),
  'creatable-service': ({ service }) => service !== undefined && creationProblems(service).length === 0,
};

const gateDrills: readonly Drill[] = [
  {
    title: 'a gate of after-promote fails',
    gateFails: true,
    expected: ['rolled-back'],
    needs: ['after-promote', 'tasks'],
  },
];

const serviceDrills: readonly Drill[] = [
  { command: 'up', title: 'up: the service is created', expected: ['succeeded'], needs: ['creatable-service'] },
  {
    command: 'up',
    title: 'up: a container crashes',
    tag: 'crash',
    expected: ['rolled-back'],
    needs: ['creatable-service', 'tasks'],
  },
  {
    command: 'up',
    title: 'the job is cancelled while the service is created',
    cancelAt: 'create-service',
    expected: ['cancelled'],
    needs: ['creatable-service', 'tasks'],
  },
  { command: 'undeploy', title: 'undeploy: the service is deleted', expected: ['succeeded'] },
  {
    command: 'undeploy',
    title: 'undeploy: DeleteService is denied',
    faults: [{ service: 'ecs', operation: 'DeleteService', fault: 'deny' }],
    // Without tasks nothing was changed before.
    expected: ['rolled-back', 'failed'],
  },
];

/** Returns the definition with the image of the drill in the container behind the load balancer, or in the first essential one. */
export function definitionFor(drill: Drill, { service, taskDefinition }: DeployContext): RegisterTaskDefinitionRequest {
  const definition = taskDefinition ?? { family: '', containerDefinitions: [] };
  const { containerDefinitions = [] } = definition;
  const behind = service?.loadBalancers?.[0]?.containerName;
  const checked = drill.tag === 'unhealthy' ? containerDefinitions.find(decidesHealth) : undefined;
  const main =
    checked ??
    containerDefinitions.find(({ name }) => name === behind) ??
    containerDefinitions.find(({ essential }) => essential !== false) ??
    containerDefinitions[0];
  const { tag } = drill;
  if (tag === undefined) return definition;
  return {
    ...definition,
    containerDefinitions: containerDefinitions.map((one) => (one === main ? retag(one, tag) : one)),
  };
}

/** The simulated behavior of each image of the files: healthy, whatever its tag. */
export function playedAs(drill: Drill, context: DeployContext): Readonly<Record<string, string>> {
  const images = (definitionFor(drill, context).containerDefinitions ?? []).flatMap(({ image }) => image ?? []);
  const good = images.filter((image) => drill.tag === undefined || !image.endsWith(`:${drill.tag}`));
  return Object.fromEntries(good.map((image) => [image, 'good']));
}

/**
 * The first known word of its command decides the behavior of a `before-promote` task in the simulated account; other
 * words are ignored.
 */
export function tasksFor(
  { taskExits = 0 }: Drill,
  { beforePromote }: Pick<RolloutRequest, 'beforePromote'>,
): Pick<RolloutRequest, 'beforePromote'> {
  if (beforePromote === undefined) return {};
  const tasks = beforePromote.map((task, index) => ({
    ...task,
    command: [`exit-${index === 0 ? taskExits : 0}`, ...(task.command ?? [])],
  }));
  return { beforePromote: tasks };
}

function retag(container: ContainerDefinition, tag: string): ContainerDefinition {
  const image = (container.image ?? 'image').replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return { ...container, image: `${image}:${tag}` };
}
