import { isObject } from '../model/json.ts';
import { describedServiceKey, isDescribed, isReserved, unwrapTaskDefinition } from '../task-definition/described.ts';
import type { Path } from '../task-definition/path.ts';
import { type Document, literalText, toValue } from './document.ts';
import { type FileKind, type FileNames, fileNames } from './rules.ts';
import type { Shapes, Structure } from './schema.ts';
import { formatIgnored, simplify } from './simplify.ts';
import { collapseSpelling } from './spelling.ts';
import { type Finding, type Hint, inspect } from './validate.ts';

/** The meaning of the JSON of one file. */
export interface Reading {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly locate: (path: Path) => Path;
  /** What was left out of it, in sentences. */
  readonly remarks: readonly string[];
}

/** The readers of the two files. */
export const readers: Readonly<Record<FileKind, (document: Document, shapes: Shapes, names?: FileNames) => Reading>> = {
  service: readService,
  taskDefinition: readTaskDefinition,
};

function readService(
  document: Document,
  { CreateServiceRequest, RegisterTaskDefinitionRequest, Service }: Shapes,
  names = fileNames,
): Reading {
  // An input can name the service instead.
  const shape: Structure = { ...CreateServiceRequest, required: [] };
  const whole = toValue(document.root);
  const described = describedServiceKey(whole);
  if (described !== undefined) {
    const what =
      "is part of a DescribeServices answer; this file takes the input of 'aws ecs create-service --cli-input-json'";
    const findings = [{ path: [described], what, untyped: true } as const];
    return { value: whole, findings, locate: (path) => path, remarks: [] };
  }
  const hint: Hint = (key) => {
    // The name of the member in UpdateService.
    if (key === 'service') return 'is not known; did you mean serviceName?';
    return RegisterTaskDefinitionRequest.members.has(key)
      ? `is not known here; move it to ${names.taskDefinition}`
      : undefined;
  };
  const { settings, output } = withoutOutput(
    whole,
    (key) => Service.members.has(key) && !shape.members.has(key) && !RegisterTaskDefinitionRequest.members.has(key),
  );
  const simplified = simplify(settings, shape, (path) => literalText(document, path));
  const { value, locate } = simplified;
  const findings = collapseSpelling(value, shape, inspect(value, shape, hint));
  const remarks = [...formatIgnored(names.service, simplified), ...formatOutput(names.service, output)];
  return { value, findings: locateAll(findings, locate), locate, remarks };
}

/** Other tools, such as ecspresso, keep members of a described service in the file that ECS does not accept as settings. */
function withoutOutput(
  value: unknown,
  isOutput: (key: string) => boolean,
): { readonly settings: unknown; readonly output: readonly string[] } {
  if (!isObject(value)) return { settings: value, output: [] };
  const settings = Object.entries(value).filter(([key]) => !isOutput(key));
  return { settings: Object.fromEntries(settings), output: Object.keys(value).filter(isOutput) };
}

const formatOutput = (file: string, output: readonly string[]): readonly string[] =>
  output.length === 0 ? [] : [`${file}: ${output.join(', ')} ignored: output of DescribeServices, not settings.`];

function readTaskDefinition(
  document: Document,
  { CreateServiceRequest, RegisterTaskDefinitionRequest: shape }: Shapes,
  names = fileNames,
): Reading {
  const whole = toValue(document.root);
  const { value: unwrapped, base, unknownKeys } = unwrapTaskDefinition(whole);
  const hint: Hint = (key) =>
    CreateServiceRequest.members.has(key) ? `is not known here; move it to ${names.service}` : undefined;
  const inFile = (path: Path) => (path[0] === 'tags' ? path : [...base, ...path]);
  const simplified = simplify(unwrapped, shape, (path) => literalText(document, inFile(path)));
  const value = withoutFreePorts(simplified.value);
  const locate = (path: Path) => inFile(simplified.locate(path));
  const unknown = unknownKeys.map((key) => ({
    path: key === 'tags' ? [...base, key] : [key],
    what: key === 'tags' ? 'is set inside and outside taskDefinition; keep one' : 'is not known next to taskDefinition',
  }));
  const inside = locateAll(
    collapseSpelling(value, shape, inspect(value, shape, hint, { fromAws: isDescribed(whole) })),
    locate,
  );
  return {
    value: base.length === 0 ? value : withoutAwsTags(value),
    findings: [...unknown, ...inside],
    locate,
    remarks: formatIgnored(names.taskDefinition, simplified),
  };
}

const locateAll = (findings: readonly Finding[], locate: (path: Path) => Path): readonly Finding[] =>
  findings.map((finding) => ({ ...finding, path: locate(finding.path) }));

/** In network modes in which host port and container port are equal, hostPort 0 means the same as no hostPort; see normalForm. */
function withoutFreePorts(value: unknown): unknown {
  if (!isObject(value) || !(value.networkMode === 'awsvpc' || value.networkMode === 'host')) return value;
  if (!Array.isArray(value.containerDefinitions)) return value;
  const containerDefinitions = value.containerDefinitions.map((container: unknown) => {
    if (!isObject(container) || !Array.isArray(container.portMappings)) return container;
    return { ...container, portMappings: container.portMappings.map(withoutFreePort) };
  });
  return { ...value, containerDefinitions };
}

function withoutFreePort(mapping: unknown): unknown {
  if (!isObject(mapping) || mapping.hostPort !== 0) return mapping;
  const { hostPort: _, ...others } = mapping;
  return others;
}

/** Tags of a DescribeTaskDefinition answer can contain AWS's own (`aws:`). They are removed after the checks, which count all tags. */
function withoutAwsTags(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value.tags)) return value;
  return { ...value, tags: value.tags.filter((tag) => !(isObject(tag) && isReserved(tag.key))) };
}
