import { showDuration } from '../../../../model/duration.ts';
import { defined } from '../../../../model/json.ts';
import type { ResolvedRollout } from '../../../../model/request.ts';
import type { Snapshot } from '../../../../model/snapshot.ts';
import type { FoundRoute } from '../../../../model/traffic.ts';
import { serviceAfter } from '../../settings.ts';
import { supportsRolling } from '../rolling.ts';
import type { Support } from '../strategy.ts';
import { askedOf, mostTasks, routesOf, servedBy, shortGroup, stableGroups } from './traffic-plan.ts';

/** An action of a listener rule has at most five target groups, and ELB does not raise that. */
const mostGroups = 5;

type No = Exclude<Support, { is: 'yes' }>;

/** Whether requests to the service can be shared with a canary. */
export function supportsWeights(request: ResolvedRollout, snapshot: Snapshot): Support {
  const rolling = supportsRolling(snapshot);
  if (rolling.is !== 'yes') return rolling;
  const checks = [serviceReason, clientReason, routeReason, ruleReason, momentReason, splitReason];
  for (const find of checks) {
    const found = find(request, snapshot);
    if (found !== undefined) return found;
  }
  return { is: 'yes' };
}

const never = (because: string, cure?: string): No => ({ is: 'never', because, ...defined({ cure }) });

/** What the service is. */
function serviceReason(_: ResolvedRollout, { service, attachments }: Snapshot): No | undefined {
  if (service.schedulingStrategy === 'DAEMON') {
    return never('a DAEMON service has one task on each container instance');
  }
  if (attachments.length === 0) {
    const because = 'the service has no target group, so there are no requests that could be shared with a canary';
    return never(because, 'attach it to an Application or Network Load Balancer');
  }
  return undefined;
}

/** Clients that do not come through a load balancer would never meet the canary. */
function clientReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { serviceConnectConfiguration, vpcLatticeConfigurations, serviceRegistries } = serviceAfter(request, snapshot);
  const serves = serviceConnectConfiguration?.enabled === true && serviceConnectConfiguration.services?.length;
  const ways = [
    ...(serves ? ['Service Connect'] : []),
    ...((vpcLatticeConfigurations ?? []).length > 0 ? ['VPC Lattice'] : []),
    ...((serviceRegistries ?? []).length > 0 ? ['Cloud Map (service discovery)'] : []),
  ];
  if (ways.length === 0) return undefined;
  const because = `clients reach the service through ${ways.join(' and ')} as well, which does not share requests by the weights of a load balancer`;
  return never(because);
}

/** Where its requests come from. */
function routeReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { traffic } = snapshot;
  // It is asked whether this strategy would fit instead of another one, and that was not looked up.
  if (traffic === undefined) {
    return { is: 'not-now', because: 'its listener rules were not read', lack: 'needs no listener rule' };
  }
  const [unknown] = traffic.unknownRules;
  if (unknown !== undefined) {
    const because = `traffic.rules of rollout.yml names ${unknown}, which does not forward to a target group of the service`;
    return never(
      because,
      'name the ARN of a listener rule, or of a listener for its default action, that forwards to it',
    );
  }
  const routes = routesOf(request, snapshot);
  if (routes.length === 0 || stableGroups(request, snapshot).length === 0) {
    const groups = [...new Set(snapshot.attachments.map(({ targetGroup }) => shortGroup(targetGroup)))];
    const because = `no listener rule forwards to the target group of the service (${groups.join(', ')})`;
    return never(because, 'forward a listener rule to it');
  }
  const { targetGroup } = askedOf(request);
  if (targetGroup !== undefined && stableGroups(request, snapshot).length > 1) {
    const because = 'canary.target-group of rollout.yml names one target group, but the service has several';
    return never(because, 'remove canary.target-group: a copy of each is then created and deleted afterwards');
  }
  return undefined;
}

/** What a rule is. */
function ruleReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const stable = stableGroups(request, snapshot);
  for (const route of routesOf(request, snapshot)) {
    const reason = oneRule(route, stable);
    if (reason !== undefined) return never(`${reason.because} (${route.name})`, reason.cure);
  }
  return undefined;
}

function oneRule(
  { type, managedBy, stickiness, size, actions }: FoundRoute,
  stable: readonly string[],
): { readonly because: string; readonly cure?: string } | undefined {
  if (type === 'gateway') {
    return { because: 'a Gateway Load Balancer has no weights' };
  }
  if (managedBy !== undefined) {
    const because = `${managedBy} moves the traffic of a listener rule of the service`;
    return { because, cure: `remove the service from ${managedBy}, or name other rules in traffic.rules` };
  }
  if (stickiness !== undefined) {
    const because = `a listener rule keeps clients at their target group for ${showDuration(stickiness)} (target group stickiness), so a bad canary would keep its clients after its weight is 0`;
    return { because, cure: 'turn off the stickiness of the rule' };
  }
  const more = servedBy(actions).filter((arn) => stable.includes(arn)).length;
  if (size + more > mostGroups) {
    const because = `a listener rule has ${size} target groups, and with the canary's it would have ${size + more}; ELB allows ${mostGroups}`;
    return { because, cure: 'remove target groups that the rule does not need' };
  }
  return undefined;
}

/** What is so at the moment only. */
function momentReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { desiredCount = 0, runningCount = 0 } = snapshot.service;
  const lack = 'needs no running task';
  if (desiredCount === 0) return { is: 'not-now', because: 'the desired count of the service is 0', lack };
  if (runningCount === 0) return { is: 'not-now', because: 'no task of the service runs', lack };
  const { free } = snapshot.portRoom ?? {};
  const tasks = mostTasks(request, snapshot);
  if (free !== undefined && free < tasks && snapshot.canaries.length === 0) {
    const ports = snapshot.portRoom?.ports.join(', ');
    const because = `its ${tasks} canary tasks need host port ${ports}, which is free on ${free} container instances`;
    return { is: 'not-now', because, lack: 'needs fewer free ports' };
  }
  return undefined;
}

/** A split that another process made: what its share means, only a person knows. */
function splitReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  if (askedOf(request).onSplit === 'resume') return undefined;
  const route = routesOf(request, snapshot).find(({ others }) => others.length > 0);
  if (route === undefined) return undefined;
  const shares = route.others.map(({ targetGroup, weight }) => `${shortGroup(targetGroup)} (weight ${weight})`);
  const because = `the traffic of ${route.name} is split already: ${shares.join(', ')} gets some of it, and is no target group of the service`;
  return {
    is: 'not-now',
    because: `${because}. Set \`on-split: resume\` to leave that share as it is and to share the rest with the canary, or return it to the service first`,
    lack: 'changes no listener rule',
  };
}
