import { type Duration, minute } from '../../src/model/duration.ts';
import type { TimedEvent } from '../../src/model/event.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import type { RunState } from '../../src/model/run-state.ts';
import { storable } from '../../src/model/storable.ts';
import type { Account, Call } from '../../src/simulator/account.ts';
import type { Picture } from '../../src/simulator/picture.ts';
import { orphans, type Run, type Shop, type Stage, shop, stage, targetGroupArn } from '../commands/stage.ts';
import { judge } from './judge.ts';
import { type Deed, type World, worldOf } from './world.ts';

/** How a world went. */
export interface Played {
  readonly outcome: Run['outcome']['is'];
  readonly killed: boolean;
  readonly calls: number;
  readonly took: Duration;
  /** Empty when all is well. */
  readonly complaints: readonly string[];
}

/** A rollout, and everything that is needed to judge what it says of itself. */
export interface Story {
  readonly world: World;
  readonly run: Run;
  readonly took: Duration;
  readonly before: Picture;
  /** The moment at which the process ended, and two hours later. */
  readonly after: Picture;
  readonly settled: Picture;
  /** Actions of others that were carried out. */
  readonly theirs: readonly Done[];
  /** Our own calls. */
  readonly calls: readonly Call[];
  /** The fewest healthy targets (or running tasks) that the service had while our process was alive. */
  readonly fewest: number;
  readonly hadBefore: number;
}

export interface Done {
  readonly what: Deed['what'];
  readonly at: number;
}

/** Long enough for every canary to have expired, and for every deployment to have ended. */
const longAfter = 4 * 60 * minute;

/** Plays the world of a seed, and says what is wrong with how it ended. */
export async function play(seed: number, transport: 'sdk' | 'direct' = 'direct'): Promise<Played> {
  const drawn = worldOf(seed);
  const what = shopOf(drawn);
  const here = stageOf(drawn, what, transport);
  const theirs: Done[] = [];
  const rivals: Promise<unknown>[] = [];
  for (const deed of drawn.others) {
    here.account.later(deed.at, (account) => {
      if (deed.what === 'rollout') rivals.push(here.rollout());
      if (carriesOut(deed, account, here)) theirs.push({ what: deed.what, at: here.clock.now() });
    });
  }
  for (const fault of drawn.faults) here.account.inject(fault);
  const before = here.before;
  const began = here.clock.now();
  const watched = watchHealth(here);
  const first = await here.rollout({ ...drawn.request, ...identity(1) }, (event) => {
    watched.look(event);
    return isKilled(drawn, event, here);
  });
  const next = await continued(drawn, here, first);
  const run = next ?? first;
  const world: World = next === undefined ? drawn : { ...drawn, ending: { kind: 'by-itself' } };
  const took = here.clock.now() - began;
  const callsAtEnd = here.account.calls.length;
  const after = here.after();
  const complaints = [...(await comeAfter(world, here, run, theirs))];
  await Promise.all(rivals);
  const quiet = here.account.calls.length;
  await here.clock.sleep(2 * 60 * minute);
  if (here.account.calls.length !== quiet) complaints.push('it goes on calling after its end');
  const calls = here.account.calls.slice(0, callsAtEnd);
  const story = { world, run, took, before, after, settled: here.after(), theirs, calls, ...watched.result() };
  complaints.push(...judge(story), ...(await sweepAll(here)));
  const { is } = run.outcome;
  return { outcome: is, killed: first.outcome.is === 'cancelled', calls: callsAtEnd, took, complaints };
}

/** What another process makes of what a killed one has saved, told as one run; nothing where it has saved no rollout. */
async function continued({ continues, request }: World, here: Stage, first: Run): Promise<Run | undefined> {
  if (!continues || first.outcome.is !== 'cancelled' || first.saved === undefined) return undefined;
  const state: RunState = JSON.parse(first.saved);
  const { plan } = state;
  // It had only waited for others, and planned nothing yet.
  if (plan.steps.every((step) => step.kind === 'check' && step.judges === 'others')) return undefined;
  const { run } = identity(1);
  const again = { ...request, run: { ...run, token: 'of-another-process' } };
  const second = await here.continue(JSON.stringify(storable(state)), again);
  const { report } = first;
  const operations = [...Object.keys(report.calls), ...Object.keys(second.report.calls)];
  const calls = operations.map((name) => [name, (report.calls[name] ?? 0) + (second.report.calls[name] ?? 0)]);
  return {
    ...second,
    report: {
      ...second.report,
      facts: { ...report.facts, ...second.report.facts },
      calls: Object.fromEntries(calls),
      events: [...report.events, ...second.report.events],
    },
  };
}

const identity = (attempt: number): Pick<RolloutRequest, 'run'> => ({
  run: { id: 'tortured', attempt, token: `token-${attempt}` },
});

function shopOf({ ground, targetGroups, tag, healthCheck, service }: World): Shop {
  return shop(ground, targetGroups, { tag, healthCheck, service });
}

function stageOf(world: World, what: Shop, transport: 'sdk' | 'direct'): Stage {
  return stage(
    what,
    (seed) => ({
      ...seed,
      alarms: [{ name: 'errors' }],
      // A version of another user, as good as the running one.
      taskDefinitions: [
        ...(seed.taskDefinitions ?? []),
        { ...seed.taskDefinitions?.[0], family: 'theirs', revision: 1 },
      ],
      targetGroups: (seed.targetGroups ?? []).map((group) => ({
        ...group,
        deregistrationDelaySeconds: world.deregistrationDelaySeconds,
      })),
    }),
    transport,
  );
}

function isKilled({ ending }: World, event: TimedEvent, here: Stage): boolean {
  return ending.kind !== 'by-itself' && event.kind === 'call' && here.account.calls.length >= ending.call;
}

/** Who comes after a process that was killed; one that has ended has its post step. */
async function comeAfter(world: World, here: Stage, run: Run, theirs: readonly Done[]): Promise<readonly string[]> {
  const { ending } = world;
  if (run.outcome.is !== 'cancelled' || ending.kind === 'by-itself' || ending.kind === 'post') {
    const lost = await here.post(run);
    await here.clock.sleep(20 * minute);
    const left = orphans(here.after());
    return lost.length === 0 && left.length > 0 ? [`something stray is left after post: ${left.join()}`] : [];
  }
  if (ending.kind === 'killed-post') {
    const last = here.account.calls.length + ending.postCall;
    await here.post(run, (event) => event.kind === 'call' && here.account.calls.length >= last);
  }
  if (ending.kind === 'next-attempt') {
    await here.clock.sleep(ending.after);
    return nobodyLies(here, { ...world.request, ...identity(2) }, theirs);
  }
  await here.clock.sleep(longAfter);
  if (ending.kind === 'next-run') return nobodyLies(here, world.request, theirs);
  return [];
}

/** A rollout that comes after a vanished one tells the truth too. */
async function nobodyLies(
  here: Stage,
  request: Partial<RolloutRequest>,
  theirs: readonly Done[],
): Promise<readonly string[]> {
  const done = theirs.length;
  const before = here.after().services['production/web'];
  const run = await here.rollout(request);
  const { is, serviceIntact, cause } = run.outcome;
  await here.post(run);
  const after = here.after().services['production/web'];
  const said = `the one after it: ${is} (${cause?.because.slice(0, 120) ?? ''})`;
  if (is === 'succeeded' && theirs.length === done && after?.deployments.length !== 1)
    return [`${said}, but the service is not at rest`];
  const alone = theirs.length === done && before !== undefined;
  if (serviceIntact && is === 'rejected' && alone && before.taskDefinition !== after?.taskDefinition) {
    return [`${said}, but the service was changed`];
  }
  return [];
}

/** Whatever went before: a sweep, when everything has expired and AWS is well, leaves nothing. */
async function sweepAll(here: Stage): Promise<readonly string[]> {
  const left = orphans(here.after());
  if (left.length === 0) return [];
  await here.clock.sleep(longAfter);
  for (let tries = 0; tries < 20; tries++) if ((await here.sweep()).outcome.is === 'succeeded') break;
  await here.clock.sleep(20 * minute);
  const still = orphans(here.after()).filter((one) => one.startsWith('arn:'));
  return still.length === 0 ? [] : [`not even a sweep has found ${still.join()}`];
}

/** Carries out an action of another user; `false` if AWS refuses it or there is no target. */
function carriesOut({ what }: Deed, account: Account, here: Stage): boolean {
  const web = { cluster: 'production', service: 'web' };
  const picture = here.after();
  const service = picture.services['production/web'];
  const count = service?.desiredCount ?? 0;
  const [canary] = picture.standaloneTasks.filter(({ startedBy }) => startedBy?.startsWith('ecs-canary/'));
  const task = canary?.taskArn;
  try {
    if (what === 'deploy')
      account.someoneUpdatesService({ ...web, taskDefinition: 'theirs:1', forceNewDeployment: true });
    if (what === 'force') account.someoneUpdatesService({ ...web, forceNewDeployment: true });
    if (what === 'scale-in') account.scale('production', 'web', Math.max(0, count - 1));
    if (what === 'scale-out') account.scale('production', 'web', count + 1);
    if (what === 'stop-task') account.someoneStopsTaskOf('production', 'web');
    if (what === 'delete-service') account.someone('DeleteService', { ...web, force: true });
    if (what === 'take-away-target-groups') account.someoneUpdatesService({ ...web, loadBalancers: [] });
    if (what === 'deregister-stable-revision') {
      account.someone('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    }
    if (what === 'register-revision') account.someoneRegistersRevision('web:1');
    if (what === 'ring') account.setAlarm('errors', 'ALARM');
    if (what === 'stop-canary' && task !== undefined) account.someone('StopTask', { cluster: 'production', task });
    if (what === 'deregister-canary') account.someoneDeregisters(targetGroupArn(1));
    return true;
  } catch {
    return false;
  }
}

/** Looks at every call of ours how much of the service is well. */
function watchHealth(here: Stage) {
  const had = wellIn(here.before);
  let fewest = had;
  return {
    look: (event: TimedEvent): void => {
      if (event.kind === 'call') fewest = Math.min(fewest, wellIn(here.after()));
    },
    result: () => ({ fewest, hadBefore: had }),
  };
}

/** The healthy targets of the service in the target group that has the fewest; without one, its running tasks. */
function wellIn({ targets, services }: Picture): number {
  const groups = Object.values(targets);
  const healthy = groups.map((group) => group.filter(({ of, state }) => of === 'service:web' && state === 'healthy'));
  if (healthy.length > 0) return Math.min(...healthy.map(({ length }) => length));
  const tasks = Object.entries(services['production/web']?.tasks ?? {});
  return tasks.filter(([key]) => key.endsWith(' RUNNING')).reduce((sum, [, n]) => sum + n, 0);
}
