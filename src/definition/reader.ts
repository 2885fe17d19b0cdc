import { describedServiceKey, isDescribed, isReserved, unwrapTaskDefinition } from './described.ts';
import type { Path } from './path.ts';
import type { FileKind } from './rules.ts';
import type { Shapes } from './schema.ts';
import { type Finding, type Hint, inspect, isObject } from './validate.ts';

/** What the JSON of one file means. */
export interface Reading {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly locate: (path: Path) => Path;
}

/** How each of the two files is understood. */
export const readers: Readonly<Record<FileKind, (value: unknown, shapes: Shapes) => Reading>> = {
  service: readService,
  taskDefinition: readTaskDefinition,
};

function readService(
  value: unknown,
  { CreateServiceRequest: shape, RegisterTaskDefinitionRequest, Service }: Shapes,
): Reading {
  const locate = (path: Path) => path;
  const described = describedServiceKey(value);
  if (described !== undefined) {
    const what =
      "is what AWS says about a service; this file takes what 'aws ecs create-service --cli-input-json' takes";
    return { value, findings: [{ path: [described], what, untyped: true }], locate };
  }
  const hint: Hint = (key) => {
    if (RegisterTaskDefinitionRequest.members.has(key))
      return 'is not known here; it belongs into task-definition.json';
    return Service.members.has(key)
      ? 'is something that AWS says about a service, not a setting; leave it out'
      : undefined;
  };
  // The service's name may come from an input instead.
  return { value, findings: inspect(value, { ...shape, required: [] }, hint), locate };
}

function readTaskDefinition(whole: unknown, { CreateServiceRequest, RegisterTaskDefinitionRequest }: Shapes): Reading {
  const { value, base, strangers } = unwrapTaskDefinition(whole);
  const hint: Hint = (key) =>
    CreateServiceRequest.members.has(key) ? 'is not known here; it belongs into service.json' : undefined;
  const locate = (path: Path) => (path[0] === 'tags' ? path : [...base, ...path]);
  const beside = strangers.map((key) => ({
    path: key === 'tags' ? [...base, key] : [key],
    what: key === 'tags' ? 'is there beside taskDefinition as well; keep one' : 'is not known beside taskDefinition',
  }));
  const inside = inspect(value, RegisterTaskDefinitionRequest, hint, { fromAws: isDescribed(whole) });
  const located = inside.map((finding) => ({ ...finding, path: locate(finding.path) }));
  return { value: base.length === 0 ? value : withoutAwsTags(value), findings: [...beside, ...located], locate };
}

/** The tags beside a described definition may be AWS's own; they go after the inspection, whose findings count all of them. */
function withoutAwsTags(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value.tags)) return value;
  return { ...value, tags: value.tags.filter((tag) => !(isObject(tag) && isReserved(tag.key))) };
}
