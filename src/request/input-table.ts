import { strategyNames } from '../model/strategy.ts';
import { readEnvironmentVariables, readImages, readTag, readVariableName } from './input-edits.ts';
import {
  type Reader,
  readArguments,
  readBase,
  readBoolean,
  readChoice,
  readCommand,
  readCommenting,
  readCount,
  readDefinitionPath,
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
} from './input-kinds.ts';
import { readSteps } from './input-steps.ts';

/** What `command` can be. */
export type Command = (typeof commands)[number];

export interface Row<T, D extends string | undefined> {
  readonly read: Reader<T>;
  /** The default in action.yml; without one the input may be absent. */
  readonly default: D;
  readonly usedBy: readonly Command[];
}

export const commands = [
  ...(['rollout', 'up', 'run', 'register', 'rollback', 'undeploy', 'rehearse', 'sweep'] as const),
  ...(['status', 'follow', 'continue', 'abort'] as const),
] as const;

export const every: readonly Command[] = commands;

/** Commands that call AWS. */
export const real = every.filter((command) => command !== 'rehearse');

export const both: readonly Command[] = ['rollout', 'rehearse'];

export const rollout: readonly Command[] = ['rollout'];

/** Commands that change the revision of a service. */
export const changing: readonly Command[] = ['rollout', 'rollback', 'rehearse'];

/** Commands that register a revision. */
const defining: readonly Command[] = ['rollout', 'up', 'run', 'register', 'rehearse'];

/** Commands that deploy a requested revision to a service. */
export const deploying: readonly Command[] = ['rollout', 'up', 'rollback'];

export const oneOff: readonly Command[] = ['run'];

export const optional = <T>(read: Reader<T>, usedBy = both): Row<T, undefined> => ({
  read,
  default: undefined,
  usedBy,
});

const withDefault = <T>(text: string, read: Reader<T>, usedBy = both): Row<T, string> => ({
  read,
  default: text,
  usedBy,
});

export const phase = (usedBy: readonly Command[]) => withDefault('15m', readDuration({ zero: false }), usedBy);

/** Every input, in the order of action.yml: how its text is read, its default, and the commands that use it. */
export const table = {
  command: withDefault('rollout', readCommand(commands), every),
  strategy: optional(readChoice(...strategyNames)),
  steps: optional(readSteps),
  'guard-role': optional(readRole),
  'on-split': withDefault('fail', readChoice('fail', 'roll-back', 'resume')),
  'dry-run': withDefault('false', readBoolean, real),
  'fail-on': withDefault('never', readChoice('never', 'problems', 'warnings'), real),
  region: optional(readRegion, every),
  'deploy-context': optional(readText, every),
  'task-definition': optional(readDefinitionPath, defining),
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
  'base-revision': optional(readBase, ['rollout', 'run', 'register']),
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

/** The name of an input in a workflow. */
export type InputName = keyof typeof table;

export type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

export type Value<R> = R extends Row<infer T, infer D> ? (D extends string ? T : T | undefined) : never;

/** Every input, typed: `dry-run` is `dryRun`; one that is absent and has no default is `undefined`, never `''`. */
export type Inputs = { readonly [Name in InputName as Camel<Name>]: Value<(typeof table)[Name]> };

export const rows: Readonly<Record<InputName, Row<unknown, string | undefined>>> = table;

/** The names of all inputs, in the order of action.yml. */
export const inputNames = Object.keys(table) as readonly InputName[];

/** The default of each input as action.yml must have it; `undefined` where it must have none. */
export const inputDefaults: Readonly<Record<InputName, string | undefined>> = Object.fromEntries(
  inputNames.map((name) => [name, rows[name].default || undefined]),
) as Record<InputName, string | undefined>;
