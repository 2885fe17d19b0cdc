import type { Duration } from './duration.ts';

/** An ELB target. */
export interface Target {
  readonly targetGroup: string;
  readonly id: string;
  readonly port: number;
}

/** How the canary is registered with a target group of the service. */
export interface Attachment {
  readonly targetGroup: string;
  readonly targetType: string;
  readonly ipv6: boolean;
  readonly container: string;
  readonly containerPort: number;
  readonly healthCheck: HealthCheck;
  readonly drain: Duration;
  /** Its load balancer distributes connections (NLB), not requests. */
  readonly connections?: true;
  /** No listener forwards to it. */
  readonly idle?: true;
}

/** The health check settings of a target group, which determine when its state can change. */
export interface HealthCheck {
  readonly protocol: string;
  readonly path: string | undefined;
  readonly codes: string | undefined;
  readonly interval: Duration;
  readonly timeout: Duration;
  /** Successful checks until a new target is healthy: 1 for an ALB, the threshold for an NLB. */
  readonly passes: number;
  /** Failed checks until a target is unhealthy. */
  readonly fails: number;
}

/** The load balancers of a service. */
export interface Behind {
  /** ARNs of the target groups in which new tasks must become healthy. */
  readonly targetGroups: readonly string[];
  /** Their longest deregistration delay. */
  readonly drain: Duration;
}
