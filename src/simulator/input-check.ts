import * as ecs from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsFailure, invalidParameter } from './aws-failure.ts';
import { words } from './ecs-words.ts';
import { isObject, type JsonObject } from './json.ts';
import { unreadable } from './wire.ts';

/** Returns an ECS request without unknown members; refuses wrong types and missing members. */
export function checkedEcsInput(operation: string, input: JsonObject): JsonObject {
  if (input[unreadable] === true) throw serialization('The request body is not a JSON object');
  const schema = schemaOf(operation);
  const checked = schema === undefined ? input : conform(schema, input, '');
  return isObject(checked) ? checked : {};
}

/** The SDK's runtime schemas, generated from AWS's models; `RunTaskRequest$` is the input of RunTask. */
const exported: Readonly<Record<string, unknown>> = ecs;

function schemaOf(operation: string): NormalizedSchema | undefined {
  const schema = exported[`${operation}Request$`];
  return Array.isArray(schema) ? NormalizedSchema.of(schema as unknown as typeof ecs.RunTaskRequest$) : undefined;
}

const serialization = (message: string): AwsFailure => new AwsFailure('SerializationException', message);

function conform(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (value === null || value === undefined || schema.isDocumentSchema()) return value ?? undefined;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw serialization('Expected list or null');
    return value.map((item, index) => conform(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (!schema.isMapSchema() && !schema.isStructSchema()) return scalar(schema, value);
  if (!isObject(value)) throw serialization('Unexpected value: expected a structure or map');
  return schema.isMapSchema() ? entries(schema, value, path) : members(schema, value, path);
}

/** The schemas have one code for all numbers, and JSON writes a time as one. */
function scalarOf(schema: NormalizedSchema): readonly [type: string, name: string] {
  if (schema.isBooleanSchema()) return ['boolean', 'a Boolean'];
  return schema.isStringSchema() ? ['string', 'a String'] : ['number', 'an Integer'];
}

function scalar(schema: NormalizedSchema, value: unknown): unknown {
  const [type, name] = scalarOf(schema);
  if (typeof value === type) return value;
  if (typeof value === 'object')
    throw serialization(`Start of ${Array.isArray(value) ? 'list' : 'structure or map'} found where not expected.`);
  const given =
    typeof value === 'boolean' ? `${value ? 'TRUE' : 'FALSE'}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`;
  throw serialization(`${given} can not be converted to ${name}`);
}

function entries(schema: NormalizedSchema, value: JsonObject, path: string): JsonObject {
  const of = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, conform(of, member, `${path}.${name}`)]),
  );
}

function members(schema: NormalizedSchema, value: JsonObject, path: string): JsonObject {
  const known: JsonObject = {};
  let index = 0;
  for (const [name, memberSchema] of schema.structIterator()) {
    const member = conform(memberSchema, value[name], `${path}.${name}`);
    refuseOtherWords(words[`${schema.getName()?.split('#').at(-1)}.${name}`], member, `${path}.${name}`);
    const required = index++ < requiredOf(schema);
    if (member !== undefined) known[name] = member;
    else if (required && path !== '') {
      throw invalidParameter(
        `1 validation error detected: Value null at '${path.slice(1)}.${name}' failed to satisfy constraint: Member must not be null`,
      );
    }
  }
  return known;
}

/** How many of the first members are required: the last part of the schema of a structure, see StaticStructureSchema. */
function requiredOf(schema: NormalizedSchema): number {
  const raw: unknown = schema.getSchema();
  const count: unknown = Array.isArray(raw) ? raw[6] : undefined;
  return typeof count === 'number' ? count : 0;
}

/** Checks each item of a list, too. An empty string means absent in most members. */
function refuseOtherWords(allowed: readonly string[] | undefined, value: unknown, path: string): void {
  if (allowed === undefined || value === undefined) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseOtherWords(allowed, item, `${path}[${index}]`);
    return;
  }
  if (value === '' || allowed.includes(String(value))) return;
  const where = path.slice(1).replaceAll(/\[(\d+)\]/g, (_, index: string) => `.${Number(index) + 1}.member`);
  throw invalidParameter(
    `1 validation error detected: Value '${value}' at '${where}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}
