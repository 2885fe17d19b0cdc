import { createHash } from 'node:crypto';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Duration } from './duration.ts';
import type { Place } from './place.ts';

/** Share of new requests (ALB) or new connections (NLB) that the canary gets, in permille: 0 to 1000. */
export type Weight = number;

/** A listener rule or a listener's default action that forwards to target groups of the service. */
export interface Route {
  /** ModifyRule changes a `rule`, ModifyListener a `default-action`. */
  readonly kind: 'rule' | 'default-action';
  /** The ARN of the rule, or of the listener. */
  readonly arn: string;
  /** Its name in messages, such as `HTTPS:443 /api/*`. */
  readonly name: string;
  /** Its actions before the rollout, which are restored exactly. */
  readonly actions: readonly Action[];
}

/** A target group of the service, and the group in which the targets of the canary are registered. */
export interface CanaryGroup {
  /** The ARN of the service's target group. */
  readonly stable: string;
  /** The name of the canary's target group, derived from service and run, so that it can be found when a response was lost. */
  readonly name: string;
  /** The ARN of an existing target group that rollout.yml names. It is neither created nor deleted. */
  readonly given?: string;
  /** The ARN of the group that the run created. Absent in a plan. */
  readonly arn?: string;
}

/** Where the requests of a service can be shared with a canary. */
export interface Traffic {
  readonly routes: readonly Route[];
  readonly groups: readonly CanaryGroup[];
  /** How long the load balancer may use the previous weights after a change. */
  readonly settle: Duration;
}

/** The scalable target of a service before the rollout. */
export interface ScalingFound {
  readonly min: number;
  readonly max: number;
  readonly scaleInSuspended: boolean;
}

/** The run that a canary's target group belongs to; it is in the tags of the group. */
export interface TrafficOwner {
  /** The same for all attempts of a job. */
  readonly run: string;
  readonly attempt: number;
  readonly url?: string;
}

/** What a run knows of the groups and the weight of a canary. */
export interface TrafficLearned {
  /** ARNs of the canary's target groups, by the ARN of the stable group. */
  readonly groups?: Readonly<Record<string, string>>;
  /** The weight that was read back last on every route, and when it was written, in milliseconds since the epoch. */
  readonly weight?: Weight;
  readonly writtenAt?: number;
  /** Healthy targets of the service before the first request moved, as `target group target:port`. */
  readonly stableTargets?: readonly string[];
  /** Requests per running task of the service in the busiest minute before the first request moved. */
  readonly loadPerTask?: number;
}

/** What the plan of a weighted rollout is based on. */
export interface TrafficFound {
  readonly routes: readonly FoundRoute[];
  readonly groups: readonly FoundGroup[];
  /** Names of `traffic.rules` that are no route of the service. */
  readonly unknownRules: readonly string[];
  /** Absent when Application Auto Scaling does not manage the service; `unknown` when it cannot be asked. */
  readonly scaling?: (ScalingFound & { readonly policies: number }) | 'unknown';
  /** Canary target groups of other runs of this action, dead or alive. */
  readonly splits: readonly Split[];
}

/** A route with everything that can prevent sharing it with a canary. */
export interface FoundRoute extends Route {
  readonly loadBalancer: string;
  readonly type: 'application' | 'network' | 'gateway';
  /** Number of target groups in its forward action. */
  readonly size: number;
  /** How long clients stay with their first target group. */
  readonly stickiness?: Duration;
  /** Groups that receive requests and belong neither to the service nor to a canary of this action. */
  readonly others: readonly { readonly targetGroup: string; readonly weight: number }[];
  /** CodeDeploy or ECS moves the traffic of this route. */
  readonly managedBy?: 'CodeDeploy' | 'ECS';
}

/** A target group of the service. */
export interface FoundGroup {
  readonly arn: string;
  readonly protocol: string;
  readonly healthy: number;
  /** Requests (ALB) or new connections (NLB) of the last hour; absent when CloudWatch cannot be asked. */
  readonly lastHour?: number;
}

/** A canary's target group of an earlier run, or of one that is under way. */
export interface Split extends TrafficOwner {
  readonly place: Place;
  /** When another run may undo it, in milliseconds since the epoch. */
  readonly expires: number;
  /** The highest weight that it has in a route now. */
  readonly weight: Weight;
  /** The routes, with their actions before that run. */
  readonly traffic: Traffic;
  /** Targets that are registered with its groups. */
  readonly targets: readonly { readonly targetGroup: string; readonly id: string; readonly port: number }[];
  readonly drain: Duration;
  /** The scalable target before that run, if that run suspended scale-in. */
  readonly scaling?: ScalingFound;
  /** Names of its schedules. */
  readonly guards: readonly string[];
}

const hash = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);

/** How the names of all canary target groups of a service begin. */
export function groupPrefix({ region, cluster, service }: Place): string {
  const slug = service
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 8)
    .replace(/^-|-$/g, '');
  return `canary-${slug}-${hash(`${region}/${cluster}/${service}`, 6)}-`;
}

/** The name of the canary's copy of a target group: at most 32 letters, digits and hyphens. */
export const groupName = (place: Place, { run, attempt }: TrafficOwner, stable: string): string =>
  `${groupPrefix(place)}${hash(`${run} ${attempt} ${stable}`, 8)}`;

/** The name of the schedule that restores a route: at most 64 letters, digits, `-`, `_` and `.`. */
export const guardName = (place: Place, run: string, route: Pick<Route, 'arn'>): string =>
  `${groupPrefix(place)}${hash(`${run} ${route.arn}`, 12)}`;

/** The concern of all undos of a run's traffic, which are carried out in the order of their phases. */
export const concernOf = (run: string): string => `canary traffic of ${run}`;
