import { second } from '../../../src/model/duration.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Start } from '../interrupt.ts';
import { type Shop, type Stage, settingsAsked, shop, stage } from '../stage.ts';
import { nativeShop } from './native-shop.ts';

export interface Scenario {
  readonly shop: () => Shop;
  readonly request?: Partial<RolloutRequest>;
  /** Its canary dies by itself, and ECS remembers a task for an hour: whoever comes later cannot know whose target it was. */
  readonly dies?: true;
}

export const breaker = (enable: boolean, rollback = enable) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback } },
});
const otherSettings = {
  strategy: 'rolling',
  ...settingsAsked({ desiredCount: 3, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 } }),
} as const;
const quickCanary = {
  strategy: 'CANARY' as const,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
};
const force = { forceNewDeployment: true } as const;

/** Launch types, load balancers, strategies of capacity, and steps that fail. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'a good image behind one target group': { shop: () => shop('fargate', 1) },
  'a good image behind two target groups on EC2': { shop: () => shop('ec2-bridge', 2) },
  'a good image on EC2 with awsvpc': { shop: () => shop('ec2-awsvpc', 1, { healthCheck: true }) },
  'a good image on the ports of the host': { shop: () => shop('ec2-host', 1) },
  'a good image on Fargate Spot without a load balancer': { shop: () => shop('fargate-spot', 0) },
  'a bake, and health checks of containers': {
    shop: () => shop('fargate', 1, { healthCheck: true }),
    request: { bake: 30 * second },
  },
  'a forced deployment of other settings': { shop: () => shop('fargate', 1), request: force },
  'a rolling update': { shop: () => shop('fargate', 1), request: { strategy: 'rolling' } },
  'a rolling update to an image that crashes': {
    shop: () => shop('fargate', 1, { tag: 'crash', service: breaker(true) }),
    request: { strategy: 'rolling' },
  },
  'a rolling update with other settings': { shop: () => shop('fargate', 1), request: otherSettings },
  'a rolling update with other settings to an image that crashes': {
    shop: () => shop('fargate', 1, { tag: 'crash', service: breaker(true) }),
    request: otherSettings,
  },
  'a canary deployment by ECS': { shop: () => nativeShop(quickCanary), request: { strategy: 'native' } },
  'a blue/green deployment by ECS to an image that crashes': {
    shop: () => nativeShop({ strategy: 'BLUE_GREEN' }, 'crash'),
    request: { strategy: 'native' },
  },
  'another image, and old revisions that go': {
    shop: () => shop('fargate', 1),
    request: {
      revision: {
        kind: 'edited',
        base: 'service',
        edits: { images: [{ image: 'registry.example/web:v2' }], environment: [] },
      },
      maxRevisions: 1,
    },
  },
  'an image that crashes': { shop: () => shop('fargate', 1, { tag: 'crash' }), dies: true },
  'an image that cannot be pulled': { shop: () => shop('fargate', 0, { tag: 'no-pull' }) },
  'an image that answers 500': { shop: () => shop('fargate', 1, { tag: 'http-500' }) },
  'an image that fails in the service': {
    shop: () => shop('fargate', 1, { tag: 'fails-in-service', service: breaker(false) }),
  },
  'an image that a circuit breaker rolls back': {
    shop: () => shop('fargate', 1, { tag: 'fails-in-service', service: breaker(true) }),
  },
  'an image that a circuit breaker only stops': {
    shop: () => shop('fargate', 0, { tag: 'fails-in-service', service: breaker(true, false) }),
  },
};
export const all = Object.entries(scenarios);

export const open = ({ shop }: Scenario): Stage => stage(shop(), undefined, 'direct');

/** A rollout of a scenario whose process may be killed. */
export const started =
  ({ request }: Scenario): Start =>
  (here, cancel) =>
    here.rollout({ ...request, run: { id: 'killed', attempt: 1, token: 'killed' } }, cancel);
