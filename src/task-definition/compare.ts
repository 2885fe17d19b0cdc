import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Hidden } from '../model/change.ts';
import { defined } from '../model/json.ts';
import { redacted, redactor, redactSecrets } from '../model/secret.ts';
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
  return isDeepStrictEqual(normalForm(wanted), normalForm({ ...live, tags: settableTags(liveTags) }));
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
  const [before, after] = [normalForm(live), normalForm(wanted)];
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
