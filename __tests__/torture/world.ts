import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { type Duration, minute, second } from '../../src/model/duration.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { Random } from '../../src/simulator/random.ts';
import { type HandlerContext, settingsAsked } from '../commands/stage.ts';

/** What can happen to a rollout, as data: the same seed gives the same world. */
export interface World {
  readonly seed: number;
  readonly ground: HandlerContext;
  readonly targetGroups: number;
  /** What the image of the new revision does. */
  readonly tag: string;
  readonly healthCheck: boolean;
  readonly service: Partial<CreateServiceRequest>;
  readonly deregistrationDelaySeconds: number;
  readonly faults: readonly FaultRule[];
  readonly others: readonly Deed[];
  readonly request: Partial<RolloutRequest>;
  readonly ending: Ending;
  /** What a process that is killed has saved is continued by another one. */
  readonly continues: boolean;
}

/** An action of another user, at a time after the start. */
export interface Deed {
  readonly at: Duration;
  readonly what: (typeof actions)[number];
}

const actions = [
  'deploy',
  'force',
  'scale-in',
  'scale-out',
  'stop-task',
  'stop-canary',
  'deregister-canary',
  'delete-service',
  'take-away-target-groups',
  'deregister-stable-revision',
  'register-revision',
  'ring',
  'rollout',
] as const;

/** How the process ends, and who comes after it. */
export type Ending =
  | { readonly kind: 'by-itself' }
  /** `call`: at which of its calls the process is killed. */
  | { readonly kind: 'post'; readonly call: number }
  | { readonly kind: 'killed-post'; readonly call: number; readonly postCall: number }
  | { readonly kind: 'next-attempt'; readonly call: number; readonly after: Duration }
  | { readonly kind: 'next-run'; readonly call: number }
  | { readonly kind: 'sweep'; readonly call: number };

const grounds: readonly HandlerContext[] = [
  'fargate',
  'fargate',
  'fargate-spot',
  'ec2-awsvpc',
  'ec2-bridge',
  'ec2-host',
];
const good = ['good', 'good', 'good', 'good', 'good', 'slow', 'stuck-stopping'];
const bad = [
  'no-pull',
  'no-auth',
  'crash',
  'crash-late',
  'exit-0',
  'oom',
  'unhealthy',
  'http-500',
  'timeout',
  'refused',
  'sick-later',
  'no-capacity',
  'no-capacity-late',
  'never-running',
  'fails-in-service',
  'fails-in-service',
  'unhealthy-in-service',
  'unhealthy-in-service',
];
const faults: readonly FaultRule['fault'][] = [
  'throttle',
  'server-error',
  'lost-before',
  'lost-after',
  'deny',
  'expired',
  'stale',
  'stale',
  'partial',
];

/** Makes the world of a seed. */
export function worldOf(seed: number): World {
  const random = new Random(seed);
  const next = () => random.next();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const often = (chance: number): boolean => next() < chance;
  const times = (most: number): readonly number[] => Array.from({ length: random.between(1, most) }, (_, i) => i);
  const timeout = () => pick([minute, 3 * minute, 15 * minute, 15 * minute, 15 * minute]);
  const targetGroups = pick([0, 1, 1, 2, 3]);
  const world = {
    seed,
    ground: pick(grounds),
    targetGroups,
    tag: often(0.5) ? pick(good) : pick(bad),
    healthCheck: often(0.4),
    service: {
      desiredCount: random.between(0, 5),
      ...(often(0.2) && targetGroups > 0 ? { healthCheckGracePeriodSeconds: random.between(0, 120) } : {}),
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: often(0.5), rollback: often(0.5) },
        minimumHealthyPercent: pick([100, 100, 100, 50]),
        maximumPercent: pick([200, 200, 150]),
      },
    },
    deregistrationDelaySeconds: pick([0, 5, 60, 300]),
    faults: often(0.5)
      ? times(2).map(() => ({ from: random.between(1, 70), times: random.between(1, 6), fault: pick(faults) }))
      : [],
    others: often(0.25) ? times(2).map(() => ({ at: next() * 6 * minute, what: pick(actions) })) : [],
    request: {
      alarms: often(0.5) ? ['errors'] : [],
      bake: pick([0, 0, 30 * second, 5 * minute]),
      idle: pick([0, 15 * second, 15 * second]),
      rollbackOnFailure: often(0.9),
      forceNewDeployment: often(0.1),
      onConflict: pick(['fail', 'fail', 'wait', 'take-over']),
      timeouts: {
        taskRunning: timeout(),
        taskHealthCheck: timeout(),
        targetHealthy: timeout(),
        taskStopped: timeout(),
        serviceStable: timeout(),
      },
    },
    ending: often(0.4) ? endingOf(random) : { kind: 'by-itself' },
    continues: false,
  } satisfies World;
  // Drawn last, so that a seed from before there was a choice gives the same world otherwise.
  const asked = {
    ...(often(0.25) ? { strategy: 'rolling' } : {}),
    ...(often(0.2) ? { maxRevisions: pick([1, 2]) } : {}),
  };
  const changed = often(0.2)
    ? settingsAsked({
        ...(often(0.7) ? { desiredCount: random.between(1, 6) } : {}),
        deploymentConfiguration: { minimumHealthyPercent: pick([50, 100]), maximumPercent: pick([150, 200]) },
      })
    : {};
  const request = { ...world.request, ...asked, ...changed } as World['request'];
  return { ...world, request, continues: often(1 / 3) };
}

function endingOf(random: Random): Ending {
  const call = random.between(1, 70);
  const kinds = ['post', 'post', 'killed-post', 'next-attempt', 'next-run', 'sweep'] as const;
  const kind = kinds[random.between(0, kinds.length - 1)] ?? 'post';
  if (kind === 'killed-post') return { kind, call, postCall: random.between(1, 6) };
  if (kind === 'next-attempt') return { kind, call, after: random.between(20, 1200) * second };
  return { kind, call };
}
