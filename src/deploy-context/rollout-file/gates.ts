import type { NamedGate } from '../../model/measures.ts';
import type { BeforePromote } from '../../model/request.ts';
import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import { type GateKind, gateKinds, keysOf, requiredOf } from './keys.ts';
import { readExpressionGate, readMetricGate } from './metrics.ts';
import { readTask } from './one-off-tasks.ts';
import { readHttpGate, readWebhookGate } from './probes.ts';
import { isTitle, type Source, titleRule } from './source.ts';

type GateReader = (source: Source, name: string, path: Path) => NamedGate | undefined;

const readers: Readonly<Record<GateKind, GateReader>> = {
  metric: readMetricGate,
  expression: readExpressionGate,
  http: readHttpGate,
  task: (source, name, path) => ({
    kind: 'task',
    name,
    task: readTask(source, [...path, 'task'], [...path, 'timeout']),
  }),
  webhook: readWebhookGate,
};

/** The gates of rollout.yml; `tasks`: the one-off tasks, which must have other names. */
export function readGates(source: Source, tasks: readonly BeforePromote[]): readonly NamedGate[] {
  const names = source.keys(['gates']);
  if (source.has(['gates']) && names.length === 0) source.say(['gates'], 'is empty; remove it, or define gates');
  return names.flatMap((name) => {
    const path = ['gates', name];
    if (!isTitle(name)) source.say(path, titleRule, 'key');
    if (tasks.some((task) => (task.name ?? task.container) === name))
      source.say(path, 'is the name of a one-off task already; use another name', 'key');
    const kind = source.has(path) ? kindOf(source, path) : undefined;
    return kind === undefined ? [] : (readers[kind](source, name, path) ?? []);
  });
}

/** The kinds of gates that have a key. */
const homesOf = (key: string): readonly GateKind[] => gateKinds.filter((kind) => keysOf(kind).includes(key));

/** What a gate is, if its keys fit together. */
function kindOf(source: Source, path: Path): GateKind | undefined {
  const keys = source.keys(path);
  const kinds = gateKinds.filter((kind) => keys.includes(kind));
  const [kind] = kinds;
  // An unknown key has been reported, and can be a slip of one of these.
  if (kind === undefined && keys.some((key) => homesOf(key).length === 0)) return undefined;
  if (kind === undefined || kinds.length > 1) {
    const has = kinds.length > 1 ? `, but has ${kinds.join(' and ')}` : '';
    return source.say(path, `must have exactly one of ${gateKinds.join(', ')}${has}`, 'key');
  }
  for (const key of keys) {
    const homes = homesOf(key);
    if (homes.length === 0 || homes.includes(kind)) continue;
    const known = keysOf(kind).join(', ');
    source.say([...path, key], `is for a gate with ${homes.join(' or ')}; one with ${kind} can have ${known}`, 'key');
  }
  for (const key of requiredOf(kind)) {
    if (!keys.includes(key)) source.missing(path, key);
  }
  return kind;
}

/** A list of names of gates, each of which must be defined. */
export function readGateNames(
  source: Source,
  path: Path,
  { tasks = [] }: { readonly tasks?: readonly BeforePromote[] } = {},
): readonly string[] | undefined {
  const known = source.keys(['gates']);
  const names = source.items(path, (at) => ({ at, name: source.text(at) }));
  if (names === undefined) return undefined;
  for (const [index, { at, name }] of names.entries()) {
    if (name === undefined) continue;
    if (!known.includes(name)) source.say(at, unknownGate(name, known, tasks));
    else if (names.findIndex((other) => other.name === name) !== index) source.say(at, 'is listed already');
  }
  return names.flatMap(({ name }) => name ?? []);
}

function unknownGate(name: string, known: readonly string[], tasks: readonly BeforePromote[]): string {
  if (tasks.some((task) => task.name === name))
    return 'is a one-off task of before-promote; to run a task here, define a gate with `task` under `gates`';
  const near = suggest(name, known);
  if (near !== undefined) return `is not the name of a gate; did you mean ${near}?`;
  const defined = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  return `is not the name of a gate; define it under \`gates\` (${defined})`;
}
