import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Hidden } from '../model/change.ts';
import { defined } from '../model/json.ts';
import { redacted, redactor, redactSecrets } from '../model/secret.ts';
import { settableTags } from './described.ts';
import { flatten } from './flatten.ts';
import { normalForm } from './normal-form.ts';

/**
 * Whether registering `wanted` would give a revision that differs from the registered `live` one in nothing that matters.
 * Without `liveTags` (DescribeTaskDefinition tells them only when asked) live counts as untagged.
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

/** One thing that would change: what is there now and what would be, each absent where there is nothing. */
export interface Difference {
  readonly path: string;
  /** The path as it is, also where a hidden value is a part of it: to look things up by, never to be shown. */
  readonly at: string;
  readonly live?: unknown;
  readonly wanted?: unknown;
  /** Why not all of the values is shown. */
  readonly hidden?: Hidden;
}

/** What decides what may be shown of a definition. */
export interface Discretion {
  /** Values that came from the environment or an input. */
  readonly hidden?: readonly string[];
  /** The definition is no file, where all that is left would be written out: nobody knows what came from an environment once. */
  readonly unwritten?: boolean;
}

/**
 * What differs, for a person to read: `containerDefinitions[web].environment[LOG_LEVEL]`, before, after. No hidden value
 * and none that looks like a secret shows, and neither does what may be an older value of the same secret.
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

/** What a definition says, by the paths that `differences` has. */
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
  // What an environment variable was may have come from the environment when it was deployed; only a value that is
  // written out in the file now says that it is none.
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
