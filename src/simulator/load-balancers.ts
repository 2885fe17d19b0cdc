import type { Cloud } from './cloud.ts';
import type { Subnet } from './network.ts';
import type { TargetGroup } from './target-groups.ts';

/** A load balancer, its listeners and their rules. */
export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network' | 'gateway';
  readonly scheme: string;
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
  readonly createdAt: Date;
  readonly listeners: Listener[];
}

/** Where traffic goes: target groups and their weights. */
export type Forward = readonly { readonly targetGroupArn: string; readonly weight: number }[];

/** A port of a load balancer. */
export interface Listener {
  readonly arn: string;
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
  readonly protocol: string;
  readonly rules: Rule[];
}

/** A rule of a listener; the default one is the last. */
export interface Rule {
  readonly arn: string;
  readonly priority: number | 'default';
  readonly conditions: readonly { readonly field: string; readonly values: readonly string[] }[];
  forward: Forward;
}

/** The load balancers that send traffic to the target group. */
export function loadBalancersOf(cloud: Cloud, group: TargetGroup): readonly LoadBalancer[] {
  return [...cloud.loadBalancers.values()].filter((loadBalancer) =>
    loadBalancer.listeners.some((listener) => listener.rules.some((rule) => forwardsTo(rule, group.arn))),
  );
}

const forwardsTo = (rule: Rule, arn: string): boolean =>
  rule.forward.some((destination) => destination.targetGroupArn === arn);
