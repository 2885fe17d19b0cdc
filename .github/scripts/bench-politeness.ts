// How many calls a rollout makes.
import { minute, product, type Row, second, seconds, worstOf } from './bench-table.ts';
import { basic, carryOut, nameOf, type Ran, type WorldSpec } from './bench-worlds.ts';

/** A world, and how a rollout went in it. */
interface Tried {
  readonly spec: WorldSpec;
  readonly ran: Ran;
}

/** What makes a rollout take about five minutes, and how many things are seen within five seconds all that time. */
interface Long {
  readonly why: string;
  readonly world: Partial<WorldSpec>;
  readonly targetGroups: readonly number[];
  /** Calls beyond the sixty. */
  allowed(spec: WorldSpec, took: number): number;
}

/** A look every five seconds, and a little sooner so that its answer is there by then; sixty calls cannot give that for long. */
const lookedAt = (duration: number): number => (13 * duration) / minute;
const bake = 180 * second;

const longs: readonly Long[] = [
  { why: 'drain 200 s', world: { drain: 200 }, targetGroups: [1, 2, 5], allowed: () => 0 },
  {
    // The canary's task is looked at, and one of its target groups at a time.
    why: 'bake 3m',
    world: { request: { bake } },
    targetGroups: [0, 1, 2, 5],
    allowed: ({ targetGroups }) => lookedAt(targetGroups === 0 ? bake : 2 * bake),
  },
  {
    why: 'drain 200 s, an alarm',
    world: { drain: 200, request: { alarms: ['errors'] } },
    targetGroups: [1],
    allowed: (_, took) => lookedAt(took),
  },
];

/**
 * Registered and taken out, its delay read, healthy, its targets before the update, a new one, drained: what must be asked
 * of each target group, and no call asks more than one.
 */
const callsOfTargetGroup = 7;

/** Sixty calls for five minutes with two target groups; in proportion for what takes longer. */
function allowedCalls({ allowed }: Long, { spec, ran: { took } }: Tried): number {
  return 60 * Math.max(1, took / (5 * minute)) + callsOfMore(spec) + allowed(spec, took);
}

async function tryAll(specs: readonly WorldSpec[]): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const spec of specs) tried.push({ spec, ran: await carryOut(spec, 'real') });
  return tried;
}

/** Calls in about five minutes, calls a second, and calls on a bad day. */
export async function politenessRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const all: Tried[] = [];
  for (const long of longs) {
    for (const targetGroups of long.targetGroups) {
      const worlds = [1, 2, 10, 50, 200].map((desired) => ({ ...basic, targetGroups, desired, ...long.world }));
      const tried = await tryAll(worlds);
      all.push(...tried);
      rows.push(callsRow(long, targetGroups, tried));
    }
  }
  const short = product(['fargate', 'ec2-awsvpc', 'ec2-bridge'] as const, [0, 1, 2, 5]).flatMap(
    ([ground, targetGroups]) => [1, 2, 10].map((desired) => ({ ...basic, ground, targetGroups, desired, drain: 0 })),
  );
  return [...rows, rateRow([...all, ...(await tryAll(short))]), await throttledRow()];
}

function callsRow(long: Long, targetGroups: number, tried: readonly Tried[]): Row {
  const worst = worstOf(tried, (one) => one.ran.callCount / allowedCalls(long, one));
  const { spec, ran } = worst;
  const allowed = allowedCalls(long, worst);
  return {
    what: `politeness: calls in about 5 minutes, ${targetGroups} TG, ${long.why}`,
    figure: `${ran.callCount} in ${seconds(ran.took, 0)}`,
    target: `≤ ${allowed.toFixed(0)}`,
    ok: ran.callCount <= allowed,
    where: `worst of ${tried.length}: desired ${spec.desired}: ${formatCalls(ran)}`,
  };
}

const callsOfMore = ({ targetGroups }: WorldSpec): number => callsOfTargetGroup * Math.max(0, targetGroups - 2);

/** A rollout of half a minute has its first calls, and not the minute that they are for. */
function rateRow(all: readonly Tried[]): Row {
  const rate = ({ spec, ran: { callCount, took } }: Tried): number =>
    ((callCount - callsOfMore(spec)) * second) / Math.max(minute, took);
  const fastest = worstOf(all, rate);
  return {
    what: 'politeness: calls a second, averaged over a minute or more (worst), without those of TG 3 to 5',
    figure: rate(fastest).toFixed(2),
    target: '≤ 1',
    ok: rate(fastest) <= 1,
    where: `${all.length} worlds; ${nameOf(fastest.spec)}`,
  };
}

function formatCalls({ calls }: Ran): string {
  return Object.entries(calls)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([operation, count]) => `${count} ${operation.slice(operation.indexOf(':') + 1)}`)
    .join(', ');
}

/** Every fifth call is throttled, as on a day on which somebody else uses up the account's rate. */
async function throttledRow(): Promise<Row> {
  const spec: WorldSpec = { ...basic, throttleEvery: 5 };
  const { outcome, callCount, took } = await carryOut(spec, 'real');
  return {
    what: 'politeness: every fifth call is throttled',
    figure: `${outcome}, ${callCount} calls in ${seconds(took, 0)}`,
    target: 'succeeded',
    ok: outcome === 'succeeded',
    where: nameOf(spec),
  };
}
