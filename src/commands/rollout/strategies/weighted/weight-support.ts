import { showDuration } from '../../../../model/duration.ts';
import { defined } from '../../../../model/json.ts';
import type { ResolvedRollout } from '../../../../model/request.ts';
import type { Snapshot } from '../../../../model/snapshot.ts';
import type { FoundRoute } from '../../../../model/traffic.ts';
import { serviceAfter } from '../../settings.ts';
import { supportsRolling } from '../rolling.ts';
import type { Support } from '../strategy.ts';
import {
  askedOf,
  mostTasks,
  ownGroups,
  routesBefore,
  routesOf,
  servedBy,
  shortGroup,
  stableGroups,
} from './traffic-plan.ts';

/** An action of a listener rule has at most five target groups. ELB does not raise this quota. */
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
    const because = 'the service has no target group, so there are no requests to share with a canary';
    return never(because, 'attach it to an Application or Network Load Balancer');
  }
  return undefined;
}

/** Clients that do not use the load balancer would never reach the canary. */
function clientReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { serviceConnectConfiguration, vpcLatticeConfigurations, serviceRegistries } = serviceAfter(request, snapshot);
  const serves = serviceConnectConfiguration?.enabled === true && serviceConnectConfiguration.services?.length;
  const ways = [
    ...(serves ? ['Service Connect'] : []),
    ...((vpcLatticeConfigurations ?? []).length > 0 ? ['VPC Lattice'] : []),
    ...((serviceRegistries ?? []).length > 0 ? ['Cloud Map (service discovery)'] : []),
  ];
  if (ways.length === 0) return undefined;
  const because = `clients also reach the service through ${ways.join(' and ')}, which does not follow the weights of a load balancer`;
  return never(because);
}

/** Where its requests come from. */
function routeReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { traffic } = snapshot;
  // Another strategy was asked for, and only weighted rollouts read the listener rules.
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
    const because = `a listener rule keeps each client at one target group for ${showDuration(stickiness)} (target group stickiness), so a bad canary would keep its clients after its weight is 0`;
    const cure = 'turn off the stickiness of the rule and, if ELB requires it, that of the target group';
    return { because, cure };
  }
  const more = servedBy(actions).filter((arn) => stable.includes(arn)).length;
  if (size + more > mostGroups) {
    const because = `a listener rule has ${size} target groups, and with the canary's it would have ${size + more}; ELB allows ${mostGroups}`;
    return { because, cure: 'remove target groups that the rule does not need' };
  }
  return undefined;
}

/** Reasons that can change without a change of the service's settings. */
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

/** A split that another process made. Its purpose is not known. */
function splitReason(request: ResolvedRollout, snapshot: Snapshot): No | undefined {
  const { onSplit } = askedOf(request);
  if (onSplit === 'resume') return undefined;
  const own = ownGroups(snapshot);
  const route = routesBefore(request, snapshot).find(
    ({ others, actions }) =>
      others.length > 0 && (onSplit === 'fail' || !servedBy(actions).some((arn) => own.includes(arn))),
  );
  if (route === undefined) return undefined;
  const lack = 'changes no listener rule';
  if (onSplit === 'roll-back') {
    const who = route.others.map(({ targetGroup }) => shortGroup(targetGroup)).join(', ');
    const because = `the service gets no requests of ${route.name}, all go to ${who}: on-split: roll-back would move all of them to it in one step`;
    return {
      is: 'not-now',
      because: `${because}. Return them to the service first, or name other rules in traffic.rules`,
      lack,
    };
  }
  const shares = route.others.map(({ targetGroup, weight }) => `${shortGroup(targetGroup)} (weight ${weight})`);
  const because = `the traffic of ${route.name} is split already: ${shares.join(', ')} receives some of it, and is not a target group of the service`;
  return {
    is: 'not-now',
    because: `${because}. Set \`on-split: resume\` to keep that share and to share the rest with the canary, or \`on-split: roll-back\` to return it to the service first`,
    lack,
  };
}
