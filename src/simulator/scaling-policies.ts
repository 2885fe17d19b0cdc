import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { updateService } from './ecs-services.ts';
import { flag, type JsonObject, number, object, text, texts } from './json.ts';

const minute = 60_000;
/** The alarms of target tracking: 3 data points to scale out, 15 at 90 % of the target to scale in. */
const [outPoints, inPoints, inShare] = [3, 15, 0.9];

const invalid = (message: string): AwsFailure => new AwsFailure('ValidationException', message);
const identity = ['ServiceNamespace', 'ResourceId', 'ScalableDimension'] as const;
const sameTarget = (a: JsonObject, b: JsonObject): boolean => identity.every((member) => a[member] === b[member]);

/** PutScalingPolicy: target tracking by request count per target. */
export function putScalingPolicy(cloud: Cloud, input: JsonObject): JsonObject {
  if (text(input.PolicyName) === undefined) throw invalid('PolicyName is required.');
  if (!cloud.scalableTargets.some((target) => sameTarget(target, input))) {
    throw new AwsFailure('ObjectNotFoundException', `No scalable target registered for ${String(input.ResourceId)}`);
  }
  const tracking = object(input.TargetTrackingScalingPolicyConfiguration);
  const { PredefinedMetricType: type } = object(tracking.PredefinedMetricSpecification);
  if (input.PolicyType !== 'TargetTrackingScaling' || type !== 'ALBRequestCountPerTarget') {
    throw invalid('The simulated account models only target tracking with ALBRequestCountPerTarget.');
  }
  const same = (one: JsonObject): boolean => one.PolicyName === input.PolicyName && sameTarget(one, input);
  const index = cloud.scalingPolicies.findIndex(same);
  const arn =
    cloud.scalingPolicies[index]?.PolicyARN ??
    cloud.arn(
      'autoscaling',
      `scalingPolicy:${cloud.random.uuid()}:resource/ecs/${input.ResourceId}:policyName/${input.PolicyName}`,
    );
  const policy = { CreationTime: cloud.date(), Alarms: [], ...input, PolicyARN: arn };
  if (index === -1) cloud.scalingPolicies.push(policy);
  else cloud.scalingPolicies[index] = policy;
  return { PolicyARN: arn, Alarms: [] };
}

/** DescribeScalingPolicies. */
export function describeScalingPolicies(cloud: Cloud, input: JsonObject): JsonObject {
  if (text(input.ServiceNamespace) === undefined) throw invalid('ServiceNamespace is required.');
  const names = texts(input.PolicyNames);
  return {
    ScalingPolicies: cloud.scalingPolicies
      .filter((policy) => identity.every((member) => input[member] === undefined || policy[member] === input[member]))
      .filter((policy) => names.length === 0 || names.includes(String(policy.PolicyName))),
  };
}

/** DeleteScalingPolicy. */
export function deleteScalingPolicy(cloud: Cloud, input: JsonObject): JsonObject {
  const index = cloud.scalingPolicies.findIndex(
    (policy) => policy.PolicyName === input.PolicyName && sameTarget(policy, input),
  );
  if (index === -1)
    throw new AwsFailure('ObjectNotFoundException', `No scaling policy found: ${String(input.PolicyName)}`);
  cloud.scalingPolicies.splice(index, 1);
  return {};
}

/** Evaluates all policies; called once a minute while the account has users. */
export function evaluateScaling(cloud: Cloud): void {
  for (const policy of cloud.scalingPolicies) evaluate(cloud, policy);
}

function evaluate(cloud: Cloud, policy: JsonObject): void {
  const target = cloud.scalableTargets.find((one) => sameTarget(one, policy));
  const [, clusterName, name] = String(policy.ResourceId).split('/');
  const service = cloud.clusters.get(clusterName ?? '')?.services.get(name ?? '');
  const tracking = object(policy.TargetTrackingScalingPolicyConfiguration);
  const wanted = number(tracking.TargetValue) ?? 0;
  if (target === undefined || service?.status !== 'ACTIVE' || wanted <= 0) return;
  const perTarget = requestsPerTarget(cloud, object(tracking.PredefinedMetricSpecification));
  const suspended = object(target.SuspendedState);
  const change = (count: number): void => {
    const within = Math.min(number(target.MaxCapacity) ?? count, Math.max(number(target.MinCapacity) ?? 0, count));
    if (within !== service.desiredCount) {
      updateService(cloud, { cluster: clusterName, service: name, desiredCount: within });
    }
  };
  const latest = perTarget[0] ?? 0;
  const needed = Math.ceil((service.desiredCount * latest) / wanted);
  const deploying = service.deployments.length > 1;
  const over = perTarget.slice(0, outPoints).every((value) => value > wanted);
  if (over && flag(suspended.DynamicScalingOutSuspended) !== true) change(Math.max(service.desiredCount, needed));
  const under = perTarget.every((value) => value < wanted * inShare);
  const mayScaleIn = flag(suspended.DynamicScalingInSuspended) !== true && flag(tracking.DisableScaleIn) !== true;
  if (under && mayScaleIn && !deploying) change(Math.min(service.desiredCount, needed));
}

/** The requests per healthy target of the last minutes, newest first. */
function requestsPerTarget(cloud: Cloud, { ResourceLabel }: JsonObject): readonly number[] {
  const [, LoadBalancer = '', TargetGroup = ''] =
    /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(String(ResourceLabel)) ?? [];
  const metric = { namespace: 'AWS/ApplicationELB', dimensions: { LoadBalancer, TargetGroup } };
  const last = Math.floor(cloud.now() / minute) * minute - minute;
  return Array.from({ length: inPoints }, (_, index) => {
    const start = last - index * minute;
    const requests = cloud.metrics.exact({ ...metric, name: 'RequestCount' }, start)?.sum ?? 0;
    const hosts = cloud.metrics.exact({ ...metric, name: 'HealthyHostCount' }, start)?.most ?? 1;
    return requests / Math.max(1, hosts);
  });
}
