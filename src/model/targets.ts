import type { Duration } from './duration.ts';

/** A target as ELB knows it. */
export interface Target {
  readonly targetGroup: string;
  readonly id: string;
  readonly port: number;
}

/** How the canary meets one target group of the service. */
export interface Attachment {
  readonly targetGroup: string;
  readonly targetType: string;
  readonly ipv6: boolean;
  readonly container: string;
  readonly containerPort: number;
  readonly healthCheck: HealthCheck;
  readonly drain: Duration;
  /** Its load balancer shares out connections (NLB), not requests. */
  readonly connections?: true;
  /** No load balancer forwards to it. */
  readonly idle?: true;
}

/** How often and how many times a target group asks; tells when its next answer can come. */
export interface HealthCheck {
  readonly protocol: string;
  readonly path: string | undefined;
  readonly codes: string | undefined;
  readonly interval: Duration;
  readonly timeout: Duration;
  /** Passed checks after which a new target is healthy: 1 for an ALB, the threshold for an NLB. */
  readonly passes: number;
  /** Failed checks after which a target is unhealthy. */
  readonly fails: number;
}

/** The load balancers that the tasks of a service are behind. */
export interface Behind {
  /** Where new tasks must become healthy, as ARNs. */
  readonly targetGroups: readonly string[];
  /** The longest deregistration delay of those. */
  readonly drain: Duration;
}
