import { distance } from 'fastest-levenshtein';
import type { Environment } from '../model/environment.ts';
import type { Problem } from '../model/problem.ts';
import { type Flag, readCommandLine } from './command-line.ts';
import { refused, textOf } from './input-kinds.ts';
import type { InputName } from './input-table.ts';

/** What a workflow says of an input in the words of canarycage. */
export interface Said {
  readonly text: string;
  /** Where, for a person. */
  readonly by: string;
  /** Whether the input must not say otherwise; a variable of the job only fills in what nobody says in the step. */
  readonly binding: boolean;
}

/** What is said of which input, and what cannot be understood. */
export interface CanarycageSettings {
  readonly said: ReadonlyMap<InputName, Said>;
  readonly problems: readonly Problem[];
}

interface Setting {
  /** As canarycage writes it; its kebab-case is understood as well. */
  readonly flag: string;
  /** As canarycage reads it, its slip of the pen included. */
  readonly variable: string;
  readonly input: InputName;
  /** The flag alone means `true`. */
  readonly alone?: true;
}

/** Every setting of `cage rollout`, versions 3 to 5. */
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

/** Inputs of earlier versions of actions-deploy-cage that have another name here. */
const former: Readonly<Record<string, InputName>> = { 'canary-task-idle-duration': 'idle-duration' };

/** Flags that only say how canarycage talks: without them nothing is deployed differently. */
const idle: readonly string[] = ['ci', 'no-color'];

/** Flags of other commands and of older versions, and what to do instead. */
const elsewhere: Readonly<Record<string, string>> = {
  detail: 'is of `cage audit`, which this action does not replace; take it away',
  json: 'is of `cage audit`, which this action does not replace; take it away',
  help: 'deploys nothing; take it away',
  h: 'deploys nothing; take it away',
  version: 'deploys nothing; take it away',
  v: 'deploys nothing; take it away',
  dryRun: 'is an input of its own here: give `dry-run: true`',
  skipCanary: 'has become a strategy: give the input `strategy: rolling`',
  nextTaskDefinitionArn: 'is `--taskDefinitionArn` since version 3',
  taskDefinitionBase64: 'is not understood: write the task definition to a file, and set its path in `task-definition`',
  serviceDefinitionBase64: 'is not understood: put service.json into the directory of `deploy-context`',
  availabilityThreshold: 'is not understood: name a CloudWatch alarm in the input `alarms`',
  responseTimeThreshold: 'is not understood: name a CloudWatch alarm in the input `alarms`',
};

/** Reads `cage-options`, what earlier versions of actions-deploy-cage had as inputs, and the `CAGE_…` variables. */
export function readCanarycage(environment: Environment, isUsed: (name: InputName) => boolean): CanarycageSettings {
  const options = readOptions(textOf('cage-options', environment));
  const inputs = Object.entries(former).flatMap(([by, input]) => entryOf(input, by, textOf(by, environment)));
  // A variable is often set for a whole job, and its other steps have other commands.
  const variables = settings.flatMap(({ input, variable }) => {
    const by = `${input} (from ${variable})`;
    return isUsed(input) ? entryOf(input, by, environment[variable], false) : [];
  });
  const binding = [...options.said, ...inputs];
  return {
    // The last entry of a Map wins.
    said: new Map([...variables, ...binding].map(({ input, said }) => [input, said])),
    problems: [...options.problems, ...findOtherwise(binding)],
  };
}

interface Entry {
  readonly input: InputName;
  readonly said: Said;
}

/** Empty is absent, as everywhere: an expression may have had nothing to put there. */
function entryOf(input: InputName, by: string, given = '', binding = true): readonly Entry[] {
  const text = given.trim();
  return text === '' ? [] : [{ input, said: { text, by, binding } }];
}

/** canarycage would take the last; here nobody guesses. */
function findOtherwise(entries: readonly Entry[]): readonly Problem[] {
  return entries.flatMap(({ input, said }, index) => {
    const first = entries.slice(0, index).find((other) => other.input === input)?.said;
    if (first === undefined || first.text === said.text) return [];
    const before = first.by === said.by ? 'and before it' : `but \`${first.by}\` says`;
    const what = `says ${refused(said.text)}, ${before} ${refused(first.text)}; say it once`;
    return [{ where: said.by, what }];
  });
}

interface Options {
  readonly said: readonly Entry[];
  readonly problems: readonly Problem[];
}

function readOptions(text: string): Options {
  const isAlone = (name: string): boolean => idle.includes(name) || settingOf(name)?.alone === true;
  const { flags, orphans, open } = readCommandLine(text, isAlone);
  const read = flags.map(readFlag);
  const strange = orphans.map((word) => `${refused(word)} is neither a flag nor the value of one; write --flag value`);
  const endless = open.map((line) => `${refused(line)} has a quote that never ends`);
  return {
    said: read.flatMap(({ said }) => said),
    problems: [
      ...[...endless, ...strange].map((what) => ({ where: 'cage-options', what })),
      ...read.flatMap(({ problems }) => problems),
    ],
  };
}

function readFlag({ name, value }: Flag): Options {
  const setting = settingOf(name);
  if (setting === undefined) return { said: [], problems: findStranger(name) };
  const { flag, input } = setting;
  const by = `cage-options: --${flag}`;
  const text = value ?? (setting.alone ? 'true' : undefined);
  if (text === undefined) return { said: [], problems: [{ where: by, what: 'has no value after it' }] };
  return { said: entryOf(input, by, text), problems: [] };
}

const settingOf = (name: string): Setting | undefined => settings.find(({ flag }) => spellings(flag).includes(name));

/** As canarycage writes it, and as most other programs would. */
const spellings = (flag: string): readonly string[] => [flag, kebab(flag)];

const kebab = (flag: string): string => flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const fold = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();

function findStranger(name: string): readonly Problem[] {
  if (idle.includes(name)) return [];
  const where = `cage-options: --${name}`;
  const instead = Object.entries(elsewhere).find(([flag]) => spellings(flag).includes(name))?.[1];
  if (instead !== undefined) return [{ where, what: instead }];
  const near = settings.find(({ flag, input }) => input === name || distance(fold(flag), fold(name)) <= 2);
  const meant = near === undefined ? '' : `; did you mean --${near.flag}?`;
  const known = settings.map(({ flag }) => `--${flag}`).join(', ');
  return [{ where, what: `is not known${meant} (understood: ${known})` }];
}
