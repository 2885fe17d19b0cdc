import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { DeployContext } from '../deploy-context/deploy-context.ts';
import type { OutcomeName } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { RolloutRequest } from '../model/request.ts';
import { creationProblems } from '../request/creation-problems.ts';

/** A fault of the pretend account, as its `inject` takes it. */
export interface DrillFault {
  readonly service?: string;
  readonly operation?: string;
  readonly from?: number;
  readonly times?: number;
  readonly fault: 'throttle' | 'deny';
}

/** One way in which a command can go. */
export interface Drill {
  readonly title: string;
  /** What is carried out; a rollout when absent. */
  readonly command?: 'up' | 'undeploy';
  readonly expected: readonly [OutcomeName, ...OutcomeName[]];
  /** The tag that decides in the pretend account what the image does. */
  readonly tag?: string;
  /** Whether ECS's own circuit breaker is on; as in service.json when absent. */
  readonly circuitBreaker?: boolean;
  readonly faults?: readonly DrillFault[];
  /** The exit code of the first task of `before-promote`; 0 when absent. */
  readonly taskExits?: number;
  /** The job is cancelled some seconds after the first step of this kind has begun. */
  readonly cancelAt?: Step['kind'];
  /** Whether the drill makes sense for this deploy context. */
  readonly fits?: (context: DeployContext) => boolean;
}

const hasTargets = ({ service }: DeployContext): boolean =>
  (service?.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn !== undefined);
const hasTasks = ({ service }: DeployContext): boolean => service?.desiredCount !== 0;
/** ECS judges a task by its essential containers only. */
const decidesHealth = ({ essential, healthCheck }: ContainerDefinition): boolean =>
  essential !== false && healthCheck !== undefined;
const hasHealthCheck = ({ taskDefinition }: DeployContext): boolean =>
  (taskDefinition?.containerDefinitions ?? []).some(decidesHealth);

const hasTasksBefore = ({ rollout }: DeployContext): boolean => (rollout?.beforePromote.length ?? 0) > 0;

/** The happy path, and one drill for each way to fail; a bad version gets into the service where there is no canary before. */
export function drillsFor({
  strategy,
  beforePromote = [],
}: Pick<RolloutRequest, 'strategy' | 'beforePromote'>): readonly [Drill, ...Drill[]] {
  const canary = strategy === 'canary-task';
  const bad: Drill['expected'] = [canary ? 'rejected' : 'rolled-back'];
  // A task that comes before the update is the first that cannot be started.
  const before = beforePromote.length > 0;
  // Without tasks nobody sees what a version is like.
  const seen = canary ? () => true : hasTasks;
  const both = (one: (context: DeployContext) => boolean) => (context: DeployContext) => one(context) && seen(context);
  return [
    { title: 'all is good', expected: ['succeeded'] },
    { title: 'the image cannot be pulled', tag: 'no-pull', expected: before ? ['rejected'] : bad, fits: seen },
    { title: 'a container crashes', tag: 'crash', expected: bad, fits: seen },
    { title: 'a container never becomes healthy', tag: 'unhealthy', expected: bad, fits: both(hasHealthCheck) },
    { title: 'the target answers 500', tag: 'http-500', expected: bad, fits: both(hasTargets) },
    { title: 'the target does not answer in time', tag: 'timeout', expected: bad, fits: both(hasTargets) },
    { title: 'the program listens on another port', tag: 'wrong-port', expected: bad, fits: both(hasTargets) },
    {
      title: `there is no capacity for the ${canary ? 'canary' : 'new tasks'}`,
      tag: 'no-capacity',
      expected: canary || before ? ['failed', 'rejected'] : ['rolled-back'],
      fits: seen,
    },
    { title: 'a task of before-promote fails', taskExits: 3, expected: ['rejected'], fits: hasTasksBefore },
    ...(canary ? [failsInService(false), failsInService(true)] : [crashesIn(true)]),
    {
      title: 'UpdateService is denied',
      faults: [{ service: 'ecs', operation: 'UpdateService', fault: 'deny' }],
      expected: ['failed'],
    },
    {
      title: 'AWS throttles for a while',
      faults: [{ from: 8, times: 12, fault: 'throttle' }],
      expected: ['succeeded'],
    },
    ...(canary ? [cancelledAt('start-canary', 'while the canary is tried')] : []),
    { ...cancelledAt('run-task', 'while a task of before-promote runs'), fits: hasTasksBefore },
    { ...cancelledAt('promote', 'while the service is updated'), fits: hasTasks },
    ...otherDrills,
  ];
}

/** How the service comes, and how it goes. */
const otherDrills: readonly Drill[] = [
  { command: 'up', title: 'up: the service is created', expected: ['succeeded'], fits: isNew },
  {
    command: 'up',
    title: 'up: a container crashes',
    tag: 'crash',
    expected: ['rolled-back'],
    fits: (context) => isNew(context) && hasTasks(context),
  },
  {
    ...cancelledAt('create-service', 'while the service is created'),
    command: 'up',
    fits: (context) => isNew(context) && hasTasks(context),
  },
  { command: 'undeploy', title: 'undeploy: the service is taken away', expected: ['succeeded'] },
  {
    command: 'undeploy',
    title: 'undeploy: DeleteService is denied',
    faults: [{ service: 'ecs', operation: 'DeleteService', fault: 'deny' }],
    // Without tasks nothing has been changed by then.
    expected: ['rolled-back', 'failed'],
  },
];

/** Whether `up` takes it. */
function isNew({ service }: DeployContext): boolean {
  return service !== undefined && creationProblems(service).length === 0;
}

/** Good as a canary, and not as the service: with ECS's own circuit breaker, or without. */
const failsInService = (circuitBreaker: boolean): Drill => ({
  title: circuitBreaker ? endsByBreaker : 'the service fails after the canary was good',
  tag: 'fails-in-service',
  circuitBreaker,
  expected: ['rolled-back'],
  fits: hasTasks,
});

const crashesIn = (circuitBreaker: boolean): Drill => ({
  title: endsByBreaker,
  tag: 'crash',
  circuitBreaker,
  expected: ['rolled-back'],
  fits: hasTasks,
});

const endsByBreaker = "ECS's circuit breaker ends the deployment";

function cancelledAt(cancelAt: Step['kind'], when: string): Drill {
  return { title: `the job is cancelled ${when}`, cancelAt, expected: ['cancelled'] };
}

/** The definition with the image that behaves as the drill wants: that of the container behind the load balancer, or the first essential one. */
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

/** What the pretend account plays each image of the files as: a good program, whatever its tag is. */
export function playedAs(drill: Drill, context: DeployContext): Readonly<Record<string, string>> {
  const images = (definitionFor(drill, context).containerDefinitions ?? []).flatMap(({ image }) => image ?? []);
  const good = images.filter((image) => drill.tag === undefined || !image.endsWith(`:${drill.tag}`));
  return Object.fromEntries(good.map((image) => [image, 'good']));
}

/**
 * What the tasks of `before-promote` do in the pretend account is decided by the first word of their command that it knows;
 * nobody knows there what the others mean.
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
