import { AwsFailure, invalidParameter } from './aws-failure.ts';
import { ecsInputs, type InputShape } from './ecs-inputs.ts';
import { isObject, type JsonObject } from './json.ts';
import { unreadable } from './wire.ts';

/** An ECS request without the members that AWS does not know; wrong types and missing members are refused. */
export function checkedEcsInput(operation: string, input: JsonObject): JsonObject {
  if (input[unreadable] === true) throw serialization('The request body is not a JSON object');
  const shape = ecsInputs[operation];
  const checked = shape === undefined ? input : conform(shape, input, '');
  return isObject(checked) ? checked : {};
}

const serialization = (message: string): AwsFailure => new AwsFailure('SerializationException', message);

const scalars: Readonly<Record<string, readonly [type: string, name: string]>> = {
  text: ['string', 'String'],
  number: ['number', 'Integer'],
  flag: ['boolean', 'Boolean'],
};

function conform(shape: InputShape, value: unknown, path: string): unknown {
  if (value === null || value === undefined || shape === 'any') return value ?? undefined;
  if (typeof shape === 'string') return scalar(shape, value, path);
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw serialization('Expected list or null');
    return value.map((item, index) => conform(shape[0], item, `${path}[${index}]`));
  }
  if (!isObject(value)) throw serialization('Unexpected value: expected a structure or map');
  return members(shape as Readonly<Record<string, InputShape>>, value, path);
}

function scalar(shape: string, value: unknown, path: string): unknown {
  const [plain = shape, words] = shape.split(':');
  const [type, name] = scalars[plain] ?? [];
  if (typeof value === type) return words === undefined ? value : oneOf(words.split('|'), value, path);
  if (typeof value === 'object')
    throw serialization(`Start of ${Array.isArray(value) ? 'list' : 'structure or map'} found where not expected.`);
  const given =
    typeof value === 'boolean' ? `${value ? 'TRUE' : 'FALSE'}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`;
  throw serialization(`${given} can not be converted to ${name === 'Integer' ? 'an' : 'a'} ${name}`);
}

/** An empty text is as good as none in most members. */
function oneOf(words: readonly string[], value: unknown, path: string): unknown {
  if (value === '' || words.includes(String(value))) return value;
  const where = path.slice(1).replaceAll(/\[(\d+)\]/g, (_, index: string) => `.${Number(index) + 1}.member`);
  throw invalidParameter(
    `1 validation error detected: Value '${value}' at '${where}' failed to satisfy constraint: Member must satisfy enum value set: [${words.join(', ')}]`,
  );
}

function members(shape: Readonly<Record<string, InputShape>>, value: JsonObject, path: string): JsonObject {
  const any = shape['*'];
  if (any !== undefined) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, conform(any, member, `${path}.${name}`)]),
    );
  }
  const known: JsonObject = {};
  for (const [marked, memberShape] of Object.entries(shape)) {
    const name = marked.endsWith('!') ? marked.slice(0, -1) : marked;
    const member = conform(memberShape, value[name], `${path}.${name}`);
    if (member !== undefined) known[name] = member;
    else if (marked !== name && path !== '') {
      throw invalidParameter(
        `1 validation error detected: Value null at '${path.slice(1)}.${name}' failed to satisfy constraint: Member must not be null`,
      );
    }
  }
  return known;
}
