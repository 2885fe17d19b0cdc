// Rollouts in virtual time: as they are, as an oracle would do them, and with a fixed poll, each in the same world.

import { type HandlerContext, place, region, shop, usual } from '../../__tests__/commands/stage.ts';
import { takeSnapshot } from '../../src/aws/snapshots/rollout.ts';
import type { Runtime } from '../../src/commands/command-runtime.ts';
import { worldFor } from '../../src/commands/execution.ts';
import { runCommand } from '../../src/commands/index.ts';
import { planRollout } from '../../src/commands/rollout/index.ts';
import { resolveRollout } from '../../src/commands/rollout/resolve-revision.ts';
import { execute } from '../../src/engine/execute.ts';
import type { World } from '../../src/engine/world.ts';
import { type Duration, minute, second } from '../../src/model/duration.ts';
import type { TimedEvent } from '../../src/model/event.ts';
import type { Gate } from '../../src/model/gates.ts';
import { type Answer, type GateContext, handle } from '../../src/model/handlers.ts';
import type { Outcome, OutcomeName } from '../../src/model/outcome.ts';
import type { Step } from '../../src/model/plan.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import { learn, type Memory } from '../../src/model/run-state.ts';
import { pretend } from '../../src/rehearse/harness.ts';
import { createReporter } from '../../src/report/reporter.ts';
import { Account } from '../../src/simulator/account.ts';
import { Agenda } from '../../src/simulator/agenda.ts';
import { Cloud } from '../../src/simulator/cloud.ts';
import { pace, type Span } from '../../src/simulator/pace.ts';
import { Random } from '../../src/simulator/random.ts';
import { requestHandler } from '../../src/simulator/request-handler.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { rolloutAsCanarycage } from './bench-canarycage.ts';

/** What a world is like; the same spec is the same world, however often it is looked at. */
export interface WorldSpec {
  readonly ground: HandlerContext;
  readonly targetGroups: number;
  /** Deregistration delay in seconds. */
  readonly drain: number;
  readonly desired: number;
  readonly seed: number;
  /** The image tag of the new version; `good` when absent. */
  readonly tag?: string;
  readonly healthCheck?: boolean;
  readonly request?: Partial<RolloutRequest>;
  /** Every n-th call is throttled. */
  readonly throttleEvery?: number;
  /** Something that happens so long after a step of a kind has begun. */
  readonly trouble?: { readonly after: Step['kind']; readonly delay: number; happens(account: Account): void };
}

/** Most worlds are this one with something else about them. */
export const basic: WorldSpec = { ground: 'fargate', targetGroups: 1, drain: 30, desired: 2, seed: 1 };

/**
 * `real` is what users get, `oracle` knows the moment at which each answer changes, `fixed` asks every 15 s, `canarycage`
 * does and waits as canarycage does.
 */
export type Manner = 'real' | 'oracle' | 'fixed' | 'canarycage';

/** A rollout that was carried out in a world. */
export interface Ran {
  readonly outcome: OutcomeName;
  /** Virtual milliseconds from start to end. */
  readonly took: number;
  /** How long the service's last deployment took of it. */
  readonly deployed: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly callCount: number;
  /** How long after the deed that sets it off the first answer of a gate came; `KIND (fail)` and `KIND (lost)` when it was no `pass`. */
  readonly answered: ReadonlyMap<string, number>;
}

/** One line that tells somebody which world to look at. */
export function nameOf(spec: WorldSpec): string {
  const { ground, targetGroups, drain, desired, seed, tag, healthCheck } = spec;
  const groups = targetGroups === 0 ? 'no target group' : `${targetGroups} TG, drain ${drain} s`;
  const image = tag === undefined ? '' : `, :${tag}`;
  return `${ground}, ${groups}, desired ${desired}${healthCheck ? ', health check' : ''}${image}, seed ${seed}`;
}

/** What this script knows of a pretend account beyond what the account says of itself. */
interface Fate {
  readonly seed: number;
  /** By kind of thing: how long each one takes. */
  readonly streams: Map<string, Random>;
  /** When something is going to happen. */
  readonly agenda: Agenda;
}

const fates = new WeakMap<Cloud | Random, Fate>();
/** The account that was made last. */
let newest: Fate = { seed: 1, streams: new Map(), agenda: new Agenda() };

function fateOf(of: Cloud | Random): Fate {
  const fate = fates.get(of) ?? newest;
  fates.set(of, fate);
  return fate;
}

/**
 * Makes the time that each thing takes depend on the seed and on how many of its kind there were before, and on nothing
 * else. The simulator draws ids and times from one sequence, so one call more would otherwise be another world. It also
 * notes when things are going to happen, for the oracle.
 */
function keepWorldsTheSame(): void {
  const { between } = Random.prototype;
  const { after, at } = Cloud.prototype;
  const names = namesOfSpans();
  const draw = (fate: Fate, key: string, [low, high]: Span): number => {
    const known = fate.streams.get(key) ?? new Random(hash(`${key} ${fate.seed}`));
    // In which order old tasks and the canary end is no property of the world: the end of each takes equally long.
    const stream = endings.has(key) ? new Random(hash(`${key} ${fate.seed}`)) : known;
    fate.streams.set(key, stream);
    return between.call(stream, low, high);
  };
  Cloud.prototype.within = function (span, run) {
    this.after(draw(fateOf(this), names.get(span) ?? span.join('-'), span), run);
  };
  // Ids and addresses are drawn from small alphabets; what is longer than that is a time.
  Random.prototype.between = function (low, high) {
    return high < 200 ? between.call(this, low, high) : draw(fateOf(this), `${low}-${high}`, [low, high]);
  };
  Cloud.prototype.after = function (ms, run) {
    fateOf(this).agenda.add(this.moment(ms), () => {});
    after.call(this, ms, run);
  };
  Cloud.prototype.at = function (moment, run) {
    fateOf(this).agenda.add(moment, () => {});
    at.call(this, moment, run);
  };
}

const endings: ReadonlySet<string> = new Set([
  'deprovisioning',
  'ec2Deprovisioning',
  pace.deactivating.join('-'),
  pace.sigterm.join('-'),
]);

function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const character of text) sum = Math.imul(sum ^ character.charCodeAt(0), 0x01000193);
  return sum >>> 0;
}

/** Spans of equal length are still spans of different things. */
function namesOfSpans(): ReadonlyMap<Span, string> {
  const names = new Map<Span, string>();
  for (const [name, value] of Object.entries(pace)) {
    if ('provisioning' in value) for (const [part, span] of Object.entries(value)) names.set(span, `${name}.${part}`);
    else names.set(value, name);
  }
  return names;
}

keepWorldsTheSame();

interface Made {
  readonly account: Account;
  readonly fate: Fate;
  readonly clock: VirtualClock;
  readonly request: RolloutRequest;
  /** After this time the oracle looks again although nothing seems to have changed. */
  readonly patience: Duration;
}

function makeWorld(spec: WorldSpec, latencyMs: number): Made {
  const { ground, targetGroups, drain, desired, seed, tag, healthCheck = false } = spec;
  const what = shop(ground, targetGroups, {
    service: { desiredCount: desired },
    healthCheck,
    ...(tag === undefined ? {} : { tag }),
  });
  const plain = (input: object) => structuredClone(input) as Record<string, unknown>;
  const planted = seedFor({ service: plain(what.service), taskDefinition: plain(what.definition), region });
  const groups = planted.targetGroups?.map((group) => ({ ...group, deregistrationDelaySeconds: drain })) ?? [];
  const alarms = spec.request?.alarms?.map((name) => ({ name })) ?? [];
  const clock = new VirtualClock();
  // How long targets drain changes nothing else.
  const fate = { seed: hash(nameOf({ ...spec, drain: 0 })), streams: new Map(), agenda: new Agenda() };
  newest = fate;
  const account = new Account({
    seed: { ...planted, targetGroups: groups, alarms },
    clock,
    randomSeed: seed,
    latencyMs,
  });
  const asked = { ...usual(what), ...spec.request };
  // A failure shows in things that the picture of the account does not have.
  const patience = tag === undefined ? 5 * second : second;
  for (let nth = spec.throttleEvery ?? Number.POSITIVE_INFINITY; nth < 200; nth += spec.throttleEvery ?? 0) {
    account.inject({ nth, fault: 'throttle' });
  }
  return { account, fate, clock, request: asked, patience };
}

/** Carries a rollout out in a world of its own. */
export async function carryOut(spec: WorldSpec, manner: Manner): Promise<Ran> {
  const made = makeWorld(spec, manner === 'oracle' ? 0 : 50);
  const { account, clock } = made;
  const began = clock.now();
  const { outcome, answered } = await (manner === 'canarycage' ? cage(spec, made) : performed(spec, manner, made));
  const calls: Record<string, number> = {};
  for (const { service, operation } of account.calls) {
    const name = `${service}:${operation}`;
    calls[name] = (calls[name] ?? 0) + 1;
  }
  const deployment = newestDeployment(account);
  return {
    outcome,
    took: clock.now() - began,
    deployed: (deployment?.updatedAt.getTime() ?? 0) - (deployment?.createdAt.getTime() ?? 0),
    calls,
    callCount: account.calls.length,
    answered,
  };
}

async function cage(spec: WorldSpec, { account, clock, request }: Made): Promise<Pick<Ran, 'outcome' | 'answered'>> {
  if (request.revision.kind !== 'new') throw new Error('canarycage registers a revision here');
  const { definition } = request.revision;
  const dice = new Random(hash(nameOf(spec)));
  const random = () => dice.next();
  const answered = await rolloutAsCanarycage({ requestHandler: requestHandler(account), clock, definition, random });
  return { outcome: 'succeeded', answered };
}

async function performed(
  spec: WorldSpec,
  manner: Exclude<Manner, 'canarycage'>,
  made: Made,
): Promise<Pick<Ran, 'outcome' | 'answered'>> {
  const { account, clock, request } = made;
  const trouble = troubleIn(spec, account);
  const reporter = createReporter({ command: 'rollout', place }, clock, trouble.hear);
  const jitter = new Random(hash(nameOf(spec)));
  const runtime = pretend({
    region,
    clock,
    requestHandler: requestHandler(account),
    signal: new AbortController().signal,
    report: reporter.report,
    // A fixed poll has no jitter; it only ever shortens.
    random: () => (manner === 'real' ? jitter.next() : 0.999),
    // The oracle must not be told what was so a moment ago.
    ...(manner === 'oracle' ? { lasts: 0 } : {}),
  });
  const outcome = await (manner === 'real'
    ? runCommand(request, runtime)
    : performWith(request, runtime, lookOf(manner, made)));
  const { events } = reporter.read(outcome);
  const restore = newestDeployment(account)?.updatedAt.getTime();
  return { outcome: outcome.is, answered: answersIn(events, { trouble: trouble.at(), restore }) };
}

/** What `perform` does, with another way to look. */
async function performWith(asked: RolloutRequest, runtime: Runtime, change: (world: World) => Look): Promise<Outcome> {
  const snapshot = await takeSnapshot(runtime.aws, asked, runtime.clock);
  const request = resolveRollout(asked, snapshot);
  const plan = planRollout(request, snapshot, { identical: false, fitting: [], changes: [] });
  runtime.report({ kind: 'planned', plan });
  const world = worldFor(runtime, request.place);
  const evaluate = change(world);
  const looks = Object.fromEntries(Object.keys(world.evaluate).map((kind) => [kind, evaluate]));
  return execute(plan, { ...world, evaluate: looks as unknown as World['evaluate'] });
}

type Look = (gate: Gate, context: GateContext, memory: Memory) => Promise<Answer>;

function lookOf(manner: 'oracle' | 'fixed', made: Made): (world: World) => Look {
  const good = new Set<Gate['kind']>();
  return (world) =>
    async (gate, { state }, memory) => {
      // What one answer has taught is not saved before this one returns.
      let learned = state.learned;
      let remembered = memory;
      const ask = async (): Promise<Answer> => {
        const context = { state: { ...state, learned }, sampling: 'thorough' } as const;
        const answer = await handle<Gate, Promise<Answer>, [GateContext, Memory]>(
          world.evaluate,
          gate,
          context,
          remembered,
        );
        learned = learn(learned, answer.learned ?? {});
        remembered = answer.memory ?? {};
        return answer;
      };
      if (manner === 'fixed') {
        const answer = await ask();
        return { ...answer, verdict: { ...answer.verdict, again: 15 * second } };
      }
      const until = world.clock.now() + 15 * minute;
      for (;;) {
        const answer = await ask();
        const { verdict } = answer;
        const rings = Object.values(made.account.picture().alarms).includes('ALARM');
        const lost = verdict.is === 'wait' && good.has(gate.kind);
        if (verdict.is === 'pass') good.add(gate.kind);
        // An alarm is another gate's business, which watch asks as soon as this one has answered.
        if (verdict.is !== 'wait' || lost || rings || world.clock.now() > until) {
          return { verdict: { ...verdict, again: second }, memory: remembered, learned };
        }
        // What only time changes is known from the hint, except where it is the hints that are in question.
        await untilChanged(made, Math.min(made.patience, verdict.again ?? made.patience));
      }
    };
}

/** Until something is different in the account, at the very moment, or until the time has passed. */
async function untilChanged({ account, clock, fate: { agenda } }: Made, atMost: Duration): Promise<void> {
  const before = JSON.stringify(account.picture());
  const end = clock.now() + atMost;
  while (clock.now() < end && JSON.stringify(account.picture()) === before) {
    for (let next = agenda.next(); next !== undefined && next <= clock.now(); next = agenda.next()) agenda.take();
    // Somebody may set off something that is not on the agenda yet.
    const next = Math.min(end, clock.now() + second, agenda.next() ?? end);
    await clock.sleep(Math.max(1, next - clock.now()));
  }
}

interface Trouble {
  hear(event: TimedEvent): void;
  at(): number | undefined;
}

function troubleIn({ trouble }: WorldSpec, account: Account): Trouble {
  let index = -1;
  let at: number | undefined;
  return {
    at: () => at,
    hear(event) {
      if (event.kind === 'planned') index = event.plan.steps.findLastIndex(({ kind }) => kind === trouble?.after);
      if (trouble === undefined || event.kind !== 'step' || event.is !== 'begun' || event.index !== index) return;
      at = event.at + trouble.delay;
      account.later(trouble.delay, trouble.happens);
    },
  };
}

interface Deployed {
  readonly rolloutState: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The deployment that the service runs now; `updatedAt` is when it was completed. */
function newestDeployment(account: Account): Deployed | undefined {
  const { cluster, service } = place;
  const { services } = account.someone('DescribeServices', { cluster, services: [service] });
  const [described] = services as readonly { deployments: readonly Deployed[] }[];
  return described?.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED');
}

/** What sets off that which each kind of gate waits for. */
const deeds: Readonly<Record<string, string>> = {
  'tasks-running': 'start-canary',
  'containers-healthy': 'start-canary',
  'targets-healthy': 'register-targets',
  'serving-traffic': 'promote',
  'service-stable': 'promote',
  'targets-drained': 'deregister-targets',
  'tasks-stopped': 'stop-tasks',
};

/** The first `pass`, the first `wait` after it and the first `fail` of each kind of gate. */
function answersIn(
  events: readonly TimedEvent[],
  { trouble, restore }: Readonly<Record<'trouble' | 'restore', number | undefined>>,
): ReadonlyMap<string, number> {
  const done = new Map<string, number>();
  const answered = new Map<string, number>();
  let steps: readonly Step[] = [];
  for (const event of events) {
    if (event.kind === 'planned') steps = event.plan.steps;
    if (event.kind === 'undo' && event.is === 'asked') done.set(event.undo.kind, event.at);
    if (event.kind === 'step') {
      const kind = steps[event.index]?.kind ?? '';
      if (event.is === 'done') done.set(kind, event.at);
      if (event.is === 'failed' && trouble !== undefined) answered.set('alarms-quiet (fail)', event.at - trouble);
    }
    if (event.kind !== 'verdict') continue;
    // One that waits again after it has passed is not good any more, although it may become so.
    if (event.verdict.is === 'wait' && !answered.has(event.gate)) continue;
    const since = event.gate === 'service-restored' ? restore : done.get(deeds[event.gate] ?? '');
    const lost = `${event.gate} (lost)`;
    const names = { pass: event.gate, fail: `${event.gate} (fail)`, wait: lost, inconclusive: lost };
    const name = names[event.verdict.is];
    if (since !== undefined && event.at >= since && !answered.has(name)) answered.set(name, event.at - since);
  }
  return answered;
}
