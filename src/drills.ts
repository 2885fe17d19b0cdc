import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { OutcomeName } from './core/outcome.ts';
import type { Step } from './core/plan.ts';
import type { DeployContext } from './definition/deploy-context.ts';

/** A fault of the pretend account, as its `inject` takes it. */
export interface DrillFault {
  readonly service?: string;
  readonly operation?: string;
  readonly from?: number;
  readonly times?: number;
  readonly fault: 'throttle' | 'deny';
}

/** One way in which a rollout can go. */
export interface Drill {
  readonly title: string;
  readonly expected: readonly [OutcomeName, ...OutcomeName[]];
  /** The tag that decides in the pretend account what the image does. */
  readonly tag?: string;
  /** Whether ECS's own circuit breaker is on; as in service.json when absent. */
  readonly circuitBreaker?: boolean;
  readonly faults?: readonly DrillFault[];
  /** The job is cancelled some seconds after the first step of this kind has begun. */
  readonly cancelAt?: Step['kind'];
  /** Whether the drill makes sense for this deploy context. */
  readonly fits?: (context: DeployContext) => boolean;
}

const hasTargets = ({ service }: DeployContext): boolean =>
  (service?.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn !== undefined);
const hasTasks = ({ service }: DeployContext): boolean => service?.desiredCount !== 0;
const hasHealthCheck = ({ taskDefinition }: DeployContext): boolean =>
  (taskDefinition?.containerDefinitions ?? []).some(({ healthCheck }) => healthCheck !== undefined);

/** The happy path, and one drill for each way to fail. */
export const drills: readonly [Drill, ...Drill[]] = [
  { title: 'all is good', expected: ['succeeded'] },
  { title: 'the image cannot be pulled', tag: 'no-pull', expected: ['rejected'] },
  { title: 'a container crashes', tag: 'crash', expected: ['rejected'] },
  { title: 'a container never becomes healthy', tag: 'unhealthy', expected: ['rejected'], fits: hasHealthCheck },
  { title: 'the target answers 500', tag: 'http-500', expected: ['rejected'], fits: hasTargets },
  { title: 'the target does not answer in time', tag: 'timeout', expected: ['rejected'], fits: hasTargets },
  { title: 'the program listens on another port', tag: 'wrong-port', expected: ['rejected'], fits: hasTargets },
  { title: 'there is no capacity for the canary', tag: 'no-capacity', expected: ['failed', 'rejected'] },
  {
    title: 'the service fails after the canary was good',
    tag: 'fails-in-service',
    circuitBreaker: false,
    expected: ['rolled-back'],
    fits: hasTasks,
  },
  {
    title: "ECS's circuit breaker ends the deployment",
    tag: 'fails-in-service',
    circuitBreaker: true,
    expected: ['rolled-back'],
    fits: hasTasks,
  },
  {
    title: 'UpdateService is denied',
    faults: [{ service: 'ecs', operation: 'UpdateService', fault: 'deny' }],
    expected: ['failed'],
  },
  { title: 'AWS throttles for a while', faults: [{ from: 8, times: 12, fault: 'throttle' }], expected: ['succeeded'] },
  { title: 'the job is cancelled while the canary is tried', cancelAt: 'start-canary', expected: ['cancelled'] },
  {
    title: 'the job is cancelled while the service is updated',
    cancelAt: 'promote',
    expected: ['cancelled'],
    fits: hasTasks,
  },
];

/** The definition with the image that behaves as the drill wants: that of the container behind the load balancer, or the first essential one. */
export function definitionFor(drill: Drill, { service, taskDefinition }: DeployContext): RegisterTaskDefinitionRequest {
  const definition = taskDefinition ?? { family: '', containerDefinitions: [] };
  const { containerDefinitions = [] } = definition;
  const behind = service?.loadBalancers?.[0]?.containerName;
  const checked = drill.tag === 'unhealthy' ? containerDefinitions.find(({ healthCheck }) => healthCheck) : undefined;
  const main =
    checked ??
    containerDefinitions.find(({ name }) => name === behind) ??
    containerDefinitions.find(({ essential }) => essential !== false) ??
    containerDefinitions[0];
  const tag = drill.tag ?? 'good';
  return {
    ...definition,
    containerDefinitions: containerDefinitions.map((one) => (one === main ? retag(one, tag) : one)),
  };
}

function retag(container: ContainerDefinition, tag: string): ContainerDefinition {
  const image = (container.image ?? 'image').replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return { ...container, image: `${image}:${tag}` };
}
