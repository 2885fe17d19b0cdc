import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { validationError } from './elb.ts';
import { type JsonObject, objects, text, texts } from './json.ts';
import { allListeners } from './listener-rules.ts';
import { tagsOf } from './tags.ts';

/** Adds tags to a resource of ELB; refuses what AWS refuses. */
export function addElbTags(cloud: Cloud, arn: string, given: readonly JsonObject[]): void {
  const keys = given.map((tag) => text(tag.Key));
  if (new Set(keys).size < keys.length)
    throw new AwsFailure('DuplicateTagKeys', 'A tag key was specified more than once');
  const tags = new Map(tagsOf(cloud, arn).map(({ key, value }) => [key, value]));
  for (const { Key, Value } of given) {
    const [key, value] = [text(Key), String(Value ?? '')];
    const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
    if (key === undefined || key.length > 128 || value.length > 256 || !allowed.test(key) || !allowed.test(value)) {
      throw validationError(`The tag '${String(Key)}' with the value '${value}' is not valid`);
    }
    if (/^aws:/i.test(key)) throw validationError('Tag keys that start with aws: are reserved for AWS use');
    tags.set(key, value);
  }
  if (tags.size > 50) throw new AwsFailure('TooManyTags', `A resource can have at most 50 tags`);
  cloud.tags.set(
    arn,
    [...tags].map(([key, value]) => ({ key, value })),
  );
}

/** The resources of a request, all of which must exist. */
function resourcesOf(cloud: Cloud, input: JsonObject): readonly string[] {
  const arns = texts(input.ResourceArns);
  if (arns.length === 0 || arns.length > 20) throw validationError('Between 1 and 20 resource ARNs must be specified');
  for (const arn of arns) {
    const kind = /^arn:[^:]+:elasticloadbalancing:[^:]*:\d+:([a-z-]+)\//.exec(arn)?.[1];
    if (kind === undefined)
      throw validationError(`'${arn}' is not a valid load balancer, target group, listener or rule ARN`);
    if (!exists(cloud, kind, arn)) throw missing(kind);
  }
  return arns;
}

function exists(cloud: Cloud, kind: string, arn: string): boolean {
  if (kind === 'targetgroup') return cloud.targetGroups.has(arn);
  if (kind === 'loadbalancer') return cloud.loadBalancers.has(arn);
  if (kind === 'listener') return allListeners(cloud).some((listener) => listener.arn === arn);
  return allListeners(cloud).some((listener) => listener.rules.some((rule) => rule.arn === arn));
}

function missing(kind: string): AwsFailure {
  if (kind === 'targetgroup') return new AwsFailure('TargetGroupNotFound', 'One or more target groups not found');
  if (kind === 'loadbalancer') return new AwsFailure('LoadBalancerNotFound', 'One or more load balancers not found');
  if (kind === 'listener') return new AwsFailure('ListenerNotFound', 'One or more listeners not found');
  return new AwsFailure('RuleNotFound', 'One or more rules not found');
}

/** AddTags. */
export function addTags(cloud: Cloud, input: JsonObject): JsonObject {
  const tags = objects(input.Tags);
  if (tags.length === 0) throw validationError('At least one tag must be specified');
  for (const arn of resourcesOf(cloud, input)) addElbTags(cloud, arn, tags);
  return {};
}

/** RemoveTags. */
export function removeTags(cloud: Cloud, input: JsonObject): JsonObject {
  const keys = texts(input.TagKeys);
  for (const arn of resourcesOf(cloud, input)) {
    cloud.tags.set(
      arn,
      tagsOf(cloud, arn).filter(({ key }) => !keys.includes(key)),
    );
  }
  return {};
}

/** DescribeTags. */
export function describeTags(cloud: Cloud, input: JsonObject): JsonObject {
  return {
    TagDescriptions: resourcesOf(cloud, input).map((arn) => ({
      ResourceArn: arn,
      Tags: tagsOf(cloud, arn).map(({ key, value }) => ({ Key: key, Value: value })),
    })),
  };
}
