import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { DeployContext } from '../deploy-context/deploy-context.ts';
import type { OutcomeName } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { RolloutRequest } from '../model/request.ts';
import { creationProblems } from '../request/creation-problems.ts';

/** A fault of the simulated account, for its `inject`. */
export interface DrillFault {
  readonly service?: string;
  readonly operation?: string;
  readonly from?: number;
  readonly times?: number;
  readonly fault: 'throttle' | 'deny';
}

/** A drill: one scenario of a rehearsal. */
export interface Drill {
  readonly title: string;
  /** The command; a rollout if absent. */
  readonly command?: 'up' | 'undeploy';
  readonly expected: readonly [OutcomeName, ...OutcomeName[]];
  /** The image tag, which decides the behavior of the image in the simulated account. */
  readonly tag?: string;
  /** Whether ECS's circuit breaker is on; as in service.json if absent. */
  readonly circuitBreaker?: boolean;
  readonly faults?: readonly DrillFault[];
  /** The exit code of the first task of `before-promote`; 0 if absent. */
  readonly taskExits?: number;
  /** Cancels the job some seconds after the first step of this kind has started. */
  readonly cancelAt?: Step['kind'];
  /** Whether the drill applies to the deploy context. */
  readonly fits?: (context: DeployContext) => boolean;
}

const hasTargets = ({ service }: DeployContext): boolean =>
  (service?.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn !== undefined);
const hasTasks = ({ service }: DeployContext): boolean => service?.desiredCount !== 0;
/** Only essential containers affect the health of a task. */
const decidesHealth = ({ essential, healthCheck }: ContainerDefinition): boolean =>
  essential !== false && healthCheck !== undefined;
const hasHealthCheck = ({ taskDefinition }: DeployContext): boolean =>
  (taskDefinition?.containerDefinitions ?? []).some(decidesHealth);

const hasTasksBefore = ({ rollout }: DeployContext): boolean => (rollout?.beforePromote.length ?? 0) > 0;

/** Returns the successful drill and one drill per failure. Without a canary, a bad version reaches the service. */
export function drillsFor({
  strategy,
  beforePromote = [],
}: Pick<RolloutRequest, 'strategy' | 'beforePromote'>): readonly [Drill, ...Drill[]] {
  const canary = strategy === 'canary-task';
  const bad: Drill['expected'] = [canary ? 'rejected' : 'rolled-back'];
  // A one-off task before the update is the first task that fails to start.
  const before = beforePromote.length > 0;
  // A service without tasks never starts the new version.
  const seen = canary ? () => true : hasTasks;
  const both = (one: (context: DeployContext) => boolean) => (context: DeployContext) => one(context) && seen(context);
  return [
    { title: 'the rollout succeeds', expected: ['succeeded'] },
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
    { title: 'a before-promote task fails', taskExits: 3, expected: ['rejected'], fits: hasTasksBefore },
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
    ...(canary ? [cancelledAt('start-canary', 'while the canary runs')] : []),
    { ...cancelledAt('run-task', 'while a before-promote task runs'), fits: hasTasksBefore },
    { ...cancelledAt('promote', 'while the service is updated'), fits: hasTasks },
    ...otherDrills,
  ];
}

/** Drills of `up` and `undeploy`. */
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
  { command: 'undeploy', title: 'undeploy: the service is deleted', expected: ['succeeded'] },
  {
    command: 'undeploy',
    title: 'undeploy: DeleteService is denied',
    faults: [{ service: 'ecs', operation: 'DeleteService', fault: 'deny' }],
    // Without tasks nothing was changed before.
    expected: ['rolled-back', 'failed'],
  },
];

/** Whether `up` supports the service. */
function isNew({ service }: DeployContext): boolean {
  return service !== undefined && creationProblems(service).length === 0;
}

/** A version that passes as a canary and fails in the service, with or without ECS's circuit breaker. */
const failsInService = (circuitBreaker: boolean): Drill => ({
  title: circuitBreaker ? endsByBreaker : 'the service fails after the canary passed',
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
