import type { Service, LoadBalancer as ServiceLoadBalancer } from '@aws-sdk/client-ecs';
import type {
  Action,
  Listener,
  LoadBalancer,
  Rule,
  RuleCondition,
  Tag,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../model/clock.ts';
import { minute, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import { readSplitTags } from '../../model/split-tags.ts';
import type { Attachment } from '../../model/targets.ts';
import {
  type CanaryGroup,
  type FoundGroup,
  type FoundRoute,
  groupPrefix,
  guardName,
  type Split,
  type TrafficFound,
  type Weight,
} from '../../model/traffic.ts';
import { forwardsTo, partsOf, weightIn } from '../../model/weights.ts';
import type { Aws } from '../client/account.ts';
import { inChunks, readAll } from '../client/pages.ts';
import { readScalableTarget } from '../handlers/scale-in.ts';
import { countRequests } from '../handlers/stable-load.ts';
import { registeredTargets } from '../handlers/target.ts';
import { describeTargetGroups, readDrains, shortTargetGroup } from './target-groups.ts';

interface Question {
  readonly place: Place;
  readonly service: Service;
  readonly attachments: readonly Attachment[];
  /** ARNs of rules and listeners; absent: all that forward to the service. */
  readonly rules?: readonly string[];
}

/** A rule or a default action, with its listener and its load balancer. */
interface Forward {
  readonly kind: 'rule' | 'default-action';
  readonly arn: string;
  readonly name: string;
  readonly actions: readonly Action[];
  readonly loadBalancer: LoadBalancer;
}

/** Reads where the requests of a service come from, and everything that can prevent sharing them with a canary. */
export async function readTraffic(aws: Aws, question: Question, clock: Clock): Promise<TrafficFound> {
  const { place, service, attachments, rules } = question;
  const arns = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  const described = await describeTargetGroups(aws, arns);
  const [all, scaling, groups, sticky] = await Promise.all([
    readForwards(aws, described, arns),
    readScaling(aws, place),
    readGroups(aws, described, clock),
    readSticky(aws, arns),
  ]);
  const splits = await readSplits(aws, place, all);
  const wanted = rules === undefined ? all : all.filter(({ arn }) => rules.includes(arn));
  const routes = wanted.map((one) => routeOf(one, arns, service, splits, sticky, clock.now()));
  const unknownRules = (rules ?? []).filter((rule) => !all.some(({ arn }) => arn === rule));
  return { routes, groups, unknownRules, splits, ...defined({ scaling }) };
}

/** Every rule and default action that forwards to one of the target groups. */
async function readForwards(
  aws: Aws,
  groups: readonly TargetGroup[],
  arns: readonly string[],
): Promise<readonly Forward[]> {
  const balancers = [...new Set(groups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))];
  if (balancers.length === 0) return [];
  const LoadBalancers = (
    await Promise.all(
      inChunks(balancers, 20).map((LoadBalancerArns) =>
        readAll(
          aws,
          'elasticloadbalancing',
          'DescribeLoadBalancers',
          { LoadBalancerArns: [...LoadBalancerArns] },
          (answer) => answer.LoadBalancers,
        ),
      ),
    )
  ).flat();
  const found = await Promise.all(
    LoadBalancers.map(async (loadBalancer) => {
      const { LoadBalancerArn } = loadBalancer;
      const input = { LoadBalancerArn };
      const listeners = await readAll(
        aws,
        'elasticloadbalancing',
        'DescribeListeners',
        input,
        (answer) => answer.Listeners,
      );
      const each = await Promise.all(listeners.map((listener) => placesOf(aws, loadBalancer, listener)));
      return each.flat();
    }),
  );
  return found.flat().filter(({ actions }) => forwardsTo(actions, arns));
}

async function placesOf(aws: Aws, loadBalancer: LoadBalancer, listener: Listener): Promise<readonly Forward[]> {
  const { ListenerArn = '', Protocol = '', Port = 0, DefaultActions = [] } = listener;
  const at = `${Protocol}:${Port}`;
  const byDefault: Forward = {
    kind: 'default-action',
    arn: ListenerArn,
    name: `${at} default`,
    actions: DefaultActions,
    loadBalancer,
  };
  // Listeners of Gateway Load Balancers have no rules. Those of Network Load Balancers usually have only the default one.
  if (loadBalancer.Type === 'gateway') return [byDefault];
  const rules = await readAll(aws, 'elasticloadbalancing', 'DescribeRules', { ListenerArn }, (answer) => answer.Rules);
  const others = rules.filter(({ IsDefault, Priority }) => !IsDefault && Priority !== 'default');
  return [byDefault, ...others.map((rule) => ruleOf(rule, at, loadBalancer))];
}

const ruleOf = (rule: Rule, at: string, loadBalancer: LoadBalancer): Forward => ({
  kind: 'rule',
  arn: rule.RuleArn ?? '',
  name: [at, ...(rule.Conditions ?? []).map(formatCondition)].join(' '),
  actions: rule.Actions ?? [],
  loadBalancer,
});

function formatCondition(condition: RuleCondition): string {
  const { Values, PathPatternConfig, HostHeaderConfig, HttpRequestMethodConfig, SourceIpConfig } = condition;
  const configured = PathPatternConfig ?? HostHeaderConfig ?? HttpRequestMethodConfig ?? SourceIpConfig;
  const values = configured?.Values ?? Values ?? [];
  return values.length === 0 ? (condition.Field ?? '') : values.join('|');
}

function routeOf(
  { loadBalancer, ...found }: Forward,
  arns: readonly string[],
  service: Service,
  splits: readonly Split[],
  sticky: number | undefined,
  now: number,
): FoundRoute {
  // The changes of a dead run are undone before this one begins.
  const before = splits
    .filter(({ expires }) => expires < now)
    .flatMap(({ traffic }) => traffic.routes)
    .find(({ arn }) => arn === found.arn);
  const actions = before?.actions ?? found.actions;
  const canaries = new Set(splits.flatMap(({ traffic }) => traffic.groups.map(({ arn, given }) => arn ?? given)));
  const parts = actions.flatMap(partsOf);
  const stickiness = actions.flatMap(({ ForwardConfig }) => {
    const { Enabled, DurationSeconds = 0 } = ForwardConfig?.TargetGroupStickinessConfig ?? {};
    return Enabled ? [DurationSeconds * second] : [];
  });
  const managedBy = managerOf(found.arn, service);
  return {
    ...found,
    actions,
    loadBalancer: loadBalancer.LoadBalancerArn ?? '',
    type: loadBalancer.Type ?? 'application',
    size: new Set(parts.map(({ arn }) => arn)).size,
    others: parts
      .filter(({ arn, weight }) => weight > 0 && !arns.includes(arn) && !canaries.has(arn))
      .map(({ arn, weight }) => ({ targetGroup: arn, weight })),
    ...defined({ stickiness: stickiness[0] ?? sticky, managedBy }),
  };
}

/** The deployment controller moves the traffic itself, or the service names the rule for its own blue/green deployments. */
function managerOf(arn: string, { deploymentController, loadBalancers = [] }: Service): FoundRoute['managedBy'] {
  if (deploymentController?.type === 'CODE_DEPLOY') return 'CodeDeploy';
  const rulesOf = ({ advancedConfiguration }: ServiceLoadBalancer): readonly (string | undefined)[] => [
    advancedConfiguration?.productionListenerRule,
    advancedConfiguration?.testListenerRule,
  ];
  return loadBalancers.some((one) => rulesOf(one).includes(arn)) ? 'ECS' : undefined;
}

async function readGroups(aws: Aws, groups: readonly TargetGroup[], clock: Clock): Promise<readonly FoundGroup[]> {
  const arns = groups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  const to = clock.now();
  const [counts, ...targets] = await Promise.all([
    arns.length === 0 ? undefined : countRequests(aws, arns, to - 60 * minute, to),
    ...arns.map((arn) => registeredTargets(aws, arn)),
  ]);
  return groups.map(({ TargetGroupArn: arn = '', Protocol = '' }, i) => ({
    arn,
    protocol: Protocol,
    healthy: (targets[i] ?? []).filter(({ state }) => state === 'healthy').length,
    ...defined({ lastHour: counts?.get(arn) }),
  }));
}

/**
 * How long clients stay with a target. ELB allows a group with such stickiness in an action with another group only if
 * target group stickiness is on there.
 */
async function readSticky(aws: Aws, arns: readonly string[]): Promise<number | undefined> {
  const all = await Promise.all(
    arns.map(async (TargetGroupArn) => {
      const { Attributes = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
        TargetGroupArn,
      });
      const attribute = (key: string) => Attributes.find(({ Key }) => Key === key)?.Value;
      // A Network Load Balancer's stickiness is by client address and within a group.
      if (attribute('stickiness.enabled') !== 'true' || attribute('stickiness.type') === 'source_ip') return [];
      return [Number(attribute('stickiness.lb_cookie.duration_seconds') ?? 86_400) * second];
    }),
  );
  return all.flat()[0];
}

async function readScaling(aws: Aws, place: Place): Promise<TrafficFound['scaling']> {
  try {
    const target = await readScalableTarget(aws, place);
    if (target === undefined) return undefined;
    const { MinCapacity: min = 0, MaxCapacity: max = 0, SuspendedState, ResourceId } = target;
    const policies = await readAll(
      aws,
      'application-autoscaling',
      'DescribeScalingPolicies',
      { ServiceNamespace: 'ecs', ResourceId, ScalableDimension: 'ecs:service:DesiredCount' },
      (answer) => answer.ScalingPolicies,
    );
    const scaleInSuspended = SuspendedState?.DynamicScalingInSuspended ?? false;
    return { min, max, scaleInSuspended, policies: policies.length };
  } catch (error) {
    if (error instanceof Failure) return 'unknown';
    throw error;
  }
}

/** Only the canary target groups of a service, not the rest of its traffic. */
export async function readServiceSplits(
  aws: Aws,
  place: Place,
  attachments: readonly Attachment[],
): Promise<readonly Split[]> {
  const arns = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  return readSplits(aws, place, await readForwards(aws, await describeTargetGroups(aws, arns), arns));
}

/** Existing canary target groups of this service: in its routes, and copies that are in no route. */
async function readSplits(
  aws: Aws,
  place: Place,
  routes: readonly Pick<Forward, 'arn' | 'actions'>[],
): Promise<readonly Split[]> {
  const prefix = groupPrefix(place);
  const named = (
    await readAll(aws, 'elasticloadbalancing', 'DescribeTargetGroups', {}, (answer) => answer.TargetGroups)
  )
    .flatMap(({ TargetGroupArn }) => TargetGroupArn ?? [])
    .filter((arn) => shortTargetGroup(arn).startsWith(prefix));
  const routed = routes.flatMap(({ actions }) => actions.flatMap(partsOf).map(({ arn }) => arn));
  const candidates = [...new Set([...named, ...routed])];
  const tagged = (
    await Promise.all(
      inChunks(candidates, 20).map(async (arns) => {
        const { TagDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTags', {
          ResourceArns: [...arns],
        });
        return TagDescriptions.map(({ ResourceArn = '', Tags = [] }) => ({ arn: ResourceArn, tags: Tags }));
      }),
    )
  ).flat();
  return Promise.all([...byRun(place, tagged).values()].map((groups) => splitOf(aws, place, groups, routes)));
}

type Owned = NonNullable<ReturnType<typeof readSplitTags>> & { readonly arn: string };

function byRun(
  place: Place,
  tagged: readonly { readonly arn: string; readonly tags: readonly Tag[] }[],
): ReadonlyMap<string, readonly [Owned, ...Owned[]]> {
  const runs = new Map<string, readonly [Owned, ...Owned[]]>();
  for (const { arn, tags } of tagged) {
    const read = readSplitTags(place, tags);
    if (read === undefined) continue;
    const key = `${read.run} ${read.attempt}`;
    const [first, ...others] = runs.get(key) ?? [];
    const owned: Owned = { ...read, arn };
    runs.set(key, first === undefined ? [owned] : [first, ...others, owned]);
  }
  return runs;
}

async function splitOf(
  aws: Aws,
  place: Place,
  groups: readonly [Owned, ...Owned[]],
  routes: readonly Pick<Forward, 'arn' | 'actions'>[],
): Promise<Split> {
  const [{ run, attempt, remembered }] = groups;
  const arns = groups.map(({ arn }) => arn);
  const known = remembered?.traffic ?? { routes: [], groups: [], settle: 30 * second };
  const canaries = canariesOf(known.groups, arns);
  const [targets, drains] = await Promise.all([
    Promise.all(arns.map((arn) => registeredTargets(aws, arn))),
    readDrains(aws, arns),
  ]);
  const weight = Math.max(0, ...routes.map(({ actions }): Weight => weightIn(actions, canaries) ?? 0));
  return {
    run,
    attempt,
    place,
    expires: Math.max(...groups.map(({ expires }) => expires)),
    weight,
    traffic: { ...known, groups: canaries },
    targets: targets.flat().map(({ targetGroup, id, port }) => ({ targetGroup, id, port })),
    drain: Math.max(0, ...drains.values()),
    ...defined({ scaling: remembered?.scaling }),
    guards: remembered?.guarded ? known.routes.map((route) => guardName(place, run, route)) : [],
  };
}

/** The groups that the run planned, with their ARNs. A group that the tags do not list was created by the run, so it is deleted. */
function canariesOf(planned: readonly CanaryGroup[], arns: readonly string[]): readonly CanaryGroup[] {
  const known = planned.flatMap((group) => {
    const arn = group.given ?? arns.find((one) => shortTargetGroup(one) === group.name);
    return arn === undefined ? [] : [{ ...group, arn }];
  });
  const rest = arns.filter((arn) => !known.some((group) => group.arn === arn));
  return [...known, ...rest.map((arn) => ({ stable: '', name: shortTargetGroup(arn), arn }))];
}
