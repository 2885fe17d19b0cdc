import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { isObject } from '../model/json.ts';

/** Members that DescribeTaskDefinition returns and RegisterTaskDefinition does not accept. */
export const readOnlyFields: ReadonlySet<string> = new Set([
  'compatibilities',
  'deleteRequestedAt',
  'deregisteredAt',
  'registeredAt',
  'registeredBy',
  'requiresAttributes',
  'revision',
  'status',
  'taskDefinitionArn',
]);

/**
 * Whether a definition is output of DescribeTaskDefinition, not written by hand. Its unknown members are newer than this
 * version of the action, not typos.
 */
export function isDescribed(value: unknown): boolean {
  if (!isObject(value)) return false;
  const inner = isObject(value.taskDefinition) ? value.taskDefinition : value;
  return (
    Object.hasOwn(inner, 'taskDefinitionArn') || (Object.hasOwn(inner, 'revision') && Object.hasOwn(inner, 'status'))
  );
}

/** A definition extracted from the output of `aws ecs describe-task-definition`, with the positions of its members. */
export interface Unwrapped {
  readonly value: unknown;
  /** The path of the definition in the file; its tags are next to it. */
  readonly base: readonly string[];
  /** Other keys next to the definition and its tags. */
  readonly unknownKeys: readonly string[];
}

/** Accepts a plain definition and output of DescribeTaskDefinition; removes read-only members and keeps the rest. */
export function unwrapTaskDefinition(value: unknown): Unwrapped {
  if (!isObject(value)) return { value, base: [], unknownKeys: [] };
  const inner = value.taskDefinition;
  if (!isObject(inner) || Object.hasOwn(value, 'family') || Object.hasOwn(value, 'containerDefinitions')) {
    return { value: withoutReadOnlyFields(value), base: [], unknownKeys: [] };
  }
  const tags = Object.hasOwn(value, 'tags') ? { tags: value.tags } : {};
  const unknownKeys = Object.keys(value).filter((key) => key !== 'taskDefinition' && key !== 'tags');
  // Tags on both levels: the inner ones are not from AWS, so they are reported instead of overwritten.
  if (Object.hasOwn(value, 'tags') && Object.hasOwn(inner, 'tags')) unknownKeys.push('tags');
  return { value: { ...withoutReadOnlyFields(inner), ...tags }, base: ['taskDefinition'], unknownKeys };
}

function withoutReadOnlyFields(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !readOnlyFields.has(key)));
}

/** Returns the request that registers a described definition again, unchanged. */
export function toRequest(taskDefinition: TaskDefinition, tags: readonly Tag[]): RegisterTaskDefinitionRequest {
  const own = settableTags(tags);
  const fields = withoutReadOnlyFields({ ...taskDefinition });
  // A described definition is complete, although its type allows missing members.
  return { ...fields, ...(own.length > 0 && { tags: own }) } as unknown as RegisterTaskDefinitionRequest;
}

/** Returns tags without those that only AWS sets. */
export function settableTags(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ key }) => !isReserved(key));
}

/** Whether a tag key has the reserved prefix `aws:`, in upper or lower case. */
export function isReserved(key: unknown): boolean {
  return typeof key === 'string' && key.toLowerCase().startsWith('aws:');
}

/** Returns the key under which a file contains output of `aws ecs describe-services`, create-service or update-service. */
export function describedServiceKey(value: unknown): string | undefined {
  if (!isObject(value) || Object.hasOwn(value, 'serviceName')) return undefined;
  if (Array.isArray(value.services)) return 'services';
  return isObject(value.service) ? 'service' : undefined;
}
