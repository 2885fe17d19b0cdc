import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { conflictsOf, orphanSplits } from '../../../src/commands/rollout/conflicts.ts';
import { strategyProblems } from '../../../src/commands/rollout/strategies/index.ts';
import { weighted } from '../../../src/commands/rollout/strategies/weighted.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { WeightedAsked } from '../../../src/model/measures.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { ResolvedRollout } from '../../../src/model/request.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import type { FoundRoute, Split, TrafficFound } from '../../../src/model/traffic.ts';
import { at, canaryOf, requestOf, snapshotOf } from '../snapshot.ts';
import { targetGroupArn } from '../stage.ts';

const stable = targetGroupArn(1);
const attachment: Snapshot['attachments'][number] = {
  targetGroup: stable,
  targetType: 'ip',
  ipv6: false,
  container: 'web',
  containerPort: 8080,
  healthCheck: { protocol: 'HTTP', path: '/', codes: '200', interval: 30_000, timeout: 5000, passes: 1, fails: 2 },
  drain: 30 * second,
};
const forward = (...weights: readonly (readonly [string, number])[]): Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
});

const routeOf = (more: Partial<FoundRoute> = {}): FoundRoute => ({
  kind: 'rule',
  arn: 'arn:rule/1',
  name: 'HTTPS:443 /*',
  actions: [forward([stable, 1])],
  loadBalancer: 'arn:lb',
  type: 'application',
  size: 1,
  others: [],
  ...more,
});
const trafficOf = (more: Partial<TrafficFound> = {}): TrafficFound => ({
  routes: [routeOf()],
  groups: [{ arn: stable, protocol: 'HTTP', healthy: 8, lastHour: 36_000 }],
  unknownRules: [],
  splits: [],
  ...more,
});
const steps: WeightedAsked['steps'] = [
  { weight: 50, wait: 3 * minute },
  { weight: 250, wait: 5 * minute },
  { weight: 500, wait: 5 * minute },
];
const asked = (more: Partial<WeightedAsked> = {}, others: Partial<ResolvedRollout> = {}): ResolvedRollout => ({
  ...requestOf({ strategy: 'weighted' }),
  run: { id: 'run-1', attempt: 1, token: 'run-1-1' },
  revision: { kind: 'new', definition: { family: 'web', containerDefinitions: [{ name: 'web' }] } },
  weighted: { steps, warmUp: 0, settle: 30 * second, tasks: 'auto', onSplit: 'fail', ...more },
  ...others,
});
const found = (more: Partial<Snapshot> = {}, traffic: Partial<TrafficFound> = {}): Snapshot =>
  snapshotOf({
    service: { desiredCount: 8, runningCount: 8, deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }] },
    attachments: [attachment],
    traffic: trafficOf(traffic),
    ...more,
  });

const planOf = (request = asked(), snapshot = found()): readonly Step[] =>
  weighted.steps({ request, snapshot, settings: {}, revision: undefined, canary: undefined, deployment: undefined });
const kindsOf = (plan: readonly Step[]) => plan.map(({ kind }) => kind);
const stepsOf = <K extends Step['kind']>(plan: readonly Step[], kind: K) =>
  plan.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);

describe('the steps of a weighted rollout', () => {
  it('prepare everything at weight 0, move the weight step by step, and update the service last', () => {
    expect(kindsOf(planOf())).toEqual([
      'create-target-groups',
      'join-routes',
      ...['start-canaries', 'check', 'register-targets', 'check', 'set-weight', 'check', 'bake'],
      ...['start-canaries', 'check', 'register-targets', 'check', 'check', 'set-weight', 'check', 'bake'],
      ...['start-canaries', 'check', 'register-targets', 'check', 'check', 'set-weight', 'check', 'bake'],
      ...['promote', 'check', 'check', 'retire'],
    ]);
    expect(planOf().map(({ title }) => title)).toContain('send 25 % of the requests to the canary');
  });

  it('write each weight from the one before it', () => {
    const writes = stepsOf(planOf(), 'set-weight').map(({ from, weight }) => [from, weight]);
    expect(writes).toEqual([
      [0, 50],
      [50, 250],
      [250, 500],
    ]);
  });

  it('start the share of the running tasks that a step needs, and at least one', () => {
    const starts = stepsOf(planOf(), 'start-canaries').map(({ as }) => as);
    expect(starts).toEqual([['canary'], ['canary-2'], ['canary-3', 'canary-4']]);
  });

  it('start many tasks in batches of ten with a token each', () => {
    const starts = stepsOf(planOf(asked({ tasks: 23 })), 'start-canaries');
    expect(starts.map(({ as }) => as.length)).toEqual([10, 10, 3]);
    expect(new Set(starts.map(({ task }) => task.clientToken)).size).toBe(3);
  });

  it('hold the traffic at a step of the same weight without another write', () => {
    const hold: WeightedAsked['steps'] = [
      { weight: 100, wait: minute },
      { weight: 100, wait: 2 * minute, gates: [] },
    ];
    const plan = planOf(asked({ steps: hold }));
    expect(stepsOf(plan, 'set-weight')).toHaveLength(1);
    expect(stepsOf(plan, 'bake').map(({ during }) => during)).toEqual([minute, 2 * minute]);
  });

  it('check canary and weight all the time, the update of the service included', () => {
    const plan = planOf();
    const first = plan.findIndex(({ kind }) => kind === 'set-weight');
    const watched = plan.slice(first).flatMap((step) => ('gates' in step ? [step.gates.map(({ kind }) => kind)] : []));
    for (const gates of watched) {
      expect(gates).toEqual(expect.arrayContaining(['canaries-healthy', 'weight-settled']));
    }
  });

  it('raise a weight only while the service could take all requests again', () => {
    const plan = planOf();
    const raised = plan.flatMap((step, i) => (step.kind === 'set-weight' && step.from > 0 ? [plan[i - 1]] : []));
    expect(raised).toHaveLength(2);
    for (const step of raised)
      expect(step).toMatchObject({
        gates: expect.arrayContaining([
          { kind: 'stable-capacity', place: expect.anything(), traffic: expect.anything() },
        ]),
      });
  });

  it('suspend scale-in and schedule a guard before the canary joins the rules', () => {
    const scaling = { min: 2, max: 10, scaleInSuspended: false, policies: 1 };
    const plan = planOf(asked({ guardRole: 'arn:aws:iam::1:role/guard' }), found({}, { scaling }));
    expect(kindsOf(plan).slice(0, 4)).toEqual([
      'create-target-groups',
      'suspend-scale-in',
      'create-guard',
      'join-routes',
    ]);
  });

  it('leave the scaling alone where suspending it would change the desired count', () => {
    const scaling = { min: 10, max: 20, scaleInSuspended: false, policies: 1 };
    const snapshot = found({}, { scaling });
    expect(kindsOf(planOf(asked(), snapshot))).not.toContain('suspend-scale-in');
    expect(weighted.texts.warnings(asked(), snapshot).join()).toContain(
      'desired count 8 is not between the minimum 10 and the maximum 20',
    );
  });

  it('share only the rules that rollout.yml names', () => {
    const routes = [routeOf(), routeOf({ arn: 'arn:rule/2', name: 'HTTPS:443 /api/*' })];
    const [join] = stepsOf(planOf(asked({ rules: ['arn:rule/2'] }), found({}, { routes })), 'join-routes');
    expect(join?.traffic.routes.map(({ arn }) => arn)).toEqual(['arn:rule/2']);
  });

  it('evaluate the gates of a step while it bakes, and webhooks after it', () => {
    const gates: NonNullable<ResolvedRollout['gates']> = [
      {
        kind: 'metric',
        name: 'errors',
        metric: { namespace: 'Shop', name: 'Errors', dimensions: {}, statistic: 'Sum', period: minute },
        bounds: { max: 1 },
        onNoData: 'wait',
      },
      {
        kind: 'webhook',
        name: 'window',
        url: 'https://example.com',
        secretEnv: 'SECRET',
        every: 30 * second,
        timeout: 10 * minute,
      },
    ];
    const once: WeightedAsked['steps'] = [{ weight: 100, wait: 5 * minute }];
    const plan = planOf(asked({ steps: once }, { gates }));
    const bake = plan.findIndex(({ kind }) => kind === 'bake');
    expect(plan[bake]).toMatchObject({ gates: expect.arrayContaining([expect.objectContaining({ kind: 'measure' })]) });
    expect(plan[bake + 1]).toMatchObject({
      kind: 'check',
      gates: [{ kind: 'webhook' }, ...Array(3).fill(expect.anything())],
    });
  });
});

describe('a weighted rollout is refused before anything changes', () => {
  const reasons = (snapshot: Snapshot, request = asked()) =>
    [...strategyProblems(request, snapshot, 'never'), ...strategyProblems(request, snapshot, 'not-now')]
      .map(({ what }) => what)
      .join();

  it('not for a service of the usual kind', () => expect(reasons(found())).toBe(''));

  it.each<readonly [string, Snapshot, string]>([
    ['has no target group', found({ attachments: [] }), 'has no target group'],
    ['has no listener rule', found({}, { routes: [] }), 'no listener rule forwards to the target group'],
    [
      'is only in a rule with weight 0',
      found({}, { routes: [routeOf({ actions: [forward([stable, 0], ['other', 1])] })] }),
      'no listener rule forwards to the target group',
    ],
    ['has sticky clients', found({}, { routes: [routeOf({ stickiness: 60_000 })] }), 'target group stickiness'],
    ['has five groups in a rule', found({}, { routes: [routeOf({ size: 5 })] }), 'ELB allows 5'],
    [
      'is managed by CodeDeploy',
      found({}, { routes: [routeOf({ managedBy: 'CodeDeploy' })] }),
      'CodeDeploy moves the traffic',
    ],
    ['has an unknown rule', found({}, { unknownRules: ['arn:rule/9'] }), 'names arn:rule/9'],
    ['is a DAEMON', found({ service: { schedulingStrategy: 'DAEMON' } }), 'DAEMON'],
    ['is to run no task', found({ service: { desiredCount: 0 } }), 'desired count of the service is 0'],
    [
      'is deployed by another controller',
      found({ service: { deploymentController: { type: 'EXTERNAL' } } }),
      'deployed by EXTERNAL',
    ],
    [
      'moves its traffic by ECS',
      found({ service: { deploymentConfiguration: { strategy: 'CANARY' } } }),
      'deployment strategy CANARY',
    ],
    [
      'is found by Cloud Map',
      found({ service: { desiredCount: 1, runningCount: 1, serviceRegistries: [{ registryArn: 'arn' }] } }),
      'Cloud Map',
    ],
    [
      'is split already',
      found({}, { routes: [routeOf({ others: [{ targetGroup: 'arn:targetgroup/green/1', weight: 10 }] })] }),
      'split already: green (weight 10)',
    ],
  ])('if the service %s', (_, snapshot, reason) => expect(reasons(snapshot)).toContain(reason));

  it.each<readonly [string, Snapshot, string]>([
    ['sticky clients', found({}, { routes: [routeOf({ stickiness: 60_000 })] }), 'turn off the stickiness of the rule'],
    ['an unknown rule', found({}, { unknownRules: ['arn:rule/9'] }), 'name the ARN of a listener rule'],
  ])('and says for %s what to change, and which strategies fit as it is', (_, snapshot, cure) => {
    const [{ next } = {}] = strategyProblems(asked(), snapshot, 'never');
    expect(next).toContain(cure);
    expect(next).toMatch(/, or use strategy: canary-task or strategy: rolling$/);
  });

  it('but goes on next to a split of others if it is told to', () => {
    const routes = [routeOf({ others: [{ targetGroup: 'arn:targetgroup/green/1', weight: 10 }] })];
    expect(reasons(found({}, { routes }), asked({ onSplit: 'resume' }))).toBe('');
  });
});

describe('what a person reads before a weighted rollout', () => {
  const texts = (request = asked(), snapshot = found()) =>
    [...weighted.texts.notes(request, snapshot), ...weighted.texts.warnings(request, snapshot)].join('\n');

  it('is the share, the tasks and the expected requests of each step', () => {
    expect(texts()).toContain(
      'Step 2: 25 % of the requests to 2 canary tasks for 5m, about 750 requests at the rate of the last hour.',
    );
  });

  it('is what happens when the runner dies, with a warning above 10 % without a guard', () => {
    expect(texts()).toContain('stay split until the next rollout');
    expect(texts()).toContain('nothing returns them immediately if the runner dies');
    const guarded = texts(asked({ guardRole: 'arn:aws:iam::1:role/guard' }));
    expect(guarded).toContain('EventBridge Scheduler returns all requests');
    expect(guarded).not.toContain('nothing returns them');
    expect(texts(asked({ steps: [{ weight: 100, wait: minute }] }))).not.toContain('nothing returns them');
  });

  it('is that tools which manage the rules must leave their actions alone', () =>
    expect(texts()).toContain('ignore_changes'));

  it('is that an NLB shares connections', () =>
    expect(texts(asked(), found({}, { routes: [routeOf({ type: 'network' })] }))).toContain(
      'Step 1: 5 % of the new connections to 1 canary task',
    ));
});

describe('a split of the traffic that is there already', () => {
  const split: Split = {
    place: requestOf().place,
    run: 'another',
    attempt: 1,
    expires: at + minute,
    weight: 500,
    traffic: { routes: [], groups: [], settle: 0 },
    targets: [],
    drain: 0,
    guards: [],
  };

  it('of a run that is alive is a conflict, said once', () => {
    const traffic = trafficOf({ splits: [split] });
    expect(conflictsOf(asked(), found({ traffic }))).toMatchObject([
      { where: 'on-conflict', what: expect.stringContaining('(50 % at the moment)') },
    ]);
    expect(conflictsOf(asked(), found({ traffic, canaries: [canaryOf()] }))).toHaveLength(1);
  });

  it('is undone when its run is over, or an earlier attempt of this job, or taken over', () => {
    const swept = (one: Split, onConflict: 'fail' | 'take-over' = 'fail') =>
      orphanSplits({ run: { id: 'run-1', attempt: 2, token: '' }, onConflict }, [one], at).length === 1;
    expect(swept(split)).toBe(false);
    expect(swept({ ...split, expires: at - 1 })).toBe(true);
    expect(swept({ ...split, run: 'run-1' })).toBe(true);
    expect(swept(split, 'take-over')).toBe(true);
  });
});
