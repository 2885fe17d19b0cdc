import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Origin } from '../model/change.ts';
import type { Edits } from '../model/edits.ts';
import type { Problem, Spot } from '../model/problem.ts';
import { editDefinition } from '../task-definition/edit.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import { resolveTasks } from '../task-definition/resolve-task.ts';
import { asWritten, type Document, follow, parseDocument, repeatedKeys, substitutedStrings } from './document.ts';
import { type ContextFile, missingDirectory, type Place, placeOf, readContextFile } from './file.ts';
import { filledIn } from './origins.ts';
import { positionOf, problemAt, problemIn } from './position.ts';
import { readers } from './reader.ts';
import { type ReadRolloutFile, type RolloutFile, readRolloutFile } from './rollout-file.ts';
import { conflicts, type FileKind, type Pair } from './rules.ts';
import { loadShapes, type Shapes } from './schema.ts';
import { type Environment, substitute } from './substitute.ts';

/** What service.json, task-definition.json and rollout.yml say, ready to be sent; without a file that is absent or has a problem. */
export interface DeployContext {
  /** `cluster` and `serviceName` may be absent: inputs can give them. */
  readonly service?: CreateServiceRequest;
  readonly taskDefinition?: RegisterTaskDefinitionRequest;
  readonly rollout?: RolloutFile;
  /** The values that were substituted from the environment, never to be printed: sorted, each once, none empty. */
  readonly substituted: readonly string[];
  /** The files that were read, relative to the workspace. */
  readonly files: readonly string[];
  /** The values of each file that the environment has filled in, by their path. */
  readonly filledIn?: Readonly<Record<FileKind, Readonly<Record<string, Origin>>>>;
  /** What was left out of the files, in sentences. */
  readonly remarks?: readonly string[];
  /** Whether service.json names the cluster and the service, also where it has a problem; absent where it cannot be read. */
  readonly named?: { readonly cluster: boolean; readonly serviceName: boolean };
  /** Where something of the task definition stands in its file. */
  readonly lineOf?: (path: Path) => Spot | undefined;
  /** A problem of something in one of the files, with its place there. */
  readonly problemOf?: (file: FileKind, path: Path, what: string) => Problem;
}

/** Where the deploy context is and what of it the command cannot do without. */
export interface DeployContextOptions {
  /** As the user wrote it: relative to the workspace, or absolute. */
  readonly directory: string;
  readonly workspace: string;
  readonly environment: Environment;
  readonly needs: {
    readonly service: boolean;
    readonly taskDefinition: boolean;
    /** Whether rollout.yml is read, where there is one. */
    readonly rollout?: boolean;
  };
  /** Files that are not used whatever they say: variables in them need not be set. */
  readonly unused?: readonly FileKind[];
  /** Whether the service exists, so that it has what service.json leaves out. */
  readonly live?: boolean;
  /** `names` where the files only say which service is meant; else all rules apply. */
  readonly rules?: 'all' | 'names';
  /** What inputs put into the task definition, which the rules see with it. */
  readonly edits?: Edits;
}

/** Reads the directory; every problem of all files comes back, none is thrown. */
export async function readDeployContext(
  options: DeployContextOptions,
): Promise<{ context: DeployContext; problems: readonly Problem[] }> {
  const place = placeOf(options.directory, options.workspace);
  const absent = await missingDirectory(place);
  if (absent !== undefined) return { context: { substituted: [], files: [] }, problems: [absent] };
  const shapes = await loadShapes();
  const service = await load('service', place, options, shapes);
  const taskDefinition = await load('taskDefinition', place, options, shapes);
  const rollout = options.needs.rollout ? await loadRollout(place, options) : nothing;
  const problems = [
    ...service.problems,
    ...taskDefinition.problems,
    ...conflictsOf({ service, taskDefinition }, options),
    ...rollout.problems,
    ...unfitTasks(rollout.value, taskDefinition, options.needs),
  ];
  const flawless = ({ file, value }: Loaded) =>
    problems.some(({ at }) => at && at.file === file?.path) ? undefined : value;
  const [create, register] = [flawless(service), flawless(taskDefinition)];
  const context: DeployContext = {
    // What the schemas have just been held against, which the compiler cannot know.
    ...(create !== undefined && { service: create as CreateServiceRequest }),
    ...(register !== undefined && { taskDefinition: register as RegisterTaskDefinitionRequest }),
    ...(rollout.value !== undefined && { rollout: rollout.value }),
    substituted: [...new Set([...service.values, ...taskDefinition.values, ...rollout.values])]
      .filter((value) => value !== '')
      .sort(),
    files: [service, taskDefinition, rollout].flatMap(({ file }) => (file === undefined ? [] : [file.path])),
    filledIn: { service: filledInOf('service', service), taskDefinition: filledInOf('taskDefinition', taskDefinition) },
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
  /** What was left out of it, in sentences. */
  readonly remarks?: readonly string[];
}

const names = { service: 'service.json', taskDefinition: 'task-definition.json' } as const;

async function load(kind: FileKind, place: Place, options: DeployContextOptions, shapes: Shapes): Promise<Loaded> {
  const locate = (path: Path) => path;
  const { file, problems } = await readContextFile(place, names[kind], options.needs[kind]);
  if (file === undefined) return { locate, values: [], problems };
  const substitution = substitute(file.text, options.environment);
  const unset = tell(file, substitution.faults, (fault) => problemAt(file, fault));
  if (unset.length > 0 && options.unused?.includes(kind)) return { locate, values: substitution.values, problems: [] };
  const broken = { file, locate, values: substitution.values };
  if (!substitution.whole) return { ...broken, problems: unset };
  const { document, faults } = parseDocument(substitution);
  if (document === undefined)
    return { ...broken, problems: [...unset, ...faults.map((fault) => problemAt(file, fault))] };
  const unused = options.unused?.includes(kind) === true;
  const loaded = understand(kind, file, document, { unset, unused, live: options.live === true }, shapes);
  return unused ? { ...loaded, remarks: [] } : loaded;
}

const nothing: ReadRolloutFile & { readonly file?: ContextFile } = { values: [], problems: [] };

async function loadRollout(
  place: Place,
  { environment }: DeployContextOptions,
): Promise<ReadRolloutFile & { readonly file?: ContextFile }> {
  const { file, problems } = await readContextFile(place, 'rollout.yml', false);
  if (file !== undefined) return { ...(await readRolloutFile(file, environment)), file };
  const { file: other } = await readContextFile(place, 'rollout.yaml', false);
  if (other === undefined) return { ...nothing, problems };
  return { ...nothing, problems: [{ where: other.shown, what: 'is not read: call it rollout.yml' }] };
}

/** A task definition that is not needed is not the one that is rolled out: its containers are looked at later. */
function unfitTasks(
  rollout: RolloutFile | undefined,
  { value }: Loaded,
  needs: DeployContextOptions['needs'],
): readonly Problem[] {
  const definition = value as RegisterTaskDefinitionRequest | undefined;
  if (rollout === undefined || definition === undefined || !needs.taskDefinition) return [];
  return resolveTasks(rollout.beforePromote, definition.containerDefinitions ?? []).problems;
}

/** More of one kind than this nobody reads, and where each of them stands must be looked for in the whole file. */
const most = 50;

function tell<T>({ shown }: ContextFile, found: readonly T[], say: (one: T) => Problem): readonly Problem[] {
  const told = found.slice(0, most).map(say);
  const rest = found.length - told.length;
  return rest === 0 ? told : [...told, { where: shown, what: `has ${rest} more problems like those above` }];
}

function understand(
  kind: FileKind,
  file: ContextFile,
  document: Document,
  { unset, unused, live }: { readonly unset: readonly Problem[]; readonly unused: boolean; readonly live: boolean },
  shapes: Shapes,
): Loaded {
  const { findings: all, locate, value, remarks } = readers[kind](document, shapes);
  const findings = kind === 'service' && live ? all.filter((one) => !lacksLiveSubnets(one)) : all;
  const repeated = tell(file, repeatedKeys(document.root), ({ path, key, first }) => {
    const { line } = positionOf(file.text, document.substitution, first.offset);
    return problemIn(file, document, path, `is there twice; the first is on line ${line}`, key.offset);
  });
  // A word that AWS does not take does no harm where the file is not sent: a rollback must not wait for it.
  const telling = unused ? findings.filter(({ quoting }) => !quoting) : findings;
  const wrong = tell(file, telling, ({ path, what, quoting }) =>
    problemIn(file, document, path, quoting ? `${written(document, path)} ${what}` : what),
  );
  // Without its variables the text of a file is not what it says, so nothing is derived from it.
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

/** What the user wrote at a path, for a message: text in quotes. */
function written(document: Document, path: Path): string {
  const { node } = follow(document.root, path);
  const text = asWritten(document, node);
  return node.type === 'string' ? `'${text}'` : text;
}

function filledInOf(kind: FileKind, { document, value, locate }: Loaded): Readonly<Record<string, Origin>> {
  return document === undefined || value === undefined ? {} : filledIn(names[kind], document, value, locate);
}

function conflictsOf(
  loaded: Readonly<Record<FileKind, Loaded>>,
  { needs, unused = [], rules = 'all', edits, live = false }: DeployContextOptions,
): readonly Problem[] {
  const quote: Pair['written'] = (kind, path) => {
    const { document, locate } = loaded[kind];
    return document === undefined ? '' : written(document, locate(path));
  };
  const service = loaded.service.value as CreateServiceRequest | undefined;
  const filed = loaded.taskDefinition.value as RegisterTaskDefinitionRequest | undefined;
  // What is edited is the file where there is one, also where there need not be one.
  const used = needs.taskDefinition || (edits !== undefined && !unused.includes('taskDefinition'));
  const taskDefinition = filed && edits && used ? editDefinition(filed, edits).definition : filed;
  // A task definition that is not used is not the one that the service will run: they need not fit.
  const found = used
    ? conflicts({ service, taskDefinition, written: quote, live }, rules)
    : [
        ...conflicts({ service, taskDefinition: undefined, written: quote, live }, rules),
        ...conflicts(
          { service: undefined, taskDefinition, written: quote },
          unused.includes('taskDefinition') ? 'names' : rules,
        ),
      ];
  return (['service', 'taskDefinition'] as const).flatMap((kind) => {
    const { file, document, locate } = loaded[kind];
    if (file === undefined || document === undefined) return [];
    const mine = found.filter((conflict) => conflict.file === kind);
    return tell(file, mine, ({ path, what }) => problemIn(file, document, locate(path), what));
  });
}
