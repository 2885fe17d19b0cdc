import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/aws/client/assume-role.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { Role as SeedRole } from '../../../src/simulator/records.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import type { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { type Caller, orphans, type Run, type Shop, type Stage, serviceIn, shop, stage } from '../stage.ts';

const arn = 'arn:aws:iam::123456789012:role/ci/deployer';
const subject = 'repo:acme/web:environment:production';
const hour = 60 * minute;

/** What GitHub says of the job: good for five minutes, as it is in life. */
function tokenOf(clock: VirtualClock, claims: object = {}): string {
  const said = { aud: 'sts.amazonaws.com', sub: subject, exp: (clock.now() + 5 * minute) / second, ...claims };
  return `header.${Buffer.from(JSON.stringify(said)).toString('base64url')}.signature`;
}

const byToken =
  (more: Partial<Role> = {}) =>
  (clock: VirtualClock): Caller => ({
    role: {
      arn,
      sessionName: 'deploy',
      needed: 3 * hour,
      keysGiven: false,
      idToken: async () => tokenOf(clock),
      hide: () => {},
      ...more,
    },
  });

const byKeys =
  (more: Partial<Role> = {}, keys = {}) =>
  (): Caller => ({
    role: { arn, sessionName: 'deploy', needed: 3 * hour, keysGiven: true, hide: () => {}, ...more },
    ...keys,
  });

const role =
  (more: Partial<SeedRole> = {}) =>
  (seed: Seed): Seed => ({ ...seed, roles: [{ arn, ...more }] });

/** Temporary keys of the environment, and an account in which they are good for so many seconds. */
const keys = { accessKeyId: 'ASIAENVIRONMENT', secretAccessKey: 'secret', sessionToken: 'token' };
const goodFor =
  (seconds: number, more: Partial<SeedRole> = {}) =>
  (seed: Seed): Seed => ({
    ...role(more)(seed),
    sessions: [{ accessKeyId: keys.accessKeyId, token: keys.sessionToken, seconds }],
  });

/** Rollouts as a certain caller, by the SDK, which signs what it sends. */
const signed = (what: Shop, seed: (seed: Seed) => Seed, caller: (clock: VirtualClock) => Caller): Stage =>
  stage(what, seed, 'sdk', caller);

const said = ({ report }: Run, kind: TimedEvent['kind']) =>
  report.events.flatMap((event) => (event.kind === kind && 'message' in event ? [event.message] : []));

const opened = ({ account }: Stage): number =>
  account.calls.filter(({ operation, outcome }) => operation.startsWith('AssumeRole') && outcome === 'ok').length;

describe('a session that ends in the middle of a rollout', () => {
  it('is renewed before that by the token of the job, which is said once', async () => {
    const here = signed(shop('fargate', 1), role(), byToken());
    const run = await here.rollout({ bake: 150 * minute });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(said(run, 'notice')).toEqual([expect.stringContaining('were about to expire. They were renewed')]);
    expect(said(run, 'warning')).toEqual([]);
    expect(opened(here)).toBe(3);
    expect(here.account.calls.filter(({ outcome }) => /Expired/.test(outcome))).toEqual([]);
  });

  it('is renewed before that by keys that last', async () => {
    const here = signed(shop('fargate', 1), role(), byKeys());
    const run = await here.rollout({ bake: 90 * minute });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(said(run, 'notice')).toHaveLength(1);
  });

  it('is asked to last as long as the rollout can take where the role allows it', async () => {
    const here = signed(shop('fargate', 1), role({ maxSessionSeconds: 4 * 3600 }), byToken());
    const run = await here.rollout({ bake: 150 * minute });
    expect(run.outcome.is).toBe('succeeded');
    expect(said(run, 'notice')).toEqual([]);
    expect(opened(here)).toBe(1);
  });

  it.each([
    ['a good image', 'good', 3, 'succeeded', 'web:2'],
    ['an image that fails in the service, on the way back', 'fails-in-service', -24, 'rolled-back', 'web:1'],
  ])('is renewed when AWS says so, at whatever call: %s', async (_, tag, from, is, runs) => {
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } };
    const what = shop('fargate', 1, { tag, service: { deploymentConfiguration } });
    const quiet = signed(what, role(), byToken());
    await quiet.rollout();
    const wrong: string[] = [];
    const { length } = quiet.account.calls;
    for (let point = from < 0 ? length + from : from; point <= length; point++) {
      const here = signed(what, role(), byToken());
      here.account.inject({ nth: point, fault: 'expired' });
      const run = await here.rollout();
      const at = `call ${point} (${here.account.calls[point - 1]?.operation})`;
      const [notice = '', ...more] = said(run, 'notice');
      if (run.outcome.is !== is) wrong.push(`${at}: ${run.outcome.is}`);
      if (!/had expired/.test(notice) || more.length > 0) wrong.push(`${at} said: ${said(run, 'notice').join()}`);
      if (orphans(here.after()).length > 0) wrong.push(`${at}: ${orphans(here.after()).join()}`);
      if (here.after().services['production/web']?.taskDefinition !== runs) wrong.push(`${at}: runs something else`);
      if ((here.after().revisions.web?.length ?? 0) > 2) wrong.push(`${at}: registered twice`);
      if (opened(here) !== 2) wrong.push(`${at}: ${opened(here)} sessions`);
    }
    expect(wrong).toEqual([]);
  });

  it('is renewed once for all calls that were under way', async () => {
    const here = signed(shop('fargate', 1), role(), byToken());
    // The first two are sent at the same moment.
    here.account.inject({ service: 'ecs', from: 1, to: 2, fault: 'expired' });
    const run = await here.rollout();
    expect(run.outcome.is).toBe('succeeded');
    expect(opened(here)).toBe(2);
  });

  it('goes on with the old one while there is no new one to be had', async () => {
    const here = signed(shop('fargate', 1), role(), byToken());
    here.account.inject({ service: 'sts', from: 3, to: 4, fault: 'deny' });
    const run = await here.rollout({ bake: 90 * minute });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(here.account.calls.filter(({ outcome }) => /Expired/.test(outcome))).toEqual([]);
  });

  it('gets through when STS does not answer for longer than the old one lasts', async () => {
    const here = signed(shop('fargate', 1), role(), byToken());
    here.account.inject({ service: 'sts', from: 3, to: 14, fault: 'hang' });
    const run = await here.rollout({ bake: 90 * minute });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(said(run, 'notice')).toHaveLength(1);
  });

  it('ends the rollout with its cause when there is no other, and the service is intact', async () => {
    const here = signed(shop('fargate', 1), goodFor(300), () => ({ keys }));
    const run = await here.rollout({ bake: 20 * minute });
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(run.outcome.cause?.because).toMatch(/security token included in the request is expired/);
    expect(run.outcome.cause?.next).toMatch(/^The AWS credentials are expired or not valid: .*role-to-assume/);
    expect(said(run, 'notice')).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(run.outcome.leftovers.length).toBe(orphans(here.after()).length);
  });

  it('says why no other was to be had', async () => {
    const here = signed(shop('fargate', 1), goodFor(300), byKeys({}, { keys }));
    const run = await here.rollout({ bake: 90 * minute });
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(run.outcome.cause?.because).toMatch(
      /is expired; the credentials could not be renewed: sts:AssumeRole: .* is expired/,
    );
  });
});

describe('post in a process of its own, when the keys of the environment are over', () => {
  const by = (mine: { caller: Caller }) => () => mine.caller;

  it('puts the canary away by the token of the job', async () => {
    const mine: { caller: Caller } = { caller: { keys } };
    const here = signed(shop('fargate', 1), goodFor(300), by(mine));
    const run = await here.rollout({ bake: 20 * minute });
    expect(orphans(here.after())).not.toEqual([]);
    mine.caller = { ...byToken({ keysGiven: true })(here.clock), keys };
    expect(await here.post(run)).toEqual([]);
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
  });

  it('tries again for the second deed when there was no session for the first', async () => {
    const mine: { caller: Caller } = { caller: { keys } };
    const here = signed(shop('fargate', 1), goodFor(300), by(mine));
    const run = await here.rollout({ bake: 20 * minute });
    expect(run.left.map(({ kind }) => kind)).toEqual(['stop-tasks', 'deregister-targets']);
    mine.caller = byToken()(here.clock);
    here.account.inject({ service: 'sts', nth: 1, fault: 'deny' });
    expect((await here.post(run)).map(({ because }) => because)).toEqual([expect.stringContaining('sts:AssumeRole')]);
  });

  it('brings the service back that a rollback could not', async () => {
    const what = shop('fargate', 1, { tag: 'fails-in-service' });
    const updates = async (): Promise<readonly number[]> => {
      const quiet = stage(what);
      const began = quiet.clock.now();
      await quiet.rollout();
      const mine = quiet.account.calls.filter(({ operation }) => operation === 'UpdateService');
      return mine.map(({ at }) => (at - began) / second);
    };
    const [forth = 0, back = 0] = await updates();
    const mine: { caller: Caller } = { caller: { keys } };
    const here = signed(what, goodFor((forth + back) / 2), by(mine));
    const run = await here.rollout();
    expect(run.outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    mine.caller = { ...byToken({ keysGiven: true })(here.clock), keys };
    expect(await here.post(run)).toEqual([]);
    await here.clock.sleep(20 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('a role that cannot be assumed', () => {
  const causeOf = async (here: Stage) => {
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(here.after()).toEqual(here.before);
    return `${outcome.cause?.because} ${outcome.cause?.next}`;
  };

  it('names the trust policy, and what the token of the job says', async () => {
    const cause = await causeOf(signed(shop(), role({ subject: 'repo:Acme/web:environment:production' }), byToken()));
    expect(cause).toMatch(/^sts:AssumeRoleWithWebIdentity: Not authorized .* allows sts:AssumeRoleWithWebIdentity/);
    expect(cause).toContain(`trust policy of ${arn}`);
    expect(cause).toContain(`aud sts.amazonaws.com and sub ${subject}`);
  });

  it('names the trust policy and the caller where it was asked with keys', async () => {
    const cause = await causeOf(signed(shop(), role({ trusts: [] }), byKeys()));
    expect(cause).toMatch(/^sts:AssumeRole: User: arn:aws:sts::\S+deployer\S+ is not authorized .* id-token: write/);
    expect(cause).toContain(`trust policy of ${arn} allows sts:AssumeRole to this caller`);
  });

  it('names the external id that it may ask for', async () => {
    const demanding = role({ externalId: 'ours' });
    expect(await causeOf(signed(shop(), demanding, byKeys()))).toContain(
      'role-external-id is set if the policy requires an external ID',
    );
    expect(await causeOf(signed(shop(), demanding, byKeys({ externalId: 'x' })))).toContain(
      'its external ID is the role-external-id',
    );
    const { outcome } = await signed(shop(), demanding, byKeys({ externalId: 'ours' })).rollout();
    expect(outcome.is).toBe('succeeded');
  });

  it('names both reasons where neither keys nor token are taken', async () => {
    const cause = await causeOf(signed(shop(), role({ trusts: [] }), (clock) => byToken({ keysGiven: true })(clock)));
    expect(cause).toMatch(/sts:AssumeRole on resource.*; with the OIDC token of the job: .*WebIdentity/);
  });

  it('says that the account does not know the audience', async () => {
    const stranger = (clock: VirtualClock) =>
      byToken({ idToken: async () => tokenOf(clock, { aud: 'https://github.com/acme' }) })(clock);
    expect(await causeOf(signed(shop(), role(), stranger))).toMatch(
      /Incorrect token audience.*identity provider token\.actions\.githubusercontent\.com/,
    );
  });

  it('says that GitHub gave no token', async () => {
    const idToken = () => Promise.reject(new Error('Failed to get ID Token'));
    expect(await causeOf(signed(shop(), role(), byToken({ idToken })))).toMatch(
      /the OIDC token of the job: Failed to get ID Token.*id-token: write/,
    );
    const silent = () => new Promise<string>(() => {});
    expect(await causeOf(signed(shop(), role(), byToken({ idToken: silent })))).toContain('no answer within 30s');
  });
});

describe('keys of the environment beside a token', () => {
  it('come first', async () => {
    const here = signed(shop(), role({ trusts: ['keys'] }), (clock) => byToken({ keysGiven: true })(clock));
    expect((await here.rollout()).outcome.is).toBe('succeeded');
  });

  it.each([
    ['are over', goodFor(0)],
    ['may not assume the role', goodFor(3600, { trusts: ['web-identity'] })],
  ])('give way to the token when they %s', async (_, seed) => {
    const here = signed(shop(), seed, (clock) => ({ ...byToken({ keysGiven: true })(clock), keys }));
    const run = await here.rollout({ bake: 90 * minute });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(here.account.calls.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are hidden before their first use, token and keys of every session', async () => {
    const [hidden, used]: [Set<string>, string[]] = [new Set(), []];
    const hide = (secret: string) => hidden.add(secret);
    const here = signed(shop(), role(), (clock) =>
      byToken({
        hide,
        idToken: async () => {
          used.push(tokenOf(clock, { jti: used.length }));
          return used.at(-1) ?? '';
        },
      })(clock),
    );
    await here.rollout({ bake: 90 * minute });
    expect(used).toHaveLength(2);
    expect([...hidden]).toEqual(expect.arrayContaining(used));
    expect([...hidden].filter((secret) => secret.startsWith('ASIA'))).toHaveLength(2);
    expect(hidden.size).toBe(8);
  });
});

describe('credentials that end too early', () => {
  it('are warned of before anything is changed, in a dry run too', async () => {
    const here = signed(shop('fargate', 1), goodFor(7200), byKeys({}, { keys }));
    const { report } = await here.rollout({ bake: 90 * minute, dryRun: true });
    const [warning, ...others] = report.events.filter(({ kind }) => kind === 'warning');
    expect(others).toEqual([]);
    expect(warning).toMatchObject({
      message: expect.stringMatching(/^The AWS credentials expire in 1h, but .* 1h 3\dm/),
    });
    const run = await here.rollout({ bake: 58 * minute });
    const kinds = run.report.events.map(({ kind }) => kind);
    expect(kinds.indexOf('warning')).toBeLessThan(kinds.indexOf('step'));
  });

  it('are noted where only the timeouts are longer', async () => {
    const here = signed(shop('fargate', 1), goodFor(7200), byKeys({}, { keys }));
    const { report } = await here.rollout({ dryRun: true });
    expect(report.plan?.notes).toEqual([
      expect.stringMatching(/^Share of the canary: /),
      expect.stringMatching(/^The AWS credentials expire in 1h: enough .*\(1h 40m\)/),
    ]);
    expect(report.events.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });

  it('are nobody’s concern when nothing is rolled out', async () => {
    const here = signed(shop('fargate', 1, { tag: 'good' }), goodFor(7200), byKeys({}, { keys }));
    await here.rollout();
    const { report } = await here.rollout({ bake: 90 * minute });
    expect(report.plan?.title).toMatch(/^Nothing to roll out/);
    expect(report.events.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });
});
