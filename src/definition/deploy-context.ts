import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Problem } from '../core/problem.ts';
import { describedServiceKey, unwrapTaskDefinition } from './described.ts';
import {
  asWritten,
  type Document,
  follow,
  parseDocument,
  repeatedKeys,
  substitutedStrings,
  toValue,
  writtenPath,
} from './document.ts';
import { type ContextFile, missingDirectory, type Place, placeOf, readContextFile } from './file.ts';
import type { Path } from './path.ts';
import { positionOf } from './position.ts';
import { conflicts, type FileKind, type Pair } from './rules.ts';
import { loadShapes, type Shapes } from './schema.ts';
import { type Environment, type Fault, substitute } from './substitute.ts';
import { type Finding, type Hint, inspect } from './validate.ts';

/** What service.json and task-definition.json say, ready to be sent; without a file that is absent or has a problem. */
export interface DeployContext {
  /** `cluster` and `serviceName` may be absent: inputs can give them. */
  readonly service?: CreateServiceRequest;
  readonly taskDefinition?: RegisterTaskDefinitionRequest;
  /** The values that were substituted from the environment, never to be printed: sorted, each once, none empty. */
  readonly substituted: readonly string[];
  /** The files that were read, relative to the workspace. */
  readonly files: readonly string[];
}

/** Where the deploy context is and what of it the command cannot do without. */
export interface DeployContextOptions {
  /** As the user wrote it: relative to the workspace, or absolute. */
  readonly directory: string;
  readonly workspace: string;
  readonly environment: Environment;
  readonly needs: { readonly service: boolean; readonly taskDefinition: boolean };
}

/** Reads the directory; every problem of both files comes back, none is thrown. */
export async function readDeployContext(
  options: DeployContextOptions,
): Promise<{ context: DeployContext; problems: readonly Problem[] }> {
  const place = placeOf(options.directory, options.workspace);
  const absent = await missingDirectory(place);
  if (absent !== undefined) return { context: { substituted: [], files: [] }, problems: [absent] };
  const shapes = await loadShapes();
  const service = await load('service', place, options, shapes);
  const taskDefinition = await load('taskDefinition', place, options, shapes);
  const problems = [
    ...service.problems,
    ...taskDefinition.problems,
    ...conflictsOf({ service, taskDefinition }, options.needs),
  ];
  const spoiled = (loaded: Loaded) => problems.some(({ at }) => at !== undefined && at.file === loaded.file?.path);
  const all = [service, taskDefinition];
  const context: DeployContext = {
    ...(service.value !== undefined && !spoiled(service) && { service: service.value as CreateServiceRequest }),
    ...(taskDefinition.value !== undefined &&
      !spoiled(taskDefinition) && { taskDefinition: taskDefinition.value as RegisterTaskDefinitionRequest }),
    substituted: [...new Set(all.flatMap(({ values }) => values))].filter((value) => value !== '').sort(),
    files: all.flatMap(({ file }) => (file === undefined ? [] : [file.path])),
  };
  return { context, problems };
}

/** What became of one file, as far as it came. */
interface Loaded {
  readonly file?: ContextFile;
  readonly document?: Document;
  /** Present when every member has the type that its schema says; there may be problems of other kinds. */
  readonly value?: unknown;
  /** From a path in `value` to the path in the file, which may have a wrapping around it. */
  readonly locate: (path: Path) => Path;
  readonly values: readonly string[];
  readonly problems: readonly Problem[];
}

const names = { service: 'service.json', taskDefinition: 'task-definition.json' } as const;

async function load(kind: FileKind, place: Place, options: DeployContextOptions, shapes: Shapes): Promise<Loaded> {
  const nowhere = { locate: (path: Path) => path, values: [] };
  const { file, problems: unread } = await readContextFile(place, names[kind], options.needs[kind]);
  if (file === undefined) return { ...nowhere, problems: unread };
  const substitution = substitute(file.text, options.environment);
  const { values } = substitution;
  const unset = substitution.faults.map((fault) => problemAt(file, fault));
  if (!substitution.whole) return { ...nowhere, file, values, problems: unset };
  const { document, faults } = parseDocument(substitution);
  if (document === undefined)
    return { ...nowhere, file, values, problems: [...unset, ...faults.map((f) => problemAt(file, f))] };
  const secrets = [...values, ...substitutedStrings(document)];
  const { findings, locate, value } = readers[kind](toValue(document.root), shapes);
  const repeated = repeatedKeys(document.root).map(({ path, key, first }) => {
    const { line } = positionOf(file.text, document.substitution, first.offset);
    return problemIn(file, document, path, `is there twice; the first is on line ${line}`, key.offset);
  });
  const wrong = findings.map(({ path, what }) => problemIn(file, document, path, what));
  const problems = [...unset, ...repeated, ...wrong];
  // Without its variables the text of a file is not what it says, so nothing is derived from it.
  const sound = unset.length === 0 && !findings.some(({ untyped }) => untyped);
  return { file, document, locate, values: secrets, problems, ...(sound && { value }) };
}

interface Reading {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly locate: (path: Path) => Path;
}

const readers: Readonly<Record<FileKind, (value: unknown, shapes: Shapes) => Reading>> = {
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
  const inside = inspect(value, RegisterTaskDefinitionRequest, hint);
  const located = inside.map((finding) => ({ ...finding, path: locate(finding.path) }));
  return { value, findings: [...beside, ...located], locate };
}

function conflictsOf(
  loaded: Readonly<Record<FileKind, Loaded>>,
  needs: DeployContextOptions['needs'],
): readonly Problem[] {
  const written: Pair['written'] = (kind, path) => {
    const { document, locate } = loaded[kind];
    if (document === undefined) return '';
    const { node } = follow(document.root, locate(path));
    const text = asWritten(document, node);
    return node.type === 'string' ? `'${text}'` : text;
  };
  const { service, taskDefinition } = loaded;
  const ofTask = {
    written,
    ...(taskDefinition.value !== undefined && { taskDefinition: taskDefinition.value }),
  } as Pair;
  const ofService = { written, ...(service.value !== undefined && { service: service.value }) } as Pair;
  // A task definition that is not needed is not the one that the service will run: they need not fit.
  const found = needs.taskDefinition
    ? conflicts({ ...ofTask, ...ofService })
    : [...conflicts(ofService), ...conflicts(ofTask)];
  return found.flatMap(({ file: kind, path, what }) => {
    const { file, document, locate } = loaded[kind];
    return file === undefined || document === undefined ? [] : [problemIn(file, document, locate(path), what)];
  });
}

/** A problem of the text as such: its line and column are all there is to find it by. */
function problemAt(file: ContextFile, { offset, what }: Fault): Problem {
  const { line, column } = positionOf(file.text, undefined, offset);
  return { where: `${file.shown}:${line}:${column}`, what, at: { file: file.path, line, column } };
}

/** A problem of something that has a path; what is missing is told at the object that should have it. */
function problemIn(file: ContextFile, document: Document, path: Path, what: string, offset?: number): Problem {
  const { node, key, found } = follow(document.root, path);
  // The key is what the eye looks for: a value may be lines long.
  const from = offset ?? (found ? (key ?? node) : node).offset;
  const at = { file: file.path, ...positionOf(file.text, document.substitution, from) };
  return { where: path.length === 0 ? file.shown : `${file.shown}: ${writtenPath(document, path)}`, what, at };
}
