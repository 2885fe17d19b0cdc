import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { isObject } from '../model/json.ts';

/** What AWS adds to a task definition when it describes one, and does not take back when one is registered. */
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
 * Whether a definition is one that AWS has described, and not written by hand: members in it that this version does not
 * know are newer than it, not typing errors.
 */
export function isDescribed(value: unknown): boolean {
  if (!isObject(value)) return false;
  const inner = isObject(value.taskDefinition) ? value.taskDefinition : value;
  return (
    Object.hasOwn(inner, 'taskDefinitionArn') || (Object.hasOwn(inner, 'revision') && Object.hasOwn(inner, 'status'))
  );
}

/** A definition taken out of what `aws ecs describe-task-definition` prints, and how its members are found in there. */
export interface Unwrapped {
  readonly value: unknown;
  /** Where the definition stands in the file; its tags stand beside it. */
  readonly base: readonly string[];
  /** Keys beside it that are neither it nor its tags. */
  readonly strangers: readonly string[];
}

/** Accepts a bare definition and a described one alike; read-only fields go, all else stays as it is. */
export function unwrapTaskDefinition(value: unknown): Unwrapped {
  if (!isObject(value)) return { value, base: [], strangers: [] };
  const inner = value.taskDefinition;
  if (!isObject(inner) || Object.hasOwn(value, 'family') || Object.hasOwn(value, 'containerDefinitions')) {
    return { value: withoutReadOnlyFields(value), base: [], strangers: [] };
  }
  const tags = Object.hasOwn(value, 'tags') ? { tags: value.tags } : {};
  const strangers = Object.keys(value).filter((key) => key !== 'taskDefinition' && key !== 'tags');
  // Tags on both levels: the inner ones do not come from AWS, so they are told instead of being overwritten.
  if (Object.hasOwn(value, 'tags') && Object.hasOwn(inner, 'tags')) strangers.push('tags');
  return { value: { ...withoutReadOnlyFields(inner), ...tags }, base: ['taskDefinition'], strangers };
}

function withoutReadOnlyFields(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !readOnlyFields.has(key)));
}

/** The request that registers a described definition once more, as it is. */
export function toRequest(taskDefinition: TaskDefinition, tags: readonly Tag[]): RegisterTaskDefinitionRequest {
  const own = settableTags(tags);
  const fields = withoutReadOnlyFields({ ...taskDefinition });
  // A definition that is described is complete, which its type does not say.
  return { ...fields, ...(own.length > 0 && { tags: own }) } as unknown as RegisterTaskDefinitionRequest;
}

/** Tags without those that only AWS sets. */
export function settableTags(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ key }) => !isReserved(key));
}

/** Whether AWS keeps this key of a tag to itself, which it does in upper and lower case. */
export function isReserved(key: unknown): boolean {
  return typeof key === 'string' && key.toLowerCase().startsWith('aws:');
}

/** The key under which a file holds what `aws ecs describe-services` (or create-service, update-service) prints. */
export function describedServiceKey(value: unknown): string | undefined {
  if (!isObject(value) || Object.hasOwn(value, 'serviceName')) return undefined;
  if (Array.isArray(value.services)) return 'services';
  return isObject(value.service) ? 'service' : undefined;
}
