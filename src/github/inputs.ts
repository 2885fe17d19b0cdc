import { isDeepStrictEqual } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { nameIn } from '../core/arn.ts';
import type { Problem } from '../core/problem.ts';
import { readEnvironmentVariables, readImages, readTag, readVariableName } from './input-edits.ts';
import {
  type Environment,
  type Reader,
  readArguments,
  readBoolean,
  readChoice,
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
} from './input-kinds.ts';
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
  command: withDefault('rollout', readChoice<Command>(...commands), every),
  strategy: withDefault('canary-task', readChoice('canary-task', 'rolling')),
  'dry-run': withDefault('false', readBoolean, real),
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

/**
 * Reads every input and finds every problem. With problems, `inputs` has the default (or nothing) in the place of what
 * could not be read: good enough to find more problems with, not to start anything with.
 */
export function readInputs(environment: Environment): {
  readonly inputs: Inputs;
  readonly problems: readonly Problem[];
} {
  const read = inputNames.map((name) => readOne(name, environment));
  const values = Object.fromEntries(read.map(({ name, value }) => [camel(name), value])) as Inputs;
  const problems = [...findUnknown(environment), ...read.flatMap(({ problem }) => problem ?? [])];
  // Which inputs are needed depends on the command; nobody knows which one was meant.
  if (problems.some(({ where }) => where === 'command')) return { inputs: values, problems };
  const region = readDefaultRegion(values, environment, problems);
  const inputs = { ...values, region: region.value };
  const unused = findUnused(inputs);
  return {
    inputs,
    problems: [
      // An input that the command does not use must go away, whatever is wrong with it.
      ...problems.filter(({ where }) => !unused.some((other) => other.where === where)),
      ...region.problems,
      ...unused,
      ...findContradictions(inputs),
      ...findRoleProblems(inputs, [...problems, ...unused]),
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
}

function readOne(name: InputName, environment: Environment): Read {
  const { read, default: text } = rows[name];
  const byDefault = text === undefined ? undefined : read(text).value;
  const given = textOf(name, environment);
  if (given === '') return { name, value: byDefault };
  const { value, wrong } = read(given);
  return wrong === undefined ? { name, value } : { name, value: byDefault, problem: { where: name, what: wrong } };
}

/** The runner upper-cases the name and leaves hyphens alone; a workflow cannot say "absent", only "empty". */
function textOf(name: string, environment: Environment): string {
  return (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const inputOf = (inputs: Inputs, name: InputName): unknown =>
  (inputs as Readonly<Record<string, unknown>>)[camel(name)];

/** A rehearsal needs some region, and any will do: nothing leaves the machine. */
function readDefaultRegion(
  inputs: Inputs,
  environment: Environment,
  problems: readonly Problem[],
): { readonly value: string | undefined; readonly problems: readonly Problem[] } {
  if (inputs.region !== undefined) return { value: inputs.region, problems: [] };
  const bad = problems.some(({ where }) => where === 'region');
  const name = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((variable) => environment[variable]?.trim());
  if (bad || name === undefined) {
    if (inputs.command === 'rehearse') return { value: 'us-west-2', problems: [] };
    const what = 'is missing: name the AWS region here, or in the environment variable AWS_REGION';
    return { value: undefined, problems: bad ? [] : [{ where: 'region', what }] };
  }
  const { value, wrong } = readRegion((environment[name] ?? '').trim());
  return { value, problems: wrong === undefined ? [] : [{ where: `region (from ${name})`, what: wrong }] };
}

function findUnused(inputs: Inputs): readonly Problem[] {
  return inputNames.flatMap((name) => {
    const { usedBy } = rows[name];
    if (usedBy.includes(inputs.command) || !isGiven(inputs, name)) return [];
    const what = `is not used by command ${inputs.command}; take it away (commands that use it: ${usedBy.join(', ')})`;
    return [{ where: name, what }];
  });
}

function findContradictions(inputs: Inputs): readonly Problem[] {
  return [
    ...findWayOfNaming(inputs),
    ...findOtherRegions(inputs),
    ...findWait(inputs),
    ...findPercents(inputs),
    ...findUnconfirmed(inputs),
    ...findTwoWaysToRun(inputs),
    ...findIdleEdits(inputs),
  ];
}

/** A revision that exists is deployed as it is, and a tag comes from one place. */
function findIdleEdits(inputs: Inputs): readonly Problem[] {
  const { taskDefinitionArn, imageTag, imageTagEnv, baseRevision, deployContext, command } = inputs;
  const both = imageTag !== undefined && imageTagEnv !== undefined;
  const twice = both ? [{ where: 'image-tag-env', what: 'cannot be given together with image-tag: choose one' }] : [];
  const noFile =
    baseRevision === 'file' && deployContext === undefined
      ? [{ where: 'base-revision', what: 'file needs `deploy-context`, a directory with task-definition.json' }]
      : [];
  // The variables of a one-off task are given to the task, not to its definition.
  const edits = editing.filter((name) => !(command === 'run' && name === 'environment-variables'));
  const idle = taskDefinitionArn === undefined ? [] : edits.filter((name) => isGiven(inputs, name));
  const what = 'cannot be given together with task-definition-arn: that revision is used as it is';
  return [...twice, ...noFile, ...idle.map((where) => ({ where, what }))];
}

/** What makes a new revision of one that is there. */
const editing = [
  'image',
  'image-tag',
  'image-tag-env',
  'base-revision',
  'environment-variables',
] as const satisfies readonly InputName[];

/** A sweep has nothing to wait for: what belongs to somebody is left alone. A canary is there to be watched. */
function findWait({ command, strategy, onConflict, wait }: Inputs): readonly Problem[] {
  if (command === 'rollout' && strategy === 'canary-task' && !wait) {
    const what = 'false is for strategy rolling: a canary is there to be watched, and is put away at the end';
    return [{ where: 'wait', what }];
  }
  if (command !== 'sweep' || onConflict !== 'wait') return [];
  const what =
    'wait is for rollouts: a sweep leaves alone what may still be in use (fail), or puts it back too (take-over)';
  return [{ where: 'on-conflict', what }];
}

/** ECS refuses it: it could neither stop a task nor start one. */
function findPercents({ minimumHealthyPercent, maximumPercent }: Inputs): readonly Problem[] {
  if (minimumHealthyPercent !== 100 || maximumPercent !== 100) return [];
  const what = '100 with maximum-percent 100 leaves ECS no room: it may neither stop a task first nor start one';
  return [{ where: 'minimum-healthy-percent', what }];
}

/** Whoever takes a service away has to say its name twice. */
function findUnconfirmed({ command, confirm, service }: Inputs): readonly Problem[] {
  if (command !== 'undeploy') return [];
  if (confirm === undefined) {
    return [{ where: 'confirm', what: 'is missing: repeat the name of the service here to have it taken away' }];
  }
  if (service === undefined || nameIn(service) === confirm) return [];
  return [
    { where: 'confirm', what: `${refused(confirm)} is not the name of the service, which is ${nameIn(service)}` },
  ];
}

/** A task runs by launch type or by capacity providers, never both. */
function findTwoWaysToRun({ launchType, capacityProviderStrategy }: Inputs): readonly Problem[] {
  if (launchType === undefined || capacityProviderStrategy === undefined) return [];
  return [{ where: 'launch-type', what: 'cannot be given together with capacity-provider-strategy: choose one' }];
}

/** What is said of a role needs one; and a role is of every region, but of one partition. */
function findRoleProblems(
  { roleToAssume, roleSessionName, roleExternalId, region }: Inputs,
  others: readonly Problem[],
): readonly Problem[] {
  if (others.some(({ where }) => /^role-/.test(where))) return [];
  if (roleToAssume === undefined) {
    const given = { 'role-session-name': roleSessionName, 'role-external-id': roleExternalId };
    const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    return names.map((where) => ({ where, what: 'has no meaning without `role-to-assume`: give that, or neither' }));
  }
  const partition = roleToAssume.split(':')[1];
  if (region === undefined || partition === partitionOf(region)) return [];
  const what = `${refused(roleToAssume)} is of partition ${partition}, but \`region\` ${region} is of ${partitionOf(region)}`;
  return [{ where: 'role-to-assume', what: `${what}: they share no roles` }];
}

/** As the endpoint rules of the AWS SDK have it. */
const partitions: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
];

const partitionOf = (region: string): string => partitions.find(([start]) => start.test(region))?.[1] ?? 'aws';

/** What each command needs without a deploy context, and how a person is told. */
function findWayOfNaming(inputs: Inputs): readonly Problem[] {
  if (inputs.deployContext !== undefined) return [];
  const settings = {
    where: 'update-service',
    what: 'true needs `deploy-context`: the settings to apply are those of its service.json',
  };
  return [...findUnnamed(inputs), ...(inputs.updateService ? [settings] : [])];
}

function findUnnamed(inputs: Inputs): readonly Problem[] {
  const { command, cluster, service, taskDefinitionArn } = inputs;
  const context = '`deploy-context` (a directory with service.json and task-definition.json)';
  switch (command) {
    case 'rehearse':
      return [{ where: 'deploy-context', what: `is missing: a rehearsal needs ${context}` }];
    case 'up':
      return [{ where: 'deploy-context', what: `is missing: a new service needs ${context}` }];
    case 'run': {
      const task = service ?? taskDefinitionArn;
      if (cluster !== undefined && task !== undefined) return [];
      const what = `say what to run: either ${context}, or \`cluster\` with \`task-definition-arn\` or \`service\``;
      return [{ where: 'deploy-context', what }];
    }
    case 'rollout':
      return findNothingToDeploy(inputs, context);
    default: {
      if (cluster !== undefined && service !== undefined) return [];
      const to = { rollback: 'bring back', undeploy: 'take away', sweep: 'sweep' }[command];
      const what = `say which service to ${to}: either \`deploy-context\` (a directory with service.json), or both \`cluster\` and \`service\``;
      return [{ where: 'service', what }];
    }
  }
}

/** Without files the live service is what is worked on, and something has to be asked of it. */
function findNothingToDeploy(inputs: Inputs, context: string): readonly Problem[] {
  const missing = (['cluster', 'service'] as const).filter((name) => inputs[name] === undefined);
  const asked = asksOfService.some((name) => isGiven(inputs, name));
  if (missing.length === 0 && asked) return [];
  const ways = `either ${context}, or \`cluster\` and \`service\` with one of ${asksOfService.map((name) => `\`${name}\``).join(', ')}`;
  const lacks = [...missing, ...(asked ? [] : ['what to deploy'])];
  const said =
    lacks.length === 3 ? 'none of them is given' : `without deploy-context, ${lacks.join(' and ')} is missing`;
  return [{ where: 'deploy-context', what: `say what to deploy in one of two ways: ${ways}; ${said}` }];
}

/** What can be asked of a service that is there, without any file. */
const asksOfService = [
  'image',
  'image-tag',
  'image-tag-env',
  'environment-variables',
  'task-definition-arn',
  'desired-count',
  'minimum-healthy-percent',
  'maximum-percent',
  'force-new-deployment',
] as const satisfies readonly InputName[];

function isGiven(inputs: Inputs, name: InputName): boolean {
  const { read, default: text } = rows[name];
  return !isDeepStrictEqual(inputOf(inputs, name), text === undefined ? undefined : read(text).value);
}

/** An ARN carries its region; AWS would only say that there is no such thing. */
function findOtherRegions(inputs: Inputs): readonly Problem[] {
  const names = ['cluster', 'service', 'task-definition-arn', 'canary-instance-arn'] as const;
  return names.flatMap((name) => {
    const text = inputOf(inputs, name);
    const region = typeof text === 'string' && text.startsWith('arn:') ? text.split(':')[3] : undefined;
    if (!region || inputs.region === undefined || region === inputs.region) return [];
    return [{ where: name, what: `${refused(text)} is in region ${region}, but \`region\` is ${inputs.region}` }];
  });
}

/**
 * GitHub hands on what a workflow gives, declared or not, and only warns of it. What is not close to a name of ours may
 * belong to somebody else and is left alone.
 */
function findUnknown(environment: Environment): readonly Problem[] {
  const given = Object.keys(environment).flatMap((key) =>
    key.startsWith('INPUT_') ? [key.slice(6).toLowerCase()] : [],
  );
  return given.flatMap((name) => {
    if (name === 'cage-options' && environment['INPUT_CAGE-OPTIONS']?.trim()) {
      const what =
        'is not understood: its flags are inputs of their own here, such as `update-service`, `idle-duration`';
      return [{ where: name, what: `${what} and \`task-definition-arn\` (see the README)` }];
    }
    if ((inputNames as readonly string[]).includes(name)) return [];
    const near = inputNames.find((known) => distance(name, known) <= 2);
    if (near === undefined) return [];
    return [{ where: name, what: `is not an input of this action; did you mean \`${near}\`?` }];
  });
}
