/**
 * What a value may look like, read from the SDK's runtime schemas. Their format is declared by StaticSchema in
 * `@smithy/types` (dist-types/schema/static-schemas.d.ts) and read by NormalizedSchema in `@smithy/core`
 * (submodules/schema), which is not ours to import: it is a dependency of a dependency.
 */
export type Shape =
  | { readonly is: 'string' | 'boolean' | 'anything' }
  | { readonly is: 'number'; readonly whole: boolean }
  | { readonly is: 'list' | 'map'; readonly of: Shape }
  | Structure;

/** A shape with named members. They are functions because some schemas could contain themselves. */
export interface Structure {
  readonly is: 'structure';
  readonly name: string;
  readonly members: ReadonlyMap<string, () => Shape>;
  readonly required: readonly string[];
  /** Whether exactly one of the members must be there. */
  readonly union: boolean;
}

/** The requests and parts of them that a person may write as JSON. */
export type ShapeName =
  | 'CreateServiceRequest'
  | 'NetworkConfiguration'
  | 'RegisterTaskDefinitionRequest'
  | 'RunTaskRequest'
  | 'UpdateServiceRequest';

/** The shapes by name, and with them those that AWS answers with, which tell what is its own addition. */
export type Shapes = Readonly<Record<ShapeName | 'Service' | 'TaskDefinition', Structure>>;

/** Loads the SDK's client, which the program needs anyway, for the schemas that come with it. */
export async function loadShapes(): Promise<Shapes> {
  // Dynamic, so that the bundler puts the client into a chunk of its own.
  const ecs = await import('@aws-sdk/client-ecs');
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

/** [3, or 4 for a union, namespace, name, traits, member names, member schemas, how many of the first are required] */
function structure(schema: readonly unknown[]): Structure {
  const [kind, , name, , names, schemas, required] = schema;
  const members = asList(names).map(String);
  return {
    is: 'structure',
    name: String(name),
    union: kind === 4,
    members: new Map(
      members.map((member, index) => [member, () => memberShape(`${name}.${member}`, asList(schemas)[index])]),
    ),
    required: [...members.slice(0, typeof required === 'number' ? required : 0), ...(alsoRequired[String(name)] ?? [])],
  };
}

/** AWS refuses a container without these ("Container.image should not be null or empty"), its schema does not. */
const alsoRequired: Readonly<Record<string, readonly string[]>> = { ContainerDefinition: ['name', 'image'] };

/** The schemas have one code for all numbers; these are the only doubles in the models of the requests above. */
const fractions: ReadonlySet<string> = new Set([
  'LinearConfiguration.stepPercent',
  'CanaryConfiguration.canaryPercent',
]);

function memberShape(name: string, reference: unknown): Shape {
  const shape = shapeOf(reference);
  return shape.is === 'number' ? { is: 'number', whole: !fractions.has(name) } : shape;
}

function shapeOf(reference: unknown): Shape {
  if (typeof reference === 'function') return shapeOf(reference());
  if (typeof reference === 'number') return simple(reference);
  if (!Array.isArray(reference)) return { is: 'anything' };
  if (reference.length === 2) return shapeOf(reference[0]); // [schema, traits]
  if (reference[0] === 0) return shapeOf(reference[4]); // a simple schema with a name
  if (reference[0] === 1) return { is: 'list', of: shapeOf(reference[4]) };
  if (reference[0] === 2) return { is: 'map', of: shapeOf(reference[5]) };
  return reference[0] === 3 || reference[0] === 4 ? structure(reference) : { is: 'anything' };
}

/** The low six bits are the type, the high ones make it a list (64) or a map (128) of that type. */
function simple(code: number): Shape {
  if (code & 128) return { is: 'map', of: simple(code & 63) };
  if (code & 64) return { is: 'list', of: simple(code & 63) };
  if (code === 0) return { is: 'string' };
  if (code === 1) return { is: 'number', whole: true };
  // Timestamps, blobs and documents: no request above has any.
  return code === 2 ? { is: 'boolean' } : { is: 'anything' };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
