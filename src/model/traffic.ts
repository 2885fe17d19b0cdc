import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Duration } from './duration.ts';

/** Share of new requests (ALB) or new connections (NLB) that the canary gets, in permille: 0 to 1000. */
export type Weight = number;

/** A listener rule or a listener's default action that forwards to target groups of the service. */
export interface Route {
  /** ModifyRule changes a `rule`, ModifyListener a `default-action`. */
  readonly kind: 'rule' | 'default-action';
  /** The ARN of the rule, or of the listener. */
  readonly arn: string;
  /** For people, such as `HTTPS:443 /api/*`. */
  readonly name: string;
  /** Its actions as they were found; they are restored exactly. */
  readonly actions: readonly Action[];
}

/** A target group of the service, and the group in which the targets of the canary are registered. */
export interface CanaryGroup {
  /** The ARN of the service's target group. */
  readonly stable: string;
  /** The name of the canary's target group, made from service and run: it is found by its name when an answer was lost. */
  readonly name: string;
  /** The ARN of an existing target group that rollout.yml names; it is not created and not deleted. */
  readonly given?: string;
}

/** Where the requests of a service can be shared with a canary. */
export interface Traffic {
  readonly routes: readonly Route[];
  readonly groups: readonly CanaryGroup[];
  /** How long requests can follow the previous weights after a change. */
  readonly settle: Duration;
}

/** The scalable target of a service as it was found. */
export interface ScalingFound {
  readonly min: number;
  readonly max: number;
  readonly scaleInSuspended: boolean;
}

/** The groups, the routes and the weight of a canary as far as a run knows them. */
export interface TrafficLearned {
  /** ARNs of the canary's target groups, by the ARN of the stable group. */
  readonly groups?: Readonly<Record<string, string>>;
  /** The actions that this run wrote last, by the ARN of the route. */
  readonly written?: Readonly<Record<string, readonly Action[]>>;
  /** The weight that was read back last on every route, and when it was written, in milliseconds since the epoch. */
  readonly weight?: Weight;
  readonly writtenAt?: number;
  /** Healthy targets of the service before the first request moved, as `target group target:port`. */
  readonly stableTargets?: readonly string[];
  /** Requests per minute and running task of the service before the first request moved. */
  readonly loadPerTask?: number;
}
