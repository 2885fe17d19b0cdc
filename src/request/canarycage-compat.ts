import { distance } from 'fastest-levenshtein';
import type { Environment } from '../model/environment.ts';
import type { Problem } from '../model/problem.ts';
import { type Flag, readCommandLine } from './command-line.ts';
import { quoteValue, textOf } from './input-kinds.ts';
import type { InputName } from './input-table.ts';

/** The value of an input, set through a canarycage flag or variable. */
export interface CompatValue {
  readonly text: string;
  /** The source, for messages. */
  readonly by: string;
  /** Whether a different value of the input is an error; a variable of the job is only a default. */
  readonly binding: boolean;
}

/** The settings by input, and problems. */
export interface CanarycageSettings {
  readonly values: ReadonlyMap<InputName, CompatValue>;
  readonly problems: readonly Problem[];
}

interface Setting {
  /** In canarycage's spelling; kebab-case is accepted too. */
  readonly flag: string;
  /** In canarycage's spelling, including its typo. */
  readonly variable: string;
  readonly input: InputName;
  /** The flag alone means `true`. */
  readonly alone?: true;
}

/** All settings of `cage rollout`, versions 3 to 5. */
const settings: readonly Setting[] = [
  { flag: 'region', variable: 'CAGE_REGION', input: 'region' },
  { flag: 'cluster', variable: 'CAGE_CLUSTER', input: 'cluster' },
  { flag: 'service', variable: 'CAGE_SERVICE', input: 'service' },
  { flag: 'taskDefinitionArn', variable: 'CAGE_TASK_DEFINITION_ARN', input: 'task-definition-arn' },
  { flag: 'canaryInstanceArn', variable: 'CAGE_CANARY_INSTANCE_ARN', input: 'canary-instance-arn' },
  { flag: 'canaryTaskIdleDuration', variable: 'CAGE_CANARY_TASK_IDLE_DURATION', input: 'idle-duration' },
  { flag: 'updateService', variable: 'CAGE_UPDATE_SERVIEC', input: 'update-service', alone: true },
  { flag: 'taskRunningTimeout', variable: 'CAGE_TASK_RUNNING_TIMEOUT', input: 'task-running-timeout' },
  { flag: 'taskHealthCheckTimeout', variable: 'CAGE_TASK_HEALTH_CHECK_TIMEOUT', input: 'task-health-check-timeout' },
  { flag: 'targetHealthCheckTimeout', variable: 'CAGE_TARGET_HEALTH_CHECK_TIMEOUT', input: 'target-healthy-timeout' },
  { flag: 'taskStoppedTimeout', variable: 'CAGE_TASK_STOPPED_TIMEOUT', input: 'task-stopped-timeout' },
  { flag: 'serviceStableTimeout', variable: 'CAGE_SERVICE_STABLE_TIMEOUT', input: 'service-stable-timeout' },
];

/** Inputs of earlier versions of actions-deploy-cage with a different name here. */
const former: Readonly<Record<string, InputName>> = { 'canary-task-idle-duration': 'idle-duration' };

/** Flags that only affect canarycage's output, and are ignored. */
const idle: readonly string[] = ['ci', 'no-color'];

/** Flags of other commands and older versions, and their replacements. */
const elsewhere: Readonly<Record<string, string>> = {
  detail: 'is a flag of `cage audit`, which this action does not replace; remove it',
  json: 'is a flag of `cage audit`, which this action does not replace; remove it',
  help: 'deploys nothing; remove it',
  h: 'deploys nothing; remove it',
  version: 'deploys nothing; remove it',
  v: 'deploys nothing; remove it',
  dryRun: 'is not supported here; use the input `dry-run: true`',
  skipCanary: 'is not supported here; use the input `strategy: rolling`',
  nextTaskDefinitionArn: 'was renamed in version 3; use `--taskDefinitionArn`',
  taskDefinitionBase64: 'is not understood: write the task definition to a file, and set its path in `task-definition`',
  serviceDefinitionBase64: 'is not supported; put service.json into the directory of `deploy-context`',
  availabilityThreshold: 'is not supported; add a CloudWatch alarm to the input `alarms`',
  responseTimeThreshold: 'is not supported; add a CloudWatch alarm to the input `alarms`',
};

/** Reads `cage-options`, inputs of earlier versions of actions-deploy-cage, and `CAGE_…` variables. */
export function readCanarycage(environment: Environment, isUsed: (name: InputName) => boolean): CanarycageSettings {
  const options = readOptions(textOf('cage-options', environment));
  const inputs = Object.entries(former).flatMap(([by, input]) => entryOf(input, by, textOf(by, environment)));
  // A variable is often set for the whole job, whose other steps use other commands.
  const variables = settings.flatMap(({ input, variable }) => {
    return isUsed(input) ? entryOf(input, variableSource(variable, input), environment[variable], false) : [];
  });
  const binding = [...options.entries, ...inputs];
  return {
    // In a Map the last entry wins.
    values: new Map([...variables, ...binding].map(({ input, value }) => [input, value])),
    problems: [...options.problems, ...findOtherwise(binding)],
  };
}

const variableSource = (variable: string, input: InputName): string => `${input} (from ${variable})`;

/** Whether a value is from a variable, which is often set for the whole job. */
export const isFromVariable = (by: string | undefined): boolean =>
  settings.some(({ variable, input }) => by === variableSource(variable, input));

interface Entry {
  readonly input: InputName;
  readonly value: CompatValue;
}

/** Empty means absent, as in all inputs: an expression can be empty. */
function entryOf(input: InputName, by: string, given = '', binding = true): readonly Entry[] {
  const text = given.trim();
  return text === '' ? [] : [{ input, value: { text, by, binding } }];
}

/** canarycage uses the last value; here different values are an error. */
function findOtherwise(entries: readonly Entry[]): readonly Problem[] {
  return entries.flatMap(({ input, value }, index) => {
    const first = entries.slice(0, index).find((other) => other.input === input)?.value;
    if (first === undefined || first.text === value.text) return [];
    const before = first.by === value.by ? 'but was set before to' : `but \`${first.by}\` is`;
    const what = `is ${quoteValue(value.text)}, ${before} ${quoteValue(first.text)}; set only one`;
    return [{ where: value.by, what }];
  });
}

interface Options {
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

function readOptions(text: string): Options {
  const isAlone = (name: string): boolean => idle.includes(name) || settingOf(name)?.alone === true;
  const { flags, orphans, open } = readCommandLine(text, isAlone);
  const read = flags.map(readFlag);
  const unknown = orphans.map(
    (word) => `${quoteValue(word)} is neither a flag nor the value of a flag; use --flag value`,
  );
  const unclosed = open.map((line) => `${quoteValue(line)} has a quote that is not closed`);
  return {
    entries: read.flatMap(({ entries }) => entries),
    problems: [
      ...[...unclosed, ...unknown].map((what) => ({ where: 'cage-options', what })),
      ...read.flatMap(({ problems }) => problems),
    ],
  };
}

function readFlag({ name, value }: Flag): Options {
  const setting = settingOf(name);
  if (setting === undefined) return { entries: [], problems: findUnknownFlag(name) };
  const { flag, input } = setting;
  const by = `cage-options: --${flag}`;
  const text = value ?? (setting.alone ? 'true' : undefined);
  if (text === undefined) return { entries: [], problems: [{ where: by, what: 'has no value; add one' }] };
  return { entries: entryOf(input, by, text), problems: [] };
}

const settingOf = (name: string): Setting | undefined => settings.find(({ flag }) => spellings(flag).includes(name));

/** canarycage's spelling, and kebab-case. */
const spellings = (flag: string): readonly string[] => [flag, kebab(flag)];

const kebab = (flag: string): string => flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const normalizeName = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();

function findUnknownFlag(name: string): readonly Problem[] {
  if (idle.includes(name)) return [];
  const where = `cage-options: --${name}`;
  const instead = Object.entries(elsewhere).find(([flag]) => spellings(flag).includes(name))?.[1];
  if (instead !== undefined) return [{ where, what: instead }];
  const near = settings.find(
    ({ flag, input }) => input === name || distance(normalizeName(flag), normalizeName(name)) <= 2,
  );
  const meant = near === undefined ? '' : `; did you mean --${near.flag}?`;
  const known = settings.map(({ flag }) => `--${flag}`).join(', ');
  return [{ where, what: `is not known${meant} (supported: ${known})` }];
}
