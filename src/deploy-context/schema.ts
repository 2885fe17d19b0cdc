/**
 * The shape of a value, read from the SDK's runtime schemas. Their format is declared by StaticSchema in
 * `@smithy/types` (dist-types/schema/static-schemas.d.ts) and read by NormalizedSchema in `@smithy/core`
 * (submodules/schema), which cannot be imported because it is a transitive dependency.
 */
export type Shape =
  | { readonly is: 'boolean' | 'anything' }
  /** With `words`, no other values are allowed. */
  | { readonly is: 'string'; readonly words?: readonly string[] }
  | { readonly is: 'number'; readonly whole: boolean }
  /** `called`: what the items of a list are. */
  | { readonly is: 'list' | 'map'; readonly of: Shape; readonly called?: string }
  /** Any scalar, or strings in a list or one; both in YAML only. */
  | { readonly is: 'text' | 'arguments' }
  | Structure;

/** A shape with named members, which are functions because schemas can be recursive. */
export interface Structure {
  readonly is: 'structure';
  readonly name: string;
  readonly members: ReadonlyMap<string, () => Shape>;
  readonly required: readonly string[];
  /** Whether exactly one of the members must be set. */
  readonly union: boolean;
  /** Whether an unknown key is told which ones there are. */
  readonly listed?: true;
}

/** Requests and parts of requests that users write as JSON. */
export type ShapeName =
  | 'CreateServiceRequest'
  | 'NetworkConfiguration'
  | 'RegisterTaskDefinitionRequest'
  | 'RunTaskRequest'
  | 'UpdateServiceRequest';

/** The shapes by name, including those of AWS's answers, which tell which members only AWS sets. */
export type Shapes = Readonly<Record<ShapeName | 'Service' | 'TaskDefinition', Structure>>;

/** Loads the schemas from the SDK's ECS client, which is needed anyway. */
export async function loadShapes(): Promise<Shapes> {
  // A dynamic import, so that the bundler creates a separate chunk.
  const [ecs, { words }] = await Promise.all([import('@aws-sdk/client-ecs'), import('./words.ts')]);
  const structure = (schema: readonly unknown[]): Structure => structureOf(schema, words);
  return {
    CreateServiceRequest: structure(ecs.CreateServiceRequest$),
    NetworkConfiguration: structure(ecs.NetworkConfiguration$),
    RegisterTaskDefinitionRequest: structure(ecs.RegisterTaskDefinitionRequest$),
    RunTaskRequest: structure(ecs.RunTaskRequest$),
    Service: structure(ecs.Service$),
    TaskDefinition: structure(ecs.TaskDefinition$),
    UpdateServiceRequest: structure(ecs.UpdateServiceRequest$),
  };
}

/** Allowed values, by structure and member. */
type Words = Readonly<Record<string, readonly string[]>>;

/** [3, or 4 for a union, namespace, name, traits, member names, member schemas, how many of the first are required] */
function structureOf(schema: readonly unknown[], words: Words): Structure {
  const [kind, , name, , names, schemas, required] = schema;
  const members = asList(names).map(String);
  return {
    is: 'structure',
    name: String(name),
    union: kind === 4,
    members: new Map(
      members.map((member, index) => [member, () => memberShape(`${name}.${member}`, asList(schemas)[index], words)]),
    ),
    required: [...members.slice(0, typeof required === 'number' ? required : 0), ...(alsoRequired[String(name)] ?? [])],
  };
}

/** AWS requires these ("Container.image should not be null or empty"), although its schema does not. */
const alsoRequired: Readonly<Record<string, readonly string[]>> = { ContainerDefinition: ['name', 'image'] };

/** The schemas use one code for all numbers; these are the only doubles in the requests above. */
const fractions: ReadonlySet<string> = new Set([
  'LinearConfiguration.stepPercent',
  'CanaryConfiguration.canaryPercent',
]);

function memberShape(name: string, reference: unknown, words: Words): Shape {
  const shape = shapeOf(reference, words);
  if (shape.is === 'number') return { is: 'number', whole: !fractions.has(name) };
  const taken = words[name];
  return taken === undefined ? shape : withWords(shape, taken);
}

/** In a list, the words apply to each item. */
function withWords(shape: Shape, words: readonly string[]): Shape {
  if (shape.is === 'list') return { is: 'list', of: withWords(shape.of, words) };
  return shape.is === 'string' ? { is: 'string', words } : shape;
}

function shapeOf(reference: unknown, words: Words): Shape {
  if (typeof reference === 'function') return shapeOf(reference(), words);
  if (typeof reference === 'number') return simple(reference);
  if (!Array.isArray(reference)) return { is: 'anything' };
  if (reference.length === 2) return shapeOf(reference[0], words); // [schema, traits]
  if (reference[0] === 0) return shapeOf(reference[4], words); // a simple schema with a name
  if (reference[0] === 1) return { is: 'list', of: shapeOf(reference[4], words) };
  if (reference[0] === 2) return { is: 'map', of: shapeOf(reference[5], words) };
  return reference[0] === 3 || reference[0] === 4 ? structureOf(reference, words) : { is: 'anything' };
}

/** The low six bits are the type; the high bits make it a list (64) or a map (128) of that type. */
function simple(code: number): Shape {
  if (code & 128) return { is: 'map', of: simple(code & 63) };
  if (code & 64) return { is: 'list', of: simple(code & 63) };
  if (code === 0) return { is: 'string' };
  if (code === 1) return { is: 'number', whole: true };
  // Timestamps, blobs and documents, which no request above contains.
  return code === 2 ? { is: 'boolean' } : { is: 'anything' };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
