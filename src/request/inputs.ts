import { isDeepStrictEqual } from 'node:util';
import { distance } from 'fastest-levenshtein';
import type { Environment } from '../model/environment.ts';
import type { Problem } from '../model/problem.ts';
import { type CompatValue, readCanarycage } from './canarycage-compat.ts';
import { findContradictions, findRoleProblems } from './contradictions.ts';
import { findStatusProblems } from './github-status.ts';
import { quoteValue, readRegion, textOf } from './input-kinds.ts';
import { type Command, type InputName, type Inputs, inputNames, rows } from './input-table.ts';
import { findPeers, givenNames, isPeer } from './peer-inputs.ts';

/** The sources of values that do not come from their own input: a flag of `cage-options`, or a variable. */
export type Origins = Readonly<Partial<Record<string, string>>>;

/**
 * Reads all inputs and finds all problems. If there are problems, `inputs` contains defaults (or nothing) for values that
 * could not be read: enough to find more problems, but not to start.
 */
export function readInputs(
  environment: Environment,
  inferred?: InferredRegion,
): {
  readonly inputs: Inputs;
  readonly origins: Origins;
  readonly problems: readonly Problem[];
  /** Hints about inputs that this action does not have. */
  readonly hints: readonly string[];
  /** The source of the region if it is not the input; `unknown` if there is none. */
  readonly regionFrom?: RegionFrom | undefined;
} {
  const command = readOne('command', environment).value as Command;
  const canarycage = readCanarycage(environment, (name) => rows[name].usedBy.includes(command));
  const read = inputNames.map((name) => readOne(name, environment, canarycage.values.get(name)));
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
    problems: [...nameOrigins(more, origins), ...canarycage.problems],
    hints: findPeers(environment, inputNames),
    regionFrom: region?.from,
  };
}

/** Reports problems of a value at its source. */
export function nameOrigins(problems: readonly Problem[], origins: Origins): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, where: origins[problem.where] ?? problem.where }));
}

/** A region inferred from the files or from an ARN in an input. */
export interface InferredRegion {
  readonly region: string;
  /** Its source, for messages. */
  readonly by: string;
}

/** Finds problems of the inputs as a whole. */
function judge(
  values: Inputs,
  environment: Environment,
  problems: readonly Problem[],
  { inferred, regionBy }: { readonly inferred: InferredRegion | undefined; readonly regionBy: string | undefined },
): { readonly inputs: Inputs; readonly problems: readonly Problem[]; readonly region?: DefaultRegion } {
  // The required inputs depend on the command, which is unknown here.
  if (problems.some(({ where }) => where === 'command')) return { inputs: values, problems };
  const region = readDefaultRegion(values, environment, problems, inferred);
  const inputs = { ...values, region: region.value };
  const unused = findUnused(inputs);
  const by = region.from?.is === 'named' ? region.from.by : regionBy;
  // A value that could not be read is not missing.
  const isPresent = (name: InputName) =>
    isGiven(name, inputOf(inputs, name)) || problems.some(({ where }) => where === name);
  return {
    inputs,
    region,
    problems: [
      // An input that the command does not use must be removed, so its other problems do not matter.
      ...problems.filter(({ where }) => !unused.some((other) => other.where === where)),
      ...region.problems,
      ...unused,
      ...findContradictions(inputs, isPresent, by),
      ...findRoleProblems(inputs, [...problems, ...unused], by),
      ...findStatusProblems(inputs, environment, [...problems, ...unused]),
    ],
  };
}

/** Whether the job summary is turned off, for phases that cannot read all inputs. */
export const wantsNoSummary = (environment: Environment): boolean => readOne('summary', environment).value === false;

interface Read {
  readonly name: InputName;
  readonly value: unknown;
  readonly problem?: Problem;
  readonly origin?: string;
}

function readOne(name: InputName, environment: Environment, compat?: CompatValue): Read {
  const own = readAs(name, textOf(name, environment));
  if (compat === undefined || own.problem !== undefined) return own;
  const other = { ...readAs(name, compat.text), origin: compat.by };
  if (!isGiven(name, own.value)) return other;
  if (!compat.binding || isDeepStrictEqual(own.value, other.value)) return own;
  const what = `is ${quoteValue(compat.text)}, but the input \`${name}\` is ${quoteValue(textOf(name, environment))}; set only one`;
  return { ...own, problem: other.problem ?? { where: name, what }, origin: compat.by };
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

/** The problem of a missing region. */
export const noRegion: Problem = {
  where: 'region',
  what: 'is missing; set the AWS region here, or in the environment variable AWS_REGION',
};

/** A name of the source, for messages. */
export type RegionFrom = { readonly is: 'named'; readonly by: string } | { readonly is: 'unknown' };

interface DefaultRegion {
  readonly value: string | undefined;
  readonly problems: readonly Problem[];
  readonly from?: RegionFrom;
}

/** Reads the region from the input, an environment variable, or the files. */
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
  // A rehearsal makes no AWS calls, so any region will do.
  if (inputs.command === 'rehearse') return { value: 'us-west-2', problems: [], from };
  return { value: undefined, problems: bad ? [] : [noRegion], from };
}

function findUnused(inputs: Inputs): readonly Problem[] {
  return inputNames.flatMap((name) => {
    const { usedBy } = rows[name];
    if (usedBy.includes(inputs.command) || !isGiven(name, inputOf(inputs, name))) return [];
    const what = `is not supported by command ${inputs.command}; remove it (supported by: ${usedBy.join(', ')})`;
    return [{ where: name, what }];
  });
}

/** Whether an input differs from its default. */
export const isGivenIn = (inputs: Inputs, name: InputName): boolean => isGiven(name, inputOf(inputs, name));

/** A workflow cannot leave an input absent: the runner fills in the defaults of action.yml. */
function isGiven(name: InputName, value: unknown): boolean {
  const { read, default: text } = rows[name];
  return !isDeepStrictEqual(value, text === undefined ? undefined : read(text).value);
}

/**
 * GitHub passes undeclared inputs with a warning only. Names that do not resemble one of ours are ignored, because other
 * variables can start with INPUT_ too.
 */
function findUnknown(environment: Environment): readonly Problem[] {
  return givenNames(environment).flatMap((name) => {
    if ((inputNames as readonly string[]).includes(name)) return [];
    const near = inputNames.find((known) => distance(name, known) <= 2);
    if (near === undefined || isPeer(name)) return [];
    return [{ where: name, what: `is not an input of this action; did you mean \`${near}\`?` }];
  });
}
