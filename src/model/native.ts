import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import { type Duration, minute } from './duration.ts';

/** A share of the production traffic that ECS gives to the new revision, in percent, and how long ECS bakes at it. */
export interface Shift {
  readonly percent: number;
  readonly bake: Duration;
}

/** What ECS does with the traffic during a service deployment. */
export interface Shifts {
  readonly steps: readonly [Shift, ...Shift[]];
  /** The bake at 100 %, in which the old tasks still run. */
  readonly bake: Duration;
}

const strategies: readonly string[] = ['BLUE_GREEN', 'LINEAR', 'CANARY'];

/** The deployment strategy of a service if ECS itself moves its traffic. */
export function nativeStrategyOf({ deploymentConfiguration }: Pick<Service, 'deploymentConfiguration'>) {
  const strategy: string = deploymentConfiguration?.strategy ?? 'ROLLING';
  return strategies.includes(strategy) ? strategy : undefined;
}

/** The shifts of a strategy, with ECS's defaults. After the last shift there is only the bake of the whole deployment. */
export function shiftsOf(configuration: DeploymentConfiguration = {}): Shifts {
  const { strategy: moves } = configuration;
  const bake = (configuration.bakeTimeInMinutes ?? 0) * minute;
  const all = { percent: 100, bake: 0 };
  if (moves === 'CANARY') {
    const { canaryPercent: percent = 5, canaryBakeTimeInMinutes = 10 } = configuration.canaryConfiguration ?? {};
    if (percent >= 100) return { steps: [all], bake };
    return { steps: [{ percent, bake: canaryBakeTimeInMinutes * minute }, all], bake };
  }
  if (moves !== 'LINEAR') return { steps: [all], bake };
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = configuration.linearConfiguration ?? {};
  const [first = all, ...others] = Array.from({ length: Math.ceil(100 / stepPercent - 1e-9) }, (_, index) => {
    const percent = Math.round((index + 1) * stepPercent * 10) / 10;
    return percent >= 100 ? all : { percent, bake: stepBakeTimeInMinutes * minute };
  });
  return { steps: [first, ...others], bake };
}

/** The sum of all bakes. */
export const bakesIn = ({ steps, bake }: Shifts): Duration => steps.reduce((sum, one) => sum + one.bake, bake);

/** How far a service deployment has to have come: its new tasks are healthy, a share of the traffic in percent, or its end. */
export type Milestone = 'scaled-up' | number | 'bake-time' | 'ended';

/** A service deployment, as ListServiceDeployments names it; `at` in milliseconds since 1970. */
export interface KnownDeployment {
  readonly arn: string;
  readonly at: number;
}

/** A service deployment that has not ended when a run begins. */
export interface DeploymentUnderWay extends KnownDeployment {
  readonly status: string;
  readonly stage?: string;
  /** The share of the production traffic of its new revision. */
  readonly percent: number;
  /** The task definition that it brings. */
  readonly revision: string;
  /** The service revision that ECS returns to, and its task definition. */
  readonly previous?: { readonly id: string; readonly revision: string };
}

/** A listener rule through which ECS moves the traffic, and what it forwards to. */
export interface ProductionRule {
  readonly rule: string;
  /** Absent if ELB does not show the rule. */
  readonly forwards?: readonly { readonly targetGroup: string; readonly weight: number }[];
}

/** What is read of a service whose traffic ECS moves, before a deployment. */
export interface NativeSnapshot {
  /** The newest service deployment; ECS forgets them after 90 days. */
  readonly newest?: KnownDeployment;
  readonly underWay?: DeploymentUnderWay;
  /** The target groups of the service revision that serves, one for each load balancer. */
  readonly live: readonly string[];
  readonly rules: readonly ProductionRule[];
  /** Alarms of the service's own deployment configuration that are in ALARM. */
  readonly inAlarm: readonly string[];
}
