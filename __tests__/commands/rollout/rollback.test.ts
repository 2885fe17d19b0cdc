import { describe, expect, it } from 'vitest';
import { type Run, type Stage, serviceIn, shop, stage, usual } from '../stage.ts';

const back = { command: 'rollback', strategy: 'rolling', revision: { kind: 'past' } } as const;
const to = (number: number) => ({ ...back, revision: { kind: 'past', number } }) as const;
const runs = (s: Stage): unknown => (serviceIn(s.after()) as { taskDefinition?: unknown }).taskDefinition;

/** Deploys another image, at once. */
function deploy(s: Stage, tag: string): Promise<Run> {
  const { definition } = shop('fargate', 1, { tag });
  return s.rollout({ ...usual(shop()), strategy: 'rolling', revision: { kind: 'new', definition } });
}

/** A service that has run web:1, web:2 and web:3. */
async function afterThree(): Promise<Stage> {
  const s = stage(shop());
  for (const tag of ['v2', 'v3']) expect((await deploy(s, tag)).outcome.is).toBe('succeeded');
  expect(runs(s)).toBe('web:3');
  return s;
}

describe('a rollback', () => {
  it('brings the service back to what it ran before, watched to its end', async () => {
    const s = await afterThree();
    const { outcome, report } = await s.rollout(back);
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(runs(s)).toBe('web:2');
    expect(report.plan?.title).toMatch(/^Roll web in production back to web:2$/);
    expect(report.plan?.notes[0]).toMatch(/^web:2 was deployed by the previous completed deployment \(/);
    expect(report.calls['ecs:RegisterTaskDefinition']).toBeUndefined();
  });

  it('skips a revision that ECS has rolled back from', async () => {
    const s = await afterThree();
    expect((await deploy(s, 'crash')).outcome.is).toBe('rolled-back');
    expect(runs(s)).toBe('web:3');
    expect((await s.rollout(back)).outcome.is).toBe('succeeded');
    expect(runs(s)).toBe('web:2');
  });

  it('asks which revision is meant when the service has been brought back already', async () => {
    const s = await afterThree();
    await s.rollout(back);
    const { outcome } = await s.rollout({ ...back, run: { id: 'run-9', attempt: 2, token: 'x' } });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/runs web:2 and ran the newer web:3 before.*for example 1 or 3/);
    expect(runs(s)).toBe('web:2');
  });

  it('goes to the revision that is named', async () => {
    const s = await afterThree();
    expect((await s.rollout(to(1))).outcome.is).toBe('succeeded');
    expect(runs(s)).toBe('web:1');
    const revision = { kind: 'existing', name: 'web:3' } as const;
    expect((await s.rollout({ ...back, revision })).outcome.is).toBe('succeeded');
    expect(runs(s)).toBe('web:3');
  });

  it('refuses what would be no change, and a revision that is not there or INACTIVE', async () => {
    const s = await afterThree();
    const same = await s.rollout(to(3));
    expect(same.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(same.outcome.cause?.because).toMatch(/web runs web:3 already/);
    expect((await s.rollout(to(99))).outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    await s.account.call('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    const gone = await s.rollout(to(1));
    expect(gone.outcome.cause?.because).toMatch(/to-revision: web:1 is INACTIVE/);
    expect(runs(s)).toBe('web:3');
  });

  it('goes by the numbers of the revisions where ECS tells of no deployments', async () => {
    const s = await afterThree();
    s.account.inject({ service: 'ecs', operation: 'ListServiceDeployments', fault: 'deny' });
    const { outcome, report } = await s.rollout(back);
    expect(outcome.is).toBe('succeeded');
    expect(runs(s)).toBe('web:2');
    expect(report.plan?.notes[0]).toMatch(/ACTIVE revision with the next lower number/);
  });

  it('takes the place of a deployment that is under way and never gets well', async () => {
    const s = await afterThree();
    const { definition } = shop('fargate', 1, { tag: 'crash' });
    const bad = { strategy: 'rolling', wait: false, revision: { kind: 'new', definition } } as const;
    expect((await s.rollout(bad)).outcome.unattended).toBe(true);
    expect(runs(s)).toBe('web:4');
    const { outcome } = await s.rollout(back);
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(runs(s)).toBe('web:3');
  });

  it('comes back to what was there when the earlier revision is bad too', async () => {
    const s = stage(shop());
    await deploy(s, 'crash');
    await deploy(s, 'v3');
    const before = s.after();
    const { outcome } = await s.rollout(to(2));
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(s.after())).toEqual(serviceIn(before));
  });

  it('leaves the canary of a run that may be alive alone', async () => {
    const s = await afterThree();
    const { definition } = shop('fargate', 1, { tag: 'v5' });
    const other = s.rollout({ revision: { kind: 'new', definition }, bake: 600_000 });
    await s.clock.sleep(60_000);
    const { outcome } = await s.rollout(back);
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/is running a canary of this service/);
    await other;
  });

  it('only tells what it would do in a dry run', async () => {
    const s = await afterThree();
    const { outcome, report } = await s.rollout({ ...back, dryRun: true });
    expect(outcome.is).toBe('planned');
    expect(report.plan?.title).toMatch(/back to web:2/);
    expect(runs(s)).toBe('web:3');
  });
});
