import { minute, showDuration } from '../../../model/duration.ts';
import { shiftsOf } from '../../../model/native.ts';
import type { Problem } from '../../../model/problem.ts';
import type { ResolvedRollout } from '../../../model/request.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import { namedGates, namesInBakes, neededInBake } from '../measured-gates.ts';
import { settingsOf } from '../settings.ts';

/** What belongs to a service revision, so that ECS restores it when it rolls back. */
const ofRevision: readonly string[] = [
  ...['networkConfiguration', 'platformVersion', 'capacityProviderStrategy'],
  ...['serviceConnectConfiguration', 'volumeConfigurations', 'forceNewDeployment'],
];

/** What would make a deployment fail in which ECS moves the traffic, or do harm, although ECS accepts it. */
export function nativeProblems(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  return [
    ...settingProblems(request, snapshot),
    ...roleProblems(snapshot),
    ...ruleProblems(snapshot),
    ...alarmProblems(request, snapshot),
    ...gateProblems(request, snapshot),
  ];
}

/** A gate that no bake is long enough for would never be evaluated. */
function gateProblems(request: ResolvedRollout, { service }: Snapshot): readonly Problem[] {
  const { steps, bake } = shiftsOf(service.deploymentConfiguration);
  const longest = Math.max(bake, ...steps.map((step) => step.bake));
  return namedGates(request, namesInBakes(request)).flatMap((gate) => {
    const needs = neededInBake(gate);
    if (longest >= needs && longest > 0) return [];
    const has = longest === 0 ? 'has no bake time' : `bakes for at most ${showDuration(longest)}`;
    const what = `cannot be evaluated: the deployment configuration of the service ${has}, and the gate needs ${showDuration(Math.max(needs, minute))}`;
    return [
      {
        where: `gates.${gate.name}`,
        what,
        next: 'give the service a longer bake time, or list the gate in `after-promote`',
      },
    ];
  });
}

function settingProblems(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  const others = Object.keys(settingsOf(request, snapshot)).filter((name) => !ofRevision.includes(name));
  if (others.length === 0) return [];
  const what = `would change ${others.join(', ')} together with the revision, and ECS does not restore that when it rolls back`;
  const allowed = ofRevision.filter((name) => name !== 'forceNewDeployment').join(', ');
  return [
    {
      where: 'update-service',
      what,
      next: `change it in the service before, or remove it; with strategy native only these can be changed: ${allowed}`,
    },
  ];
}

function roleProblems({ service: { loadBalancers = [] } }: Snapshot): readonly Problem[] {
  const without = loadBalancers.filter(({ advancedConfiguration }) => advancedConfiguration?.roleArn === undefined);
  return without.map(({ targetGroupArn = 'a load balancer' }) => ({
    where: 'service',
    what: `has no infrastructure role for ${targetGroupArn} (advancedConfiguration.roleArn): ECS cannot move its traffic`,
    next: 'set advancedConfiguration of the load balancer with alternateTargetGroupArn, productionListenerRule and roleArn',
  }));
}

/** ECS checks neither before it begins to shift. */
function ruleProblems({ service: { loadBalancers = [] }, native }: Snapshot): readonly Problem[] {
  // While a deployment is under way, the weights are on their way.
  if (native === undefined || native.underWay !== undefined) return [];
  return loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration = {} }) => {
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule } = advancedConfiguration;
    if (productionListenerRule === undefined || targetGroupArn === undefined) return [];
    const pair = [targetGroupArn, alternateTargetGroupArn].flatMap((group) => group ?? []);
    const forwards = (rule: string | undefined) => native.rules.find((one) => one.rule === rule)?.forwards;
    const production = forwards(productionListenerRule);
    if (production === undefined) {
      return [{ where: 'service', what: `ELB does not show its production listener rule ${productionListenerRule}` }];
    }
    const named = [...production, ...(forwards(testListenerRule) ?? [])].map(({ targetGroup }) => targetGroup);
    const missing = pair.filter((group) => !named.includes(group));
    if (missing.length > 0) return [missingProblem(productionListenerRule, missing)];
    return weightProblems(
      productionListenerRule,
      production,
      pair.filter((group) => native.live.includes(group)),
    );
  });
}

const missingProblem = (rule: string, groups: readonly string[]): Problem => ({
  where: 'service',
  what: `its production listener rule ${rule} does not forward to ${groups.join(' and ')}, so ECS would roll the deployment back`,
  next: 'add the target group to the rule with weight 0, or to the test listener rule',
});

/** `live`: the target groups of the pair that the running service revision has. */
function weightProblems(
  rule: string,
  forwards: readonly { readonly targetGroup: string; readonly weight: number }[],
  live: readonly string[],
): readonly Problem[] {
  const [group] = live;
  if (group === undefined || live.length > 1) return [];
  const total = forwards.reduce((sum, { weight }) => sum + weight, 0);
  const own = forwards.find(({ targetGroup }) => targetGroup === group)?.weight ?? 0;
  if (own > 0 && own === total) return [];
  const weights = forwards.map(({ targetGroup, weight }) => `${targetGroup} ${weight}`).join(', ');
  return [
    {
      where: 'service',
      what: `the weights of its production listener rule ${rule} do not fit the running revision, whose target group is ${group}: ${weights}. ECS does not check this, and could move traffic to a target group without tasks`,
      next: 'give the target group of the running revision all of the weight',
    },
  ];
}

/** "An alarm that is in ALARM when a deployment begins is ignored for that deployment." A rollback may be the way out of it. */
function alarmProblems({ command }: ResolvedRollout, { native }: Snapshot): readonly Problem[] {
  if (command === 'rollback') return [];
  return (native?.inAlarm ?? []).map((name) => ({
    where: 'service',
    what: `alarm ${name} of its deployment configuration is in ALARM already: ECS ignores it for this deployment`,
    next: 'wait until it is OK, or remove it from the deployment configuration',
  }));
}
