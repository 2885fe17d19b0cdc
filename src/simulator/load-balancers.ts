import type { Cloud } from './cloud.ts';
import type { LoadBalancer, Rule, TargetGroup } from './records.ts';

/** The load balancers that send traffic to the target group. */
export function loadBalancersOf(cloud: Cloud, group: TargetGroup): readonly LoadBalancer[] {
  return [...cloud.loadBalancers.values()].filter((loadBalancer) =>
    loadBalancer.listeners.some((listener) => listener.rules.some((rule) => forwardsTo(rule, group.arn))),
  );
}

const forwardsTo = (rule: Rule, arn: string): boolean =>
  rule.does.forward.some((destination) => destination.targetGroupArn === arn);
