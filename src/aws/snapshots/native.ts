import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defined } from '../../model/json.ts';
import type { DeploymentUnderWay, NativeSnapshot, ProductionRule } from '../../model/native.ts';
import type { Place } from '../../model/place.ts';
import type { Aws } from '../client/account.ts';
import { readAlarms } from '../handlers/alarm.ts';
import {
  isGoingOn,
  knownOf,
  positionOf,
  readDeployment,
  readNewestDeployment,
  readServiceRevisions,
} from '../handlers/service-deployment.ts';

/** Reads what a deployment depends on in which ECS moves the traffic. */
export async function readNative(aws: Aws, place: Place, service: Service): Promise<NativeSnapshot> {
  const [newest, rules, inAlarm] = await Promise.all([
    readNewestDeployment(aws, place),
    readRules(aws, service),
    readInAlarm(aws, service),
  ]);
  if (newest === undefined) {
    const { currentServiceRevisions = [] } = service;
    const live = currentServiceRevisions.length === 1 ? await readLive(aws, currentServiceRevisions[0]?.arn) : [];
    return { live, rules, inAlarm };
  }
  const known = knownOf(newest);
  const deployment = await readDeployment(aws, known.arn);
  const { sourceServiceRevisions = [], targetServiceRevision } = deployment ?? {};
  const goesOn = isGoingOn(deployment ?? newest);
  const isNew = !goesOn && newest.status === 'SUCCESSFUL';
  // After a rollback ECS names what the service runs; during a deployment the old revision still has its group.
  const serving = isNew ? targetServiceRevision?.arn : sourceServiceRevisions[0]?.arn;
  const current = service.currentServiceRevisions ?? [];
  const live = await readLive(aws, !goesOn && current.length === 1 ? current[0]?.arn : serving);
  const underWay = goesOn && deployment !== undefined ? await readUnderWay(aws, deployment) : undefined;
  return { newest: known, live, rules, inAlarm, ...defined({ underWay }) };
}

/** The target groups of a service revision. */
async function readLive(aws: Aws, arn: string | undefined): Promise<readonly string[]> {
  if (arn === undefined) return [];
  const [revision] = await readServiceRevisions(aws, [arn]);
  const { loadBalancers = [] } = revision?.resolvedConfiguration ?? {};
  return loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
}

async function readUnderWay(aws: Aws, deployment: ServiceDeployment): Promise<DeploymentUnderWay> {
  const { targetServiceRevision, sourceServiceRevisions = [], serviceDeploymentArn: arn = '', createdAt } = deployment;
  const source = sourceServiceRevisions[0]?.arn;
  const target = targetServiceRevision?.arn;
  const revisions = await readServiceRevisions(
    aws,
    [target, source].flatMap((one) => one ?? []),
  );
  const runs = (name: string | undefined): string | undefined =>
    revisions.find(({ serviceRevisionArn }) => serviceRevisionArn === name)?.taskDefinition;
  const { stage, percent } = positionOf(deployment);
  const previous = runs(source);
  return {
    arn,
    at: createdAt?.getTime() ?? 0,
    status: deployment.status ?? 'UNKNOWN',
    percent,
    revision: runs(target) ?? '',
    ...(stage === '' ? {} : { stage }),
    ...(source === undefined || previous === undefined ? {} : { previous: { id: source, revision: previous } }),
  };
}

/** Reads the production and test rules of the service; a listener stands for its default action. */
async function readRules(aws: Aws, { loadBalancers = [] }: Service): Promise<readonly ProductionRule[]> {
  const named = loadBalancers.flatMap(({ advancedConfiguration = {} }) => {
    const { productionListenerRule, testListenerRule } = advancedConfiguration;
    return [productionListenerRule, testListenerRule].flatMap((rule) => rule ?? []);
  });
  return Promise.all([...new Set(named)].map((rule) => readRule(aws, rule)));
}

async function readRule(aws: Aws, rule: string): Promise<ProductionRule> {
  if (!rule.includes(':listener-rule/')) {
    const { Listeners } = await aws.call('elasticloadbalancing', 'DescribeListeners', { ListenerArns: [rule] });
    return { rule, ...defined({ forwards: forwardsOf(Listeners?.[0]?.DefaultActions) }) };
  }
  const { Rules } = await aws.call('elasticloadbalancing', 'DescribeRules', { RuleArns: [rule] });
  return { rule, ...defined({ forwards: forwardsOf(Rules?.[0]?.Actions) }) };
}

function forwardsOf(actions: readonly Action[] | undefined): ProductionRule['forwards'] {
  return actions?.flatMap(({ ForwardConfig, TargetGroupArn }) => {
    const groups = ForwardConfig?.TargetGroups ?? (TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }]);
    return groups.flatMap(({ TargetGroupArn: targetGroup, Weight: weight = 1 }) =>
      targetGroup === undefined ? [] : [{ targetGroup, weight }],
    );
  });
}

async function readInAlarm(aws: Aws, { deploymentConfiguration }: Service): Promise<readonly string[]> {
  const { alarmNames = [], enable } = deploymentConfiguration?.alarms ?? {};
  if (enable !== true || alarmNames.length === 0) return [];
  const alarms = await readAlarms(aws, alarmNames);
  return alarms.filter(({ state }) => state === 'in-alarm').map(({ name }) => name);
}
