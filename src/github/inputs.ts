import { isDeepStrictEqual } from 'node:util';
import { distance } from 'fastest-levenshtein';
import type { Problem } from '../core/problem.ts';
import { readCage, type Said } from './cage.ts';
import { findContradictions, findRoleProblems } from './contradictions.ts';
import { readEnvironmentVariables, readImages, readTag, readVariableName } from './input-edits.ts';
import {
  type Environment,
  type Reader,
  readArguments,
  readBoolean,
  readChoice,
  readCommand,
  readCommenting,
  readCount,
  readDuration,
  readEnvironmentName,
  readExternalId,
  readGitRef,
  readInstance,
  readLines,
  readName,
  readReference,
  readRegion,
  readRepository,
  readRevision,
  readRole,
  readSessionName,
  readTarget,
  readText,
  readToken,
  readWebAddress,
  refused,
  textOf,
} from './input-kinds.ts';
import { findPeers, givenNames, isPeer } from './peer-inputs.ts';
import { findTeamProblems } from './team-inputs.ts';

/** What `command` can be. */
export type Command = 'rollout' | 'up' | 'run' | 'rollback' | 'undeploy' | 'rehearse' | 'sweep';

interface Row<T, D extends string | undefined> {
  readonly read: Reader<T>;
  /** As action.yml says it; without one the input can be absent. */
  readonly default: D;
  readonly usedBy: readonly Command[];
}

const commands = ['rollout', 'up', 'run', 'rollback', 'undeploy', 'rehearse', 'sweep'] as const;
const every: readonly Command[] = commands;
/** Those that call AWS. */
const real = every.filter((command) => command !== 'rehearse');
const both: readonly Command[] = ['rollout', 'rehearse'];
const rollout: readonly Command[] = ['rollout'];
/** Those that give a service another revision. */
const changing: readonly Command[] = ['rollout', 'rollback', 'rehearse'];
/** Those that register a revision. */
const defining: readonly Command[] = ['rollout', 'up', 'run', 'rehearse'];
/** Those after which a service runs what somebody has asked for. */
const deploying: readonly Command[] = ['rollout', 'up', 'rollback'];
const oneOff: readonly Command[] = ['run'];

const optional = <T>(read: Reader<T>, usedBy = both): Row<T, undefined> => ({ read, default: undefined, usedBy });
const withDefault = <T>(text: string, read: Reader<T>, usedBy = both): Row<T, string> => ({
  read,
  default: text,
  usedBy,
});
const phase = (usedBy: readonly Command[]) => withDefault('15m', readDuration({ zero: false }), usedBy);

/** Every input, in the order of action.yml: how its text is read, its default, and the commands that use it. */
const table = {
  command: withDefault('rollout', readCommand(commands), every),
  strategy: withDefault('canary-task', readChoice('canary-task', 'rolling')),
  'dry-run': withDefault('false', readBoolean, real),
  'fail-on': withDefault('never', readChoice('never', 'problems', 'warnings'), real),
  region: optional(readRegion, every),
  'deploy-context': optional(readText, every),
  cluster: optional(readReference('cluster'), every),
  service: optional(readReference('service'), every),
  'task-definition-arn': optional(readRevision, ['rollout', 'up', 'run']),
  'role-to-assume': optional(readRole, real),
  'role-session-name': optional(readSessionName, real),
  'role-external-id': optional(readExternalId, real),
  'canary-instance-arn': optional(readInstance, rollout),
  'update-service': withDefault('false', readBoolean),
  'idle-duration': withDefault('15s', readDuration({ zero: true })),
  'bake-duration': withDefault('0', readDuration({ zero: true })),
  'task-running-timeout': phase(['rollout', 'run', 'rehearse']),
  'task-health-check-timeout': phase(both),
  'target-healthy-timeout': phase(both),
  'task-stopped-timeout': phase(every),
  'service-stable-timeout': phase(['rollout', 'up', 'rollback', 'undeploy', 'rehearse']),
  'rollback-on-failure': withDefault('true', readBoolean, changing),
  alarms: withDefault('', readLines, changing),
  'on-conflict': withDefault('fail', readChoice('fail', 'wait', 'take-over'), [
    'rollout',
    'rollback',
    'undeploy',
    'sweep',
  ]),
  image: withDefault('', readImages, defining),
  'image-tag': optional(readTag, defining),
  'image-tag-env': optional(readVariableName, defining),
  'base-revision': optional(readChoice('file', 'service', 'latest'), ['rollout', 'run']),
  'environment-variables': withDefault('', readEnvironmentVariables, defining),
  'max-revisions': optional(readCount({ from: 1, to: 1000 }), rollout),
  'desired-count': optional(readCount({ from: 0, to: 10_000 }), rollout),
  'minimum-healthy-percent': optional(readCount({ from: 0, to: 100 }), rollout),
  'maximum-percent': optional(readCount({ from: 100, to: 200 }), rollout),
  'force-new-deployment': withDefault('false', readBoolean),
  wait: withDefault('true', readBoolean, ['rollout', 'up', 'run']),
  keep: withDefault('false', readBoolean, ['up']),
  'share-target-groups': withDefault('false', readBoolean, ['up']),
  container: optional(readName('container'), oneOff),
  'run-command': optional(readArguments, oneOff),
  'launch-type': optional(readChoice('FARGATE', 'EC2', 'EXTERNAL'), oneOff),
  'capacity-provider-strategy': optional(readText, oneOff),
  'network-configuration': optional(readText, oneOff),
  'platform-version': optional(readText, oneOff),
  'to-revision': optional(readTarget, ['rollback']),
  confirm: optional(readText, ['undeploy']),
  'deregister-revisions': withDefault('false', readBoolean, ['undeploy']),
  'github-token': withDefault('${{ github.token }}', readToken, every),
  'create-deployment': optional(readBoolean, deploying),
  environment: optional(readEnvironmentName, every),
  'environment-url': optional(readWebAddress, deploying),
  'github-ref': optional(readGitRef, deploying),
  'github-repository': optional(readRepository, deploying),
  comment: withDefault('auto', readCommenting, every),
  'cage-options': optional(readText, every),
  summary: withDefault('true', readBoolean, every),
} as const satisfies Record<string, Row<unknown, string | undefined>>;

/** The name of an input, as it stands in a workflow. */
export type InputName = keyof typeof table;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Value<R> = R extends Row<infer T, infer D> ? (D extends string ? T : T | undefined) : never;

/** Every input, typed: `dry-run` is `dryRun`; one that is absent and has no default is `undefined`, never `''`. */
export type Inputs = { readonly [Name in InputName as Camel<Name>]: Value<(typeof table)[Name]> };

const rows: Readonly<Record<InputName, Row<unknown, string | undefined>>> = table;

/** The names of all inputs, in the order of action.yml. */
export const inputNames = Object.keys(table) as readonly InputName[];

/** The default of each input as action.yml must have it; `undefined` where it must have none. */
export const inputDefaults: Readonly<Record<InputName, string | undefined>> = Object.fromEntries(
  inputNames.map((name) => [name, rows[name].default || undefined]),
) as Record<InputName, string | undefined>;

/** Where a value comes from when not from its own input: a flag of `cage-options`, or a variable. */
export type Origins = Readonly<Partial<Record<string, string>>>;

/**
 * Reads every input and finds every problem. With problems, `inputs` has the default (or nothing) in the place of what
 * could not be read: good enough to find more problems with, not to start anything with.
 */
export function readInputs(
  environment: Environment,
  inferred?: InferredRegion,
): {
  readonly inputs: Inputs;
  readonly origins: Origins;
  readonly problems: readonly Problem[];
  /** What a person should know of inputs that this action does not have. */
  readonly hints: readonly string[];
  /** What names the region where that is not its input; `unknown` where nothing does. */
  readonly regionFrom?: RegionFrom | undefined;
} {
  const command = readOne('command', environment).value as Command;
  const cage = readCage(environment, (name) => rows[name].usedBy.includes(command));
  const read = inputNames.map((name) => readOne(name, environment, cage.said.get(name)));
  const values = Object.fromEntries(read.map(({ name, value }) => [camel(name), value])) as Inputs;
  const origins = Object.fromEntries(
    read.flatMap(({ name, origin }) => (origin === undefined ? [] : [[name, origin] as const])),
  );
  const problems = [...findUnknown(environment), ...read.flatMap(({ problem }) => problem ?? [])];
  const {
    inputs,
    problems: more,
    region,
  } = judge(values, environment, problems, {
    inferred,
    regionBy: origins.region,
  });
  return {
    inputs,
    origins,
    problems: [...nameOrigins(more, origins), ...cage.problems],
    hints: findPeers(environment, inputNames),
    regionFrom: region?.from,
  };
}

/** Problems of values that come from somewhere else are told of there. */
export function nameOrigins(problems: readonly Problem[], origins: Origins): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, where: origins[problem.where] ?? problem.where }));
}

/** A region that no input and no variable names: the files do, or the ARN of an input. */
export interface InferredRegion {
  readonly region: string;
  /** What names it, for a person. */
  readonly by: string;
}

/** What is wrong with the inputs as a whole. */
function judge(
  values: Inputs,
  environment: Environment,
  problems: readonly Problem[],
  { inferred, regionBy }: { readonly inferred: InferredRegion | undefined; readonly regionBy: string | undefined },
): { readonly inputs: Inputs; readonly problems: readonly Problem[]; readonly region?: DefaultRegion } {
  // Which inputs are needed depends on the command; nobody knows which one was meant.
  if (problems.some(({ where }) => where === 'command')) return { inputs: values, problems };
  const region = readDefaultRegion(values, environment, problems, inferred);
  const inputs = { ...values, region: region.value };
  const unused = findUnused(inputs);
  const by = region.from?.is === 'named' ? region.from.by : regionBy;
  return {
    inputs,
    region,
    problems: [
      // An input that the command does not use must go away, whatever is wrong with it.
      ...problems.filter(({ where }) => !unused.some((other) => other.where === where)),
      ...region.problems,
      ...unused,
      ...findContradictions(inputs, (name) => isGiven(name, inputOf(inputs, name)), by),
      ...findRoleProblems(inputs, [...problems, ...unused], by),
      ...findTeamProblems(inputs, environment, [...problems, ...unused]),
    ],
  };
}

/** Whether the user wants no job summary, for the phases that cannot read all inputs. */
export const wantsNoSummary = (environment: Environment): boolean => readOne('summary', environment).value === false;

interface Read {
  readonly name: InputName;
  readonly value: unknown;
  readonly problem?: Problem;
  readonly origin?: string;
}

function readOne(name: InputName, environment: Environment, said?: Said): Read {
  const own = readAs(name, textOf(name, environment));
  if (said === undefined || own.problem !== undefined) return own;
  const other = { ...readAs(name, said.text), origin: said.by };
  if (!isGiven(name, own.value)) return other;
  if (!said.binding || isDeepStrictEqual(own.value, other.value)) return own;
  const what = `says ${refused(said.text)}, but the input \`${name}\` says ${refused(textOf(name, environment))}; say it once`;
  return { ...own, problem: other.problem ?? { where: name, what }, origin: said.by };
}

function readAs(name: InputName, text: string): Read {
  const { read, default: standard } = rows[name];
  const byDefault = standard === undefined ? undefined : read(standard).value;
  if (text === '') return { name, value: byDefault };
  const { value, wrong } = read(text);
  return wrong === undefined ? { name, value } : { name, value: byDefault, problem: { where: name, what: wrong } };
}

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const inputOf = (inputs: Inputs, name: InputName): unknown =>
  (inputs as Readonly<Record<string, unknown>>)[camel(name)];

/** What is said where nothing names the region. */
export const noRegion: Problem = {
  where: 'region',
  what: 'is missing: name the AWS region here, or in the environment variable AWS_REGION',
};

/** A name of it for a person. */
export type RegionFrom = { readonly is: 'named'; readonly by: string } | { readonly is: 'unknown' };

interface DefaultRegion {
  readonly value: string | undefined;
  readonly problems: readonly Problem[];
  readonly from?: RegionFrom;
}

/** The input, a variable of the environment, or what has been found in the files. */
function readDefaultRegion(
  inputs: Inputs,
  environment: Environment,
  problems: readonly Problem[],
  inferred: InferredRegion | undefined,
): DefaultRegion {
  if (inputs.region !== undefined) return { value: inputs.region, problems: [] };
  const bad = problems.some(({ where }) => where === 'region');
  const name = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((variable) => environment[variable]?.trim());
  if (!bad && name !== undefined) {
    const { value, wrong } = readRegion((environment[name] ?? '').trim());
    const problem = wrong === undefined ? [] : [{ where: `region (from ${name})`, what: wrong }];
    return { value, problems: problem, from: { is: 'named', by: name } };
  }
  if (!bad && inferred !== undefined) {
    return { value: inferred.region, problems: [], from: { is: 'named', by: `the region of ${inferred.by}` } };
  }
  const from = { is: 'unknown' } as const;
  // Any region will do for a rehearsal: nothing leaves the machine.
  if (inputs.command === 'rehearse') return { value: 'us-west-2', problems: [], from };
  return { value: undefined, problems: bad ? [] : [noRegion], from };
}

function findUnused(inputs: Inputs): readonly Problem[] {
  return inputNames.flatMap((name) => {
    const { usedBy } = rows[name];
    if (usedBy.includes(inputs.command) || !isGiven(name, inputOf(inputs, name))) return [];
    const what = `is not used by command ${inputs.command}; take it away (commands that use it: ${usedBy.join(', ')})`;
    return [{ where: name, what }];
  });
}

/** A workflow cannot say "absent": the runner fills in the defaults of action.yml. */
function isGiven(name: InputName, value: unknown): boolean {
  const { read, default: text } = rows[name];
  return !isDeepStrictEqual(value, text === undefined ? undefined : read(text).value);
}

/**
 * GitHub hands on what a workflow gives, declared or not, and only warns of it. What is not close to a name of ours may
 * belong to somebody else and is left alone.
 */
function findUnknown(environment: Environment): readonly Problem[] {
  return givenNames(environment).flatMap((name) => {
    if ((inputNames as readonly string[]).includes(name)) return [];
    const near = inputNames.find((known) => distance(name, known) <= 2);
    if (near === undefined || isPeer(name)) return [];
    return [{ where: name, what: `is not an input of this action; did you mean \`${near}\`?` }];
  });
}
