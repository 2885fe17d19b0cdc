import { minute, second } from '../../src/core/duration.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { type Ground, type Stage, serviceIn, shop, stage, strays } from './stage.ts';

/** Numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const grounds: readonly Ground[] = ['fargate', 'fargate', 'fargate-spot', 'ec2-awsvpc', 'ec2-bridge', 'ec2-host'];
const tags = [
  'good',
  'good',
  'good',
  'good',
  'slow',
  'no-pull',
  'no-auth',
  'crash',
  'crash-late',
  'oom',
  'unhealthy',
  'http-500',
  'timeout',
  'refused',
  'sick-later',
  'no-capacity',
  'no-capacity-late',
  'never-running',
  'fails-in-service',
  'unhealthy-in-service',
  'stuck-stopping',
];
const faults: readonly FaultRule['fault'][] = [
  'throttle',
  'server-error',
  'lost-before',
  'lost-after',
  'deny',
  'expired',
];

/** Plays one random world and says what is wrong with how it ended; nothing when all is well. */
export async function play(seed: number): Promise<readonly string[]> {
  const random = randomOf(seed);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const tag = pick(tags);
  const enable = random() < 0.5;
  const what = shop(pick(grounds), Math.floor(random() * 3), {
    tag,
    healthCheck: random() < 0.4,
    service: {
      desiredCount: Math.floor(random() * 4),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback: random() < 0.5 } },
    },
  });
  const delay = pick([0, 5, 60, 300]);
  const here = stage(what, (world) => ({
    ...world,
    alarms: [{ name: 'errors' }],
    taskDefinitions: [
      ...(world.taskDefinitions ?? []),
      { ...shop('fargate', 0).definition, family: 'theirs', revision: 1 },
    ],
    targetGroups: (world.targetGroups ?? []).map((group) => ({ ...group, deregistrationDelaySeconds: delay })),
  }));
  if (random() < 0.4) {
    const from = 1 + Math.floor(random() * 40);
    here.account.inject({ from, times: 1 + Math.floor(random() * 5), fault: pick(faults) });
  }
  const theirs = random() < 0.1;
  if (theirs) here.account.later(random() * 5 * minute, (account) => somebody(account));
  if (random() < 0.1) here.account.later(random() * 5 * minute, (account) => account.setAlarm('errors', 'ALARM'));
  const killAt = random() < 0.3 ? 1 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY;
  const began = here.clock.now();
  const run = await here.rollout(
    {
      alarms: random() < 0.5 ? ['errors'] : [],
      bake: pick([0, 0, 30 * second, 5 * minute]),
      rollbackOnFailure: random() < 0.9,
    },
    () => here.account.calls.length >= killAt,
  );
  const took = here.clock.now() - began;
  return complain(here, run, { theirs, took });
}

/** Another tool, or a person, deploys something of its own. */
function somebody(account: Stage['account']): void {
  account.someoneUpdatesService({ cluster: 'production', service: 'web', forceNewDeployment: true });
}

async function complain(
  here: Stage,
  run: Awaited<ReturnType<Stage['rollout']>>,
  { theirs, took }: { readonly theirs: boolean; readonly took: number },
): Promise<readonly string[]> {
  const { is, serviceIntact, leftovers, cause } = run.outcome;
  const wrong: string[] = [];
  const same = () => JSON.stringify(serviceIn(here.after())) === JSON.stringify(serviceIn(here.before));
  if (!theirs && serviceIntact && !same()) wrong.push('it says that the service is intact, but it is not');
  const now = here.after().services['production/web'];
  if (
    !theirs &&
    is === 'succeeded' &&
    !serviceIntact &&
    (now?.taskDefinition !== 'web:2' || now.deployments.length !== 1)
  ) {
    wrong.push('it says that it succeeded, but the service does not run the revision alone');
  }
  if (is !== 'cancelled' && leftovers.length === 0 && strays(here.after()).length > 0) {
    wrong.push(`something stray is left, and nobody says so: ${strays(here.after()).join()}`);
  }
  if (took > 2 * 60 * minute) wrong.push(`it took ${Math.round(took / minute)} minutes`);
  const left = await here.post(run);
  const calls = here.account.calls.length;
  await here.clock.sleep(2 * 60 * minute);
  if (here.account.calls.length !== calls) wrong.push('it goes on calling after its end');
  if (left.length === 0 && strays(here.after()).length > 0)
    wrong.push(`something stray is left after post: ${strays(here.after()).join()}`);
  // Some revisions die long after they were stable: then ECS replaces their tasks for ever, and that is not our doing.
  const settings = (picture: typeof here.before) => JSON.stringify({ ...serviceIn(picture), tasks: [] });
  const settled = same() || settings(here.after()) === settings(here.before).replaceAll('web:1', 'web:2');
  // After a cancel nobody waits: ECS may fail on the way back, which it then shows itself.
  const said = is === 'cancelled' || is === 'rollback-failed' || is === 'superseded' || left.length > 0;
  if (!theirs && !settled && !said) {
    wrong.push(`the service is neither as before nor as asked: ${JSON.stringify(serviceIn(here.after()))}`);
  }
  return wrong.map((text) => `${is} (${cause?.because.slice(0, 120) ?? ''}): ${text}`);
}
