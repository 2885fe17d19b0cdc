// How long a rollout takes beyond what the world needs, and how late each event is seen: ours, and others in the same worlds.
import { median, minute, print, product, type Row, second, seconds, worstOf } from './bench-table.ts';
import { basic, carryOut, nameOf, type Ran, type WorldSpec } from './bench-worlds.ts';

/** The same world for everybody. */
interface Compared {
  readonly spec: WorldSpec;
  readonly real: Ran;
  readonly oracle: Ran;
  readonly fixed: Ran;
  /** It knows Fargate and success here. */
  readonly canarycage?: Ran;
}

type Manner = 'real' | 'fixed' | 'canarycage';

async function compare(specs: readonly WorldSpec[]): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const spec of specs) {
    const [real, oracle, fixed] = [
      await carryOut(spec, 'real'),
      await carryOut(spec, 'oracle'),
      await carryOut(spec, 'fixed'),
    ];
    for (const { outcome } of [real, fixed]) {
      if (outcome !== oracle.outcome)
        throw new Error(`${nameOf(spec)}: ${outcome}, but ${oracle.outcome} for the oracle`);
    }
    const suits = spec.ground === 'fargate' && oracle.outcome === 'succeeded' && spec.targetGroups < 2;
    compared.push({ spec, real, oracle, fixed, ...(suits ? { canarycage: await carryOut(spec, 'canarycage') } : {}) });
  }
  return compared;
}

const seeds = [1, 2, 3];

/** Good rollouts. */
function goodWorlds(): readonly WorldSpec[] {
  const grounds = ['fargate', 'ec2-awsvpc', 'ec2-bridge'] as const;
  const doors = [
    { targetGroups: 0, drain: 0 },
    ...product([1, 2], [0, 30, 300]).map(([targetGroups, drain]) => ({ targetGroups, drain })),
  ];
  return (
    product(product(grounds, doors), product([1, 2, 10], seeds))
      // EC2 with and without awsvpc differ in how the targets are found only: each takes every second world.
      .filter(
        ([[ground], [desired, seed]]) =>
          ground === 'fargate' || (ground === 'ec2-bridge') === ((desired + seed) % 2 === 0),
      )
      .map(([[ground, door], [desired, seed]]) => ({ ground, ...door, desired, seed, healthCheck: seed === 3 }))
  );
}

/** Rollouts that go wrong, each at another gate. */
function badWorlds(): readonly WorldSpec[] {
  const bake = { bake: 2 * minute };
  const alarms = { alarms: ['errors'] };
  const ring: NonNullable<WorldSpec['trouble']>['happens'] = (account) => account.setAlarm('errors', 'ALARM');
  const worlds: readonly Partial<WorldSpec>[] = [
    { tag: 'no-pull' },
    { tag: 'crash', targetGroups: 0 },
    { tag: 'crash-late', request: bake },
    { tag: 'unhealthy', healthCheck: true },
    { tag: 'http-500' },
    { tag: 'crash-late', targetGroups: 0, request: bake },
    { tag: 'sick-later', request: bake },
    { tag: 'sick-later', targetGroups: 5, request: bake },
    { tag: 'sick-later', healthCheck: true, request: bake },
    { tag: 'fails-in-service' },
    { tag: 'unhealthy-in-service' },
    { tag: 'alarm', request: { ...bake, ...alarms }, trouble: { after: 'bake', delay: 47 * second, happens: ring } },
    { tag: 'alarm', request: alarms, trouble: { after: 'check', delay: 3 * second, happens: ring } },
  ];
  return product(worlds, seeds).map(([world, seed]) => ({ ...basic, ...world, seed }));
}

/** Good rollouts and bad ones, and what is promised of them. */
export async function waitingRows(): Promise<{ readonly rows: readonly Row[]; compare(): Promise<void> }> {
  const good = await compare(goodWorlds());
  const bad = await compare(badWorlds());
  const all = [...good, ...bad];
  const rows = [
    ...overRows('good rollouts', good),
    ...overRows('bad rollouts', bad),
    ...lagsOf(all, 'real').map((lags) => lagRow(lags)),
    await drainRow(),
  ];
  return {
    rows,
    compare: async () => {
      printLags(all);
      await printWorlds();
    },
  };
}

const ratioOf = ({ oracle, real }: Compared): number => real.took / oracle.took;
const overOf = ({ oracle, real }: Compared): number => real.took - oracle.took;

/** Ten percent; of less than a minute they would be less than what a look every few seconds adds to five gates. */
function overRows(what: string, all: readonly Compared[]): readonly Row[] {
  const long = all.filter(({ oracle }) => oracle.took >= minute);
  const short = all.filter(({ oracle }) => oracle.took < minute);
  const slowest = worstOf(long, ratioOf);
  const latest = worstOf(short, overOf);
  const say = ({ spec, real, oracle }: Compared): string =>
    `${seconds(real.took)} for ${seconds(oracle.took)}: ${nameOf(spec)}`;
  return [
    {
      what: `waiting: ${what} of a minute or more, over the minimum`,
      figure: `worst ${ratioOf(slowest).toFixed(2)} ×, median ${median(long.map(ratioOf)).toFixed(2)} ×`,
      target: '≤ 1.10 ×',
      ok: ratioOf(slowest) <= 1.1,
      where: `${long.length} worlds; ${say(slowest)}`,
    },
    {
      what: `waiting: ${what} of less than a minute, over the minimum`,
      figure: `worst ${seconds(overOf(latest))}, median ${median(short.map(ratioOf)).toFixed(2)} ×`,
      target: '≤ 5 s',
      ok: overOf(latest) <= 5 * second,
      where: `${short.length} worlds; ${say(latest)}`,
    },
  ];
}

interface Lags {
  readonly gate: string;
  readonly worst: { readonly spec: WorldSpec; readonly lag: number };
  readonly median: number;
  readonly count: number;
  readonly allowed: number;
}

function lagsOf(all: readonly Compared[], how: Manner): readonly Lags[] {
  const gates = new Set(all.flatMap(({ oracle }) => [...oracle.answered.keys()]));
  return [...gates].sort().flatMap((gate) => {
    // In a bake the target groups take turns, so with several of them one that changes alone is seen later.
    const turns = gate === 'targets-healthy (lost)';
    const [one, several] = [
      all.filter(({ spec }) => spec.targetGroups < 2),
      all.filter(({ spec }) => spec.targetGroups > 1),
    ];
    return turns
      ? [...lagOf(gate, one, how), ...lagOf(gate, several, how, ', several TG in turn')]
      : lagOf(gate, all, how);
  });
}

function lagOf(gate: string, all: readonly Compared[], how: Manner, note = ''): readonly Lags[] {
  const lags = all.flatMap(({ spec, oracle, [how]: ran }) => {
    const [seen, happened] = [ran?.answered.get(gate), oracle.answered.get(gate)];
    return seen === undefined || happened === undefined ? [] : [{ spec, lag: seen - happened }];
  });
  // A gate can be answered for the oracle only: another one of the same step failed first for us.
  if (lags.length === 0) return [];
  const worst = worstOf(lags, ({ lag }) => lag);
  const allowed = 5 * second * (note === '' ? 1 : worst.spec.targetGroups);
  return [{ gate: `${gate}${note}`, worst, median: median(lags.map(({ lag }) => lag)), count: lags.length, allowed }];
}

const lagRow = ({ gate, worst, median, count, allowed }: Lags): Row => ({
  what: `waiting: how late ${gate} is seen`,
  figure: `worst ${seconds(worst.lag)}, median ${seconds(median)}`,
  target: `≤ ${seconds(allowed, 0)}`,
  ok: worst.lag <= allowed,
  where: `${count} worlds; ${nameOf(worst.spec)}`,
});

/** What a rollout takes beyond the deployment of the service, in which ECS drains the old tasks whoever asks for it. */
const besideOf = ({ took, deployed }: Ran): number => took - deployed;

async function addedByDraining(how: Manner): Promise<readonly { readonly spec: WorldSpec; readonly added: number }[]> {
  const added: { spec: WorldSpec; added: number }[] = [];
  for (const [targetGroups, [desired, seed]] of product([1, 2, 5], product([1, 10], seeds))) {
    const spec = { ...basic, targetGroups, desired, seed };
    const long = await carryOut({ ...spec, drain: 300 }, how);
    const none = await carryOut({ ...spec, drain: 0 }, how);
    added.push({ spec, added: besideOf(long) - besideOf(none) });
  }
  return added;
}

async function drainRow(): Promise<Row> {
  const all = await addedByDraining('real');
  const cage = await addedByDraining('canarycage');
  const worst = worstOf(all, ({ added }) => added);
  const say = (figures: readonly { readonly added: number }[]): string =>
    seconds(median(figures.map(({ added }) => added)));
  return {
    what: 'waiting: what 300 s of deregistration delay add to all but the deployment itself',
    figure: `worst ${seconds(worst.added)}, median ${say(all)}`,
    target: '≤ 5 s',
    ok: worst.added <= 5 * second,
    where: `${all.length} worlds; as canarycage: median ${say(cage)}`,
  };
}

const manners = ['real', 'fixed', 'canarycage'] as const;
const names = ['ours', 'every 15 s', 'as canarycage'];

function printLags(all: readonly Compared[]): void {
  const columns = manners.map((how) => new Map(lagsOf(all, how).map((lags) => [lags.gate, lags])));
  // When a target is lost hangs on when it was registered, which is not the same for all of them.
  const gates = [...new Set(columns.flatMap((column) => [...column.keys()]))]
    .filter((gate) => !gate.includes('(lost)'))
    .sort();
  const lines = gates.map((gate) => [
    gate,
    ...columns.map((column) => {
      const lags = column.get(gate);
      return lags === undefined ? '' : `${seconds(lags.worst.lag)} (${seconds(lags.median)})`;
    }),
  ]);
  print('How late each event is seen in the same worlds: worst (median)', ['event', ...names], lines);
}

/** Every world that is small enough for the oracle, which looks at all of it whenever something changes. */
async function printWorlds(): Promise<void> {
  const lines: string[][] = [];
  for (const [targetGroups, desired] of product([1, 2, 5], [1, 2, 10, 50, 200])) {
    const spec = { ...basic, targetGroups, desired, drain: 300 };
    const least = targetGroups * desired <= 100 ? (await carryOut(spec, 'oracle')).took : undefined;
    const cells: string[] = [];
    for (const how of manners) {
      const { took, callCount } = await carryOut(spec, how);
      const ratio = least === undefined ? '' : ` = ${(took / least).toFixed(2)} ×`;
      cells.push(`${seconds(took, 0)}${ratio}, ${callCount} calls`);
    }
    lines.push([
      `${targetGroups} TG, ${desired} tasks`,
      least === undefined ? 'too big to tell' : seconds(least, 0),
      ...cells,
    ]);
  }
  print('Time and calls in the same worlds (Fargate, drain 300 s)', ['world', 'minimum', ...names], lines);
}
