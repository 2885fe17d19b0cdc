import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Origin } from '../model/change.ts';
import type { Edits } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import type { Problem, Spot } from '../model/problem.ts';
import { editDefinition } from '../task-definition/edit.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import { resolveTasks } from '../task-definition/resolve-task.ts';
import { asWritten, type Document, follow, parseDocument, repeatedKeys, substitutedStrings } from './document.ts';
import {
  type ContextFile,
  missingDirectory,
  type Place,
  placeOf,
  placeOfFile,
  readContextFile,
  shownPath,
} from './file.ts';
import { filledIn } from './origins.ts';
import { positionOf, problemAt, problemIn } from './position.ts';
import { readers } from './reader.ts';
import type { ReadRolloutFile, RolloutFile } from './rollout-file.ts';
import { conflicts, type FileKind, type FileNames, fileNames, type Pair } from './rules.ts';
import { loadShapes, type Shapes } from './schema.ts';
import { substitute } from './substitute.ts';

/** The contents of service.json, task-definition.json and rollout.yml, ready to be sent. A file that is absent or has a problem is left out. */
export interface DeployContext {
  /** `cluster` and `serviceName` may be absent: inputs can give them. */
  readonly service?: CreateServiceRequest;
  readonly taskDefinition?: RegisterTaskDefinitionRequest;
  readonly rollout?: RolloutFile;
  /** The values substituted from the environment, which must never be printed: sorted, unique, not empty. */
  readonly substituted: readonly string[];
  /** What the file of the task definition is called in a message; absent where no file was looked for. */
  readonly definitionFile?: string;
  /** Paths of the files that were read, relative to the workspace. */
  readonly files: readonly string[];
  /** The values of each file that come from the environment, by their path. */
  readonly filledIn?: Readonly<Record<FileKind, Readonly<Record<string, Origin>>>>;
  /** Sentences about members of the files that were ignored. */
  readonly remarks?: readonly string[];
  /** Whether service.json names the cluster and the service, even if it has a problem; absent if it cannot be read. */
  readonly named?: { readonly cluster: boolean; readonly serviceName: boolean };
  /** Returns the position of a path of the task definition in its file. */
  readonly lineOf?: (path: Path) => Spot | undefined;
  /** Creates a problem with its position in the file. */
  readonly problemOf?: (file: FileKind, path: Path, what: string) => Problem;
}

/** The location of the deploy context and the files that the command needs. */
export interface DeployContextOptions {
  /** As the user wrote it: relative to the workspace, or absolute. Absent where there is a task definition file alone. */
  readonly directory?: string;
  /** Path of a file that takes the place of task-definition.json in the directory. */
  readonly definitionFile?: string | undefined;
  readonly workspace: string;
  readonly environment: Environment;
  readonly needs: {
    readonly service: boolean;
    readonly taskDefinition: boolean;
    /** Whether to read rollout.yml if it exists. */
    readonly rollout?: boolean;
  };
  /** Files whose contents are not used; variables in them need not be set. */
  readonly unused?: readonly FileKind[];
  /** Whether the service exists, so that it has what service.json leaves out. */
  readonly live?: boolean;
  /** `names` if the files only identify the service; otherwise all rules apply. */
  readonly rules?: 'all' | 'names';
  /** Edits by inputs, which are applied before the rules are checked. */
  readonly edits?: Edits;
}

/** Where a file is, and whether there must be one. */
interface Source {
  readonly place: Place;
  readonly name: string;
  readonly needed: boolean;
}

interface Sources {
  readonly service?: Source | undefined;
  readonly taskDefinition?: Source | undefined;
  readonly rollout?: Place | undefined;
  readonly names: FileNames;
}

/** Which files are read; a task definition file that an input names must be there. */
function sourcesOf(place: Place | undefined, { definitionFile, workspace, needs }: DeployContextOptions): Sources {
  const file = definitionFile === undefined ? undefined : placeOfFile(definitionFile, workspace);
  const inContext = (kind: FileKind) => place && { place, name: fileNames[kind], needed: needs[kind] };
  return {
    service: inContext('service'),
    taskDefinition: file === undefined ? inContext('taskDefinition') : { ...file, needed: true },
    rollout: needs.rollout ? place : undefined,
    names: file === undefined ? fileNames : { ...fileNames, taskDefinition: shownPath(file.place, file.name) },
  };
}

/** Reads the files; every problem of all of them comes back, none is thrown. */
export async function readDeployContext(
  options: DeployContextOptions,
): Promise<{ context: DeployContext; problems: readonly Problem[] }> {
  const { directory, workspace } = options;
  const place = directory === undefined ? undefined : placeOf(directory, workspace);
  const absent = place && (await missingDirectory(place));
  if (absent !== undefined) return { context: { substituted: [], files: [] }, problems: [absent] };
  const shapes = await loadShapes();
  const sources = sourcesOf(place, options);
  const { names } = sources;
  const service = await load('service', sources, options, shapes);
  const taskDefinition = await load('taskDefinition', sources, options, shapes);
  const rollout = sources.rollout ? await loadRollout(sources.rollout, options) : nothing;
  const problems = [
    ...service.problems,
    ...taskDefinition.problems,
    ...conflictsOf({ service, taskDefinition }, options, names),
    ...rollout.problems,
    ...unfitTasks(rollout.value, taskDefinition, options.needs),
  ];
  const flawless = ({ file, value }: Loaded) =>
    problems.some(({ at }) => at && at.file === file?.path) ? undefined : value;
  const [create, register] = [flawless(service), flawless(taskDefinition)];
  const context: DeployContext = {
    // The schemas were checked above, which the compiler cannot know.
    ...(create !== undefined && { service: create as CreateServiceRequest }),
    ...(register !== undefined && { taskDefinition: register as RegisterTaskDefinitionRequest }),
    ...(rollout.value !== undefined && { rollout: rollout.value }),
    substituted: [...new Set([...service.values, ...taskDefinition.values, ...rollout.values])]
      .filter((value) => value !== '')
      .sort(),
    definitionFile: names.taskDefinition,
    files: [service, taskDefinition, rollout].flatMap(({ file }) => (file === undefined ? [] : [file.path])),
    filledIn: {
      service: filledInOf(names.service, service),
      taskDefinition: filledInOf(names.taskDefinition, taskDefinition),
    },
    ...(service.document === undefined ? {} : { named: namedIn(service) }),
    remarks: [...(service.remarks ?? []), ...(taskDefinition.remarks ?? [])],
    lineOf: (path) => lineIn(taskDefinition, path),
    problemOf: (kind, path, what) => problemOf({ service, taskDefinition }[kind], names[kind], path, what),
  };
  return { context, problems };
}

function namedIn({ document, locate }: Loaded): NonNullable<DeployContext['named']> {
  const has = (key: string): boolean => document !== undefined && follow(document.root, locate([key])).found;
  return { cluster: has('cluster'), serviceName: has('serviceName') };
}

function lineIn({ file, document, locate }: Loaded, path: Path): Spot | undefined {
  if (file === undefined || document === undefined) return undefined;
  const { found } = follow(document.root, locate(path));
  return found ? problemIn(file, document, locate(path), '').at : undefined;
}

function problemOf({ file, document, locate }: Loaded, name: string, path: Path, what: string): Problem {
  if (file === undefined || document === undefined) return { where: `${name}: ${showPath(path)}`, what };
  return problemIn(file, document, locate(path), what);
}

/** The result of reading one file. */
interface Loaded {
  readonly file?: ContextFile;
  readonly document?: Document;
  /** Present if every member has the type of its schema; there may be other problems. */
  readonly value?: unknown;
  /** Converts a path in `value` to the path in the file, which may be wrapped in another object. */
  readonly locate: (path: Path) => Path;
  readonly values: readonly string[];
  readonly problems: readonly Problem[];
  /** Sentences about members that were ignored. */
  readonly remarks?: readonly string[];
}

async function load(kind: FileKind, sources: Sources, options: DeployContextOptions, shapes: Shapes): Promise<Loaded> {
  const locate = (path: Path) => path;
  const source = sources[kind];
  if (source === undefined) return { locate, values: [], problems: [] };
  const { file, problems } = await readContextFile(source.place, source.name, source.needed);
  if (file === undefined) return { locate, values: [], problems };
  const substitution = substitute(file.text, options.environment);
  const unset = reportProblems(file, substitution.faults, (fault) => problemAt(file, fault));
  if (unset.length > 0 && options.unused?.includes(kind)) return { locate, values: substitution.values, problems: [] };
  const broken = { file, locate, values: substitution.values };
  if (!substitution.whole) return { ...broken, problems: unset };
  const { document, faults } = parseDocument(substitution);
  if (document === undefined)
    return { ...broken, problems: [...unset, ...faults.map((fault) => problemAt(file, fault))] };
  const unused = options.unused?.includes(kind) === true;
  const live = options.live === true;
  const loaded = understand(kind, file, document, { unset, unused, live, names: sources.names }, shapes);
  return unused ? { ...loaded, remarks: [] } : loaded;
}

const nothing: ReadRolloutFile & { readonly file?: ContextFile } = { values: [], problems: [] };

async function loadRollout(
  place: Place,
  { environment }: DeployContextOptions,
): Promise<ReadRolloutFile & { readonly file?: ContextFile }> {
  const { file, problems } = await readContextFile(place, 'rollout.yml', false);
  if (file !== undefined) {
    // Few deploy contexts have the file, and it needs the YAML parser.
    const { readRolloutFile } = await import('./rollout-file.ts');
    return { ...(await readRolloutFile(file, environment)), file };
  }
  const { file: other } = await readContextFile(place, 'rollout.yaml', false);
  if (other === undefined) return { ...nothing, problems };
  return { ...nothing, problems: [{ where: other.shown, what: 'is not read; rename it to rollout.yml' }] };
}

/** If the task definition is not needed, another one is rolled out, whose containers are checked later. */
function unfitTasks(
  rollout: RolloutFile | undefined,
  { value }: Loaded,
  needs: DeployContextOptions['needs'],
): readonly Problem[] {
  const definition = value as RegisterTaskDefinitionRequest | undefined;
  if (rollout === undefined || definition === undefined || !needs.taskDefinition) return [];
  const gates = rollout.gates.flatMap((gate) => (gate.kind === 'task' ? [{ ...gate.task, name: gate.name }] : []));
  return resolveTasks([...rollout.beforePromote, ...gates], definition.containerDefinitions ?? []).problems;
}

/** Maximum number of reported problems of one kind; finding the position of each takes a scan of the file. */
const maxProblems = 50;

function reportProblems<T>({ shown }: ContextFile, found: readonly T[], say: (one: T) => Problem): readonly Problem[] {
  const reported = found.slice(0, maxProblems).map(say);
  const rest = found.length - reported.length;
  return rest === 0 ? reported : [...reported, { where: shown, what: `has ${rest} more problems like these` }];
}

function understand(
  kind: FileKind,
  file: ContextFile,
  document: Document,
  {
    unset,
    unused,
    live,
    names,
  }: {
    readonly unset: readonly Problem[];
    readonly unused: boolean;
    readonly live: boolean;
    readonly names: FileNames;
  },
  shapes: Shapes,
): Loaded {
  const { findings: all, locate, value, remarks } = readers[kind](document, shapes, names);
  const findings = kind === 'service' && live ? all.filter((one) => !lacksLiveSubnets(one)) : all;
  const repeated = reportProblems(file, repeatedKeys(document.root), ({ path, key, first }) => {
    const { line } = positionOf(file.text, document.substitution, first.offset);
    return problemIn(file, document, path, `is duplicated; the first is on line ${line}`, key.offset);
  });
  // A bad enum value does no harm if the file is not sent, and must not block a rollback.
  const relevant = unused ? findings.filter(({ quoting }) => !quoting) : findings;
  const wrong = reportProblems(file, relevant, ({ path, what, quoting }) =>
    problemIn(file, document, path, quoting ? `${written(document, path)} ${what}` : what),
  );
  // With unset variables the contents are incomplete, so nothing is derived from them.
  const sound = unset.length === 0 && !findings.some(({ untyped }) => untyped);
  return {
    file,
    document,
    locate,
    values: [...document.substitution.values, ...substitutedStrings(document)],
    problems: [...unset, ...repeated, ...wrong],
    remarks,
    ...(sound && { value }),
  };
}

/** The API wants subnets wherever it is given a network; those of a service that exists are merged into it. */
const lacksLiveSubnets = ({ path, what }: { readonly path: Path; readonly what: string }): boolean =>
  what === 'is missing' && path.join('.') === 'networkConfiguration.awsvpcConfiguration.subnets';

/** Returns the user's text at a path for a message; strings in quotes. */
function written(document: Document, path: Path): string {
  const { node } = follow(document.root, path);
  const text = asWritten(document, node);
  return node.type === 'string' ? `'${text}'` : text;
}

function filledInOf(name: string, { document, value, locate }: Loaded): Readonly<Record<string, Origin>> {
  return document === undefined || value === undefined ? {} : filledIn(name, document, value, locate);
}

function conflictsOf(
  loaded: Readonly<Record<FileKind, Loaded>>,
  { needs, unused = [], rules = 'all', edits, live = false }: DeployContextOptions,
  names: FileNames,
): readonly Problem[] {
  const quote: Pair['written'] = (kind, path) => {
    const { document, locate } = loaded[kind];
    return document === undefined ? '' : written(document, locate(path));
  };
  const service = loaded.service.value as CreateServiceRequest | undefined;
  const filed = loaded.taskDefinition.value as RegisterTaskDefinitionRequest | undefined;
  // Edits apply to the file if there is one, even if it is optional.
  const used = needs.taskDefinition || (edits !== undefined && !unused.includes('taskDefinition'));
  const taskDefinition = filed && edits && used ? editDefinition(filed, edits).definition : filed;
  // The service will not run an unused task definition, so the two files need not match.
  const found = used
    ? conflicts({ service, taskDefinition, written: quote, names, live }, rules)
    : [
        ...conflicts({ service, taskDefinition: undefined, written: quote, names, live }, rules),
        ...conflicts(
          { service: undefined, taskDefinition, written: quote, names },
          unused.includes('taskDefinition') ? 'names' : rules,
        ),
      ];
  return (['service', 'taskDefinition'] as const).flatMap((kind) => {
    const { file, document, locate } = loaded[kind];
    if (file === undefined || document === undefined) return [];
    const inFile = found.filter((conflict) => conflict.file === kind);
    return reportProblems(file, inFile, ({ path, what }) => problemIn(file, document, locate(path), what));
  });
}
