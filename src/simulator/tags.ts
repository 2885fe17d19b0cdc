import { AwsFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, objects, text, texts } from './json.ts';
import type { Tag } from './records.ts';

/** The tags of a resource. */
export function tagsOf(cloud: Cloud, arn: string): readonly Tag[] {
  return cloud.tags.get(arn) ?? [];
}

/** Adds tags to a resource; an existing key gets the new value. */
export function putTags(cloud: Cloud, arn: string, given: unknown): void {
  const tags = new Map(tagsOf(cloud, arn).map((tag) => [tag.key, tag.value]));
  for (const tag of readTags(given)) tags.set(tag.key, tag.value);
  if (tags.size > 50) throw invalidParameter('Too many tags: a resource has at most 50.');
  if (tags.size > 0)
    cloud.tags.set(
      arn,
      [...tags].map(([key, value]) => ({ key, value })),
    );
}

/** Reads tags as ECS accepts them. */
export function readTags(given: unknown): readonly Tag[] {
  return objects(given).map((tag) => {
    const [key, value] = [text(tag.key), typeof tag.value === 'string' ? tag.value : ''];
    if (key === undefined) throw invalidParameter('Tag key cannot be null or empty.');
    if (/^aws:/i.test(key)) throw invalidParameter('Tag keys that start with aws: are reserved for AWS use.');
    const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
    if (key.length > 128 || value.length > 256 || !allowed.test(key) || !allowed.test(value)) {
      throw invalidParameter(`Tag key or value is invalid: ${key}`);
    }
    return { key, value };
  });
}

/** Refuses an empty list of tags, as ECS does. */
export function checkGivenTags(given: unknown): void {
  if (Array.isArray(given) && given.length === 0) throw invalidParameter('Tags can not be empty.');
}

/** TagResource. */
export function tagResource(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = existing(cloud, input);
  checkGivenTags(input.tags);
  putTags(cloud, arn, input.tags);
  return {};
}

/** UntagResource. */
export function untagResource(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = existing(cloud, input);
  const gone = texts(input.tagKeys);
  cloud.tags.set(
    arn,
    tagsOf(cloud, arn).filter((tag) => !gone.includes(tag.key)),
  );
  return {};
}

/** ListTagsForResource. */
export function listTagsForResource(cloud: Cloud, input: JsonObject): JsonObject {
  return { tags: tagsOf(cloud, existing(cloud, input)) };
}

function existing(cloud: Cloud, input: JsonObject): string {
  const arn = text(input.resourceArn) ?? '';
  if (!arn.startsWith(`arn:${cloud.partition}:ecs:`)) throw invalidParameter(`Invalid resource ARN: ${arn}`);
  const [kind, ...path] = arn.split(':').slice(5).join(':').split('/');
  if (!exists(cloud, kind ?? '', path, arn)) {
    throw new AwsFailure('ResourceNotFoundException', 'The specified resource is missing.');
  }
  return arn;
}

function exists(cloud: Cloud, kind: string, path: readonly string[], arn: string): boolean {
  const cluster = cloud.clusters.get(path[0] ?? '');
  if (kind === 'cluster') return cluster !== undefined;
  if (kind === 'service') return cluster?.services.has(path[1] ?? '') ?? false;
  if (kind === 'task') return cluster?.tasks.has(arn) ?? false;
  if (kind === 'container-instance') return cluster?.instances.has(arn) ?? false;
  const [family, revision] = (path[0] ?? '').split(':');
  return kind === 'task-definition' && (cloud.families.get(family ?? '')?.revisions.has(Number(revision)) ?? false);
}
