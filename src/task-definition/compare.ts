import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Hidden } from '../model/change.ts';
import { defined, isObject } from '../model/json.ts';
import { redacted, redactor, redactSecrets } from '../model/redact.ts';
import { covers } from '../model/settings.ts';
import { settableTags } from './described.ts';
import { flatten } from './flatten.ts';
import { normalForm } from './normal-form.ts';

/**
 * Whether registering `wanted` would give a revision equivalent to the registered `live` one. Without `liveTags`
 * (DescribeTaskDefinition returns tags only on request) live counts as untagged.
 */
export function sameDefinition(
  wanted: RegisterTaskDefinitionRequest,
  live: TaskDefinition,
  liveTags: readonly Tag[] = [],
): boolean {
  return isDeepStrictEqual(
    normalForm(withRoleArns(wanted, live)),
    normalForm({ ...live, tags: settableTags(liveTags) }),
  );
}

/** ECS completes the name of a role to its ARN: where the live definition has that ARN, the name says the same. */
function withRoleArns<T extends object>(wanted: T, live: object): T {
  const roles = (['taskRoleArn', 'executionRoleArn'] as const).flatMap((key) => {
    const [name, arn] = [wanted, live].map((one) => (one as Readonly<Record<string, unknown>>)[key]);
    if (typeof name !== 'string' || typeof arn !== 'string' || name === '' || name.startsWith('arn:')) return [];
    return arn.endsWith(`:role/${name.replace(/^\//, '')}`) ? [[key, arn]] : [];
  });
  return { ...wanted, ...Object.fromEntries(roles) };
}

/** One difference: the value before and after, each absent if there is none. */
export interface Difference {
  readonly path: string;
  /** The path without redaction: for look-ups only, never to be printed. */
  readonly at: string;
  readonly live?: unknown;
  readonly wanted?: unknown;
  /** Why values are redacted. */
  readonly hidden?: Hidden;
}

/** Decides which values of a definition are redacted. */
export interface Discretion {
  /** Values that came from the environment or an input. */
  readonly hidden?: readonly string[];
  /** The definition is not from a file, so it is unknown which values came from an environment. */
  readonly unwritten?: boolean;
}

/**
 * Returns the differences for display: `containerDefinitions[web].environment[LOG_LEVEL]`, before, after. Redacts hidden
 * values, values that look like secrets, and possible older values of the same secrets.
 */
export function differences(wanted: object, live: object, discretion: Discretion = {}): readonly Difference[] {
  const [before, after] = [normalForm(live), normalForm(withRoleArns(wanted, live))];
  const [raw, shown] = [
    { live: valuesOf(before), wanted: valuesOf(after) },
    { live: valuesOf(redactSecrets(before)), wanted: valuesOf(redactSecrets(after)) },
  ];
  const paths = [...new Set([...raw.wanted.keys(), ...raw.live.keys()])];
  const pick = (sides: typeof raw, path: string): Sides => ({
    live: sides.live.get(path),
    wanted: sides.wanted.get(path),
  });
  return paths
    .map((path) => ({ path, raw: pick(raw, path), shown: pick(shown, path) }))
    .filter((leaf) => !isDeepStrictEqual(leaf.raw.live, leaf.raw.wanted))
    .map((leaf) => hide(leaf, discretion));
}

/** What differs between live settings of a service and those that are sent, which leave out what they keep; a list is one value. */
export function settingDifferences(
  live: Readonly<Record<string, unknown>>,
  wanted: object,
  discretion: Discretion,
): readonly Difference[] {
  const sent = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return sent
    .flatMap(([key, value]) => uncovered(live[key], value, key))
    .map(({ path, raw }) =>
      hide({ path, raw, shown: { live: redactSecrets(raw.live), wanted: redactSecrets(raw.wanted) } }, discretion),
    );
}

function uncovered(live: unknown, wanted: unknown, path: string): readonly { path: string; raw: Sides }[] {
  if (!isFilled(wanted)) return covers(live, wanted, path) ? [] : [{ path, raw: { live, wanted } }];
  const before = isFilled(live) ? live : {};
  const keys = [...new Set([...Object.keys(before), ...Object.keys(wanted)])];
  return keys.flatMap((key) => uncovered(before[key], wanted[key], `${path}.${key}`));
}

const isFilled = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && Object.keys(value).length > 0;

/** Returns the values of a definition, by their path in `differences`. */
export function valuesIn(definition: object): ReadonlyMap<string, unknown> {
  return valuesOf(normalForm(definition));
}

const valuesOf = (definition: object): ReadonlyMap<string, unknown> =>
  new Map([...flatten(definition)].map(([path, { value }]) => [path, value]));

interface Sides {
  readonly live: unknown;
  readonly wanted: unknown;
}

function hide(
  { path, raw, shown }: { readonly path: string; readonly raw: Sides; readonly shown: Sides },
  { hidden = [], unwritten = false }: Discretion,
): Difference {
  const cover = redactor(hidden);
  const substituted = !isDeepStrictEqual(cover(raw.wanted), raw.wanted);
  const variable = /\.environment\[/.test(path);
  // The old value of a variable may have come from the environment when it was deployed, unless the file now contains a
  // literal value.
  const unknown = variable && (raw.wanted === undefined || unwritten);
  const secret = !isDeepStrictEqual(shown.wanted, raw.wanted);
  const why = whyHidden({ substituted, secret: secret || !isDeepStrictEqual(shown.live, raw.live), unknown });
  const all = variable && (substituted || unknown);
  const live = substituted || secret || unknown ? redacted : cover(shown.live);
  return {
    path: path.replaceAll(/(?<=\[)[^\]]*[^\]\d][^\]]*(?=\])/g, (name) => String(cover(name))),
    at: path,
    ...(raw.live === undefined ? {} : { live }),
    ...(raw.wanted === undefined ? {} : { wanted: all ? redacted : cover(shown.wanted) }),
    ...defined({ hidden: why }),
  };
}

const whyHidden = (is: Readonly<Record<Hidden, boolean>>): Hidden | undefined =>
  (['substituted', 'secret', 'unknown'] as const).find((why) => is[why]);
