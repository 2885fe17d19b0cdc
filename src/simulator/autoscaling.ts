import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { updateService } from './ecs-services.ts';
import { compact, type JsonObject, number, object, text, texts } from './json.ts';
import type { Service } from './records.ts';
import { tagsOf } from './tags.ts';

const invalid = (message: string): AwsFailure => new AwsFailure('ValidationException', message);

function required(input: JsonObject, member: string): string {
  const value = text(input[member]);
  if (value !== undefined) return value;
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** DescribeScalableTargets of Application Auto Scaling. */
export function describeScalableTargets(cloud: Cloud, input: JsonObject): JsonObject {
  const namespace = required(input, 'ServiceNamespace');
  const ids = texts(input.ResourceIds);
  const dimension = text(input.ScalableDimension);
  return {
    ScalableTargets: cloud.scalableTargets
      .filter((target) => target.ServiceNamespace === namespace)
      .filter((target) => ids.length === 0 || ids.includes(String(target.ResourceId)))
      .filter((target) => dimension === undefined || target.ScalableDimension === dimension),
  };
}

const identity = ['ServiceNamespace', 'ResourceId', 'ScalableDimension'] as const;

/** Returns the index of the target in the list; -1 if there is none. */
function indexOf(cloud: Cloud, input: JsonObject): number {
  const asked = identity.map((member) => required(input, member));
  return cloud.scalableTargets.findIndex((target) => identity.every((member, i) => target[member] === asked[i]));
}

/** RegisterScalableTarget for ECS services: limits the desired count to the range immediately. */
export function registerScalableTarget(cloud: Cloud, input: JsonObject): JsonObject {
  const index = indexOf(cloud, input);
  const service = serviceOf(cloud, required(input, 'ResourceId'));
  const before = cloud.scalableTargets[index];
  const { Tags, ...settings } = input;
  if (Tags !== undefined && before !== undefined)
    throw invalid('Tags can be added to an existing target only with TagResource.');
  const target: JsonObject = compact({
    CreationTime: cloud.date(),
    SuspendedState: notSuspended,
    ...before,
    ...settings,
  });
  target.SuspendedState = { ...notSuspended, ...object(before?.SuspendedState), ...object(input.SuspendedState) };
  const [least, most] = [number(target.MinCapacity), number(target.MaxCapacity)];
  if (least === undefined || most === undefined) throw invalid('MinCapacity and MaxCapacity are required.');
  if (least < 0 || least > most) throw invalid('MinCapacity must not be negative, nor greater than MaxCapacity.');
  target.ScalableTargetARN ??= cloud.arn('application-autoscaling', `scalable-target/${cloud.random.hex(32)}`);
  putPairs(cloud, String(target.ScalableTargetARN), object(Tags));
  if (index === -1) cloud.scalableTargets.push(target);
  else cloud.scalableTargets[index] = target;
  const desiredCount = Math.min(most, Math.max(least, service.desiredCount));
  if (service.status === 'ACTIVE' && desiredCount !== service.desiredCount) {
    updateService(cloud, { cluster: service.cluster.name, service: service.name, desiredCount });
  }
  return { ScalableTargetARN: target.ScalableTargetARN };
}

const notSuspended = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

function serviceOf(cloud: Cloud, resource: string): Service {
  const [kind, cluster, name] = resource.split('/');
  const service = kind === 'service' ? cloud.clusters.get(cluster ?? '')?.services.get(name ?? '') : undefined;
  if (service !== undefined && service.status !== 'INACTIVE') return service;
  throw invalid(`ECS service doesn't exist: ${resource}`);
}

/** DeregisterScalableTarget. */
export function deregisterScalableTarget(cloud: Cloud, input: JsonObject): JsonObject {
  const index = indexOf(cloud, input);
  if (index === -1) {
    const [namespace, resource, dimension] = identity.map((member) => String(input[member]));
    throw new AwsFailure(
      'ObjectNotFoundException',
      `No scalable target found for service namespace: ${namespace}, resource ID: ${resource}, scalable dimension: ${dimension}`,
    );
  }
  cloud.scalableTargets.splice(index, 1);
  return {};
}

function putPairs(cloud: Cloud, arn: string, pairs: JsonObject): void {
  const tags = new Map(tagsOf(cloud, arn).map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(pairs)) tags.set(key, String(value));
  if (tags.size > 50) throw new AwsFailure('TooManyTagsException', 'A scalable target can have at most 50 tags.');
  if (tags.size > 0)
    cloud.tags.set(
      arn,
      [...tags].map(([key, value]) => ({ key, value })),
    );
}

function existing(cloud: Cloud, input: JsonObject): string {
  const arn = required(input, 'ResourceARN');
  if (cloud.scalableTargets.some((target) => target.ScalableTargetARN === arn)) return arn;
  throw new AwsFailure('ResourceNotFoundException', `No scalable target found for ARN: ${arn}`);
}

/** TagResource of a scalable target. */
export function tagScalableTarget(cloud: Cloud, input: JsonObject): JsonObject {
  putPairs(cloud, existing(cloud, input), object(input.Tags));
  return {};
}

/** UntagResource of a scalable target. */
export function untagScalableTarget(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = existing(cloud, input);
  const gone = texts(input.TagKeys);
  cloud.tags.set(
    arn,
    tagsOf(cloud, arn).filter(({ key }) => !gone.includes(key)),
  );
  return {};
}

/** ListTagsForResource of a scalable target. */
export function listTagsOfScalableTarget(cloud: Cloud, input: JsonObject): JsonObject {
  return { Tags: Object.fromEntries(tagsOf(cloud, existing(cloud, input)).map(({ key, value }) => [key, value])) };
}
