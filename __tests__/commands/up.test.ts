import { describe, expect, it } from 'vitest';
import { minute } from '../../src/model/duration.ts';
import type { UpRequest } from '../../src/model/request.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { failEverywhere, faults, killEverywhere, type Start } from './interrupt.ts';
import { orphans, region, type Shop, type Stage, shop, stage, targetGroupArn, usual, usualUp } from './stage.ts';

/** An account with cluster, subnets and target groups, in which there is no service yet. */
const empty = (seed: Seed): Seed => ({ ...seed, services: [], taskDefinitions: [] });
const open = (what: Shop, transport: 'sdk' | 'direct' = 'direct'): Stage => stage(what, empty, transport);

/** The service, unless it is gone. */
function serviceOf(here: Stage) {
  const service = here.after().services['production/web'];
  return service?.status === 'INACTIVE' ? undefined : service;
}

const revisionsOf = (here: Stage): readonly number[] => here.after().revisions.web ?? [];

/** What is left of a service that was not to stay. */
function remainsOf(here: Stage): readonly string[] {
  const service = serviceOf(here);
  return [
    ...(service === undefined ? [] : [`service ${service.status}`]),
    ...revisionsOf(here).map((number) => `web:${number}`),
    ...orphans(here.after()),
  ];
}

const without: Partial<UpRequest> = {};

describe('up', () => {
  it.each([
    ['fargate', 0],
    ['fargate', 2],
    ['fargate-spot', 1],
    ['ec2-awsvpc', 1],
    ['ec2-bridge', 2],
    ['ec2-host', 1],
  ] as const)('creates a service and sees it stable: %s, %i target groups', async (ground, groups) => {
    const here = open(shop(ground, groups), 'sdk');
    const { outcome, report } = await here.up();
    expect(outcome).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(serviceOf(here)).toMatchObject({ status: 'ACTIVE', taskDefinition: 'web:1', tasks: { 'web:1 RUNNING': 2 } });
    expect(serviceOf(here)?.deployments).toEqual([
      { status: 'PRIMARY', taskDefinition: 'web:1', rolloutState: 'COMPLETED' },
    ]);
    expect(report.facts).toMatchObject({
      'service-arn': `arn:aws:ecs:${region}:123456789012:service/production/web`,
      'task-definition-arn': `arn:aws:ecs:${region}:123456789012:task-definition/web:1`,
      'deployment-id': expect.stringMatching(/^ecs-svc\//),
    });
    expect(report.events.filter(({ kind }) => kind === 'service-event').length).toBeGreaterThan(0);
  });

  it('creates a service without tasks', async () => {
    const here = open(shop('fargate', 1, { service: { desiredCount: 0 } }));
    expect((await here.up()).outcome.is).toBe('succeeded');
    expect(serviceOf(here)).toMatchObject({ status: 'ACTIVE', desiredCount: 0 });
  });

  it('creates a DAEMON service, which has no desired count', async () => {
    const what = shop('ec2-bridge', 1);
    const { desiredCount: _, ...service } = what.service;
    const here = open({ ...what, service: { ...service, schedulingStrategy: 'DAEMON' } });
    expect((await here.up()).outcome.is).toBe('succeeded');
    const { status, tasks } = serviceOf(here) ?? {};
    expect(status).toBe('ACTIVE');
    expect(tasks).toEqual({ 'web:1 RUNNING': 3 });
  });

  describe('with a target group that is in use', () => {
    const preview = { region, cluster: 'production', service: 'preview' };
    const joins =
      /^service\.json: loadBalancers\[0\]\.targetGroupArn: target group arn:.*targetgroup\/web-1\/\S+ (.*): tasks of preview would get a share of the requests that are meant for those; give preview a target group of its own, or set `share-target-groups: true`/;

    it.each([
      ['of a service with tasks', 2, 'has 2 registered targets and is used by service web of this cluster'],
      ['of a service without tasks', 0, 'is used by service web of this cluster'],
    ])('refuses to join that %s, and changes nothing', async (_, desiredCount, said) => {
      const here = stage(shop('fargate', 1, { service: { desiredCount } }), undefined, 'direct');
      const { outcome } = await here.up({ place: preview });
      expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
      expect(joins.exec(outcome.cause?.because ?? '')?.[1]).toBe(said);
      expect(here.after()).toEqual(here.before);
      expect((await here.up({ place: preview, dryRun: true })).outcome.cause?.because).toMatch(joins);
    });

    it('refuses to join targets that nothing of the cluster has registered', async () => {
      const here = open(shop('fargate', 1));
      const target = {
        TargetGroupArn: targetGroupArn(1),
        Targets: [{ Id: '10.0.0.99', Port: 8080, AvailabilityZone: 'all' }],
      };
      await here.account.call('elbv2', 'RegisterTargets', target);
      expect((await here.up({ place: preview })).outcome.cause?.because).toContain('has 1 registered target:');
      expect(serviceOf(here)).toBeUndefined();
    });

    it('joins it when that is wanted', async () => {
      const here = stage(shop('fargate', 1), undefined, 'direct');
      expect((await here.up({ place: preview, shareTargetGroups: true })).outcome.is).toBe('succeeded');
      expect(here.after().services['production/preview']).toMatchObject({ status: 'ACTIVE' });
    });

    it('says when it may not see whether another service uses it', async () => {
      const here = open(shop('fargate', 1));
      here.account.inject({ service: 'ecs', operation: 'ListServices', fault: 'deny' });
      const { outcome, report } = await here.up({ place: preview });
      expect(outcome.is).toBe('succeeded');
      expect(report.plan?.notes).toContainEqual(expect.stringMatching(/^Whether another service uses .* not known/));
    });
  });

  it('creates a service again that has been deleted', async () => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    await here.undeploy();
    const { outcome, report } = await here.up();
    expect(outcome.is).toBe('succeeded');
    expect(report.plan?.notes).toContain('An earlier service web has been deleted: its name is free.');
    expect(serviceOf(here)).toMatchObject({ status: 'ACTIVE', tasks: { 'web:2 RUNNING': 2 } });
  });

  it('does not register a revision that is there already', async () => {
    const here = open(shop('fargate', 0));
    await here.up();
    await here.undeploy();
    const { outcome, report } = await here.up();
    expect(outcome.is).toBe('succeeded');
    expect(revisionsOf(here)).toEqual([1]);
    expect(report.plan?.notes).toContain('web:1 is identical to the requested task definition: nothing is registered.');
  });

  it('creates a service of a revision that exists, and leaves that alone when it fails', async () => {
    const what = shop('fargate', 0, { tag: 'crash' });
    const here = stage(
      what,
      (seed) => ({ ...seed, services: [], taskDefinitions: [{ ...what.definition }] }),
      'direct',
    );
    const { outcome } = await here.up({ revision: { kind: 'existing', name: 'web:1' } });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(remainsOf(here)).toEqual(['web:1']);
  });

  it('only says what it would do in a dry run', async () => {
    const here = open(shop('fargate', 1));
    const { outcome, report } = await here.up({ dryRun: true });
    expect(outcome).toMatchObject({ is: 'planned', serviceIntact: true });
    expect(report.plan?.changes).toContainEqual(expect.objectContaining({ what: 'service: desiredCount', after: 2 }));
    expect(here.after()).toEqual(here.before);
  });

  it('does not wait with wait: false', async () => {
    const here = open(shop('fargate', 1, { tag: 'crash' }));
    const { outcome, left } = await here.up({ wait: false });
    expect(outcome).toMatchObject({ is: 'succeeded', unattended: true });
    expect(left).toEqual([]);
    expect(serviceOf(here)?.status).toBe('ACTIVE');
  });

  it('sends only what service.json says', async () => {
    const here = open(shop('fargate', 1));
    await here.up();
    const [call] = here.account.calls.filter(({ operation }) => operation === 'CreateService');
    expect(call?.operation).toBe('CreateService');
    const { service } = shop('fargate', 1);
    const { tags } = serviceOf(here) ?? {};
    expect(tags).toEqual([]);
    expect(serviceOf(here)?.settings).toMatchObject({ loadBalancers: service.loadBalancers });
  });
});

describe('up, where it cannot be', () => {
  const refusal = async (here: Stage, request: Partial<UpRequest> = without): Promise<string> => {
    const before = here.after();
    const { outcome } = await here.up(request);
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(here.after()).toEqual(before);
    return outcome.cause?.because ?? '';
  };

  it('says what the service that exists runs, and to use rollout', async () => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    expect(await refusal(here)).toMatch(
      /^service: web in production exists already: it runs web:1 \(2 of 2 tasks\), created \S+Z. To deploy a new version to it, use command: rollout$/,
    );
  });

  it('says to wait for a service that is being deleted', async () => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    here.account.someone('DeleteService', { cluster: 'production', service: 'web', force: true });
    expect(await refusal(here)).toMatch(/being deleted \(DRAINING\).*Wait a few minutes and run the job again/);
  });

  it('names a target group that does not exist', async () => {
    const here = stage(
      shop('fargate', 1),
      (seed) => ({ ...empty(seed), targetGroups: [], loadBalancers: [] }),
      'direct',
    );
    expect(await refusal(here)).toMatch(/target group/i);
  });

  it('names a target group that no load balancer forwards to', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({ ...empty(seed), loadBalancers: [] }), 'direct');
    expect(await refusal(here)).toMatch(/loadBalancers\[0\]: no load balancer forwards to .*web-1/);
  });

  it('names a target group of another target type, and a port that the container does not have', async () => {
    const what = shop('fargate', 1);
    const here = stage(
      what,
      (seed) => ({
        ...empty(seed),
        targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, targetType: 'instance' as const })),
      }),
      'direct',
    );
    const loadBalancers = [{ ...what.service.loadBalancers?.[0], containerPort: 9999 }];
    const said = await refusal(here, { service: { ...usualUp(what).service, loadBalancers } });
    expect(said).toMatch(/has the target type instance, but network mode awsvpc needs ip/);
    expect(said).toMatch(/container web has no port 9999; it has 8080/);
  });

  it('refuses a revision that is INACTIVE', async () => {
    const what = shop('fargate', 0);
    const here = stage(
      what,
      (seed) => ({ ...seed, services: [], taskDefinitions: [{ ...what.definition }] }),
      'direct',
    );
    here.account.someone('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    const said = await refusal(here, { revision: { kind: 'existing', name: 'web:1' } });
    expect(said).toMatch(/task-definition-arn: web:1 is INACTIVE/);
  });

  it('deregisters the revision when AWS refuses the service', async () => {
    const here = open(shop('fargate', 1));
    here.account.inject({ operation: 'CreateService', fault: 'deny' });
    const { outcome } = await here.up();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.next).toMatch(/Allow ecs:CreateService/);
    expect(remainsOf(here)).toEqual([]);
  });

  it('says who is there when somebody else creates it after the look', async () => {
    const what = shop('fargate', 1);
    const here = open(what);
    const created = () => {
      const { service, definition } = what;
      here.account.someone('RegisterTaskDefinition', plain({ ...definition, family: 'theirs' }));
      here.account.someone('CreateService', plain({ ...service, taskDefinition: 'theirs:1' }));
    };
    const { outcome } = await here.up(without, (event) => {
      if (event.kind === 'step' && event.index === 0 && event.is === 'done') created();
      return false;
    });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/web in production was created elsewhere since this run began.*theirs:1/);
    expect(serviceOf(here)).toMatchObject({ taskDefinition: 'theirs:1', status: 'ACTIVE' });
    expect(revisionsOf(here)).toEqual([]);
  });

  it('leaves one alone that somebody else creates while its own answer is lost', async () => {
    const what = shop('fargate', 1);
    const here = open(what);
    here.account.inject({ operation: 'CreateService', nth: 1, fault: 'lost-before' });
    here.account.inject({ operation: 'CreateService', nth: 2, fault: 'lost-before' });
    const { outcome } = await here.up(without, (event) => {
      if (event.kind === 'retry' && event.operation === 'ecs:CreateService' && serviceOf(here) === undefined) {
        here.account.someone('RegisterTaskDefinition', plain({ ...what.definition, family: 'theirs' }));
        here.account.someone('CreateService', plain({ ...what.service, taskDefinition: 'theirs:1' }));
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    await here.clock.sleep(10 * minute);
    expect(serviceOf(here)).toMatchObject({ taskDefinition: 'theirs:1', status: 'ACTIVE' });
  });
});

const plain = (input: object) => structuredClone(input) as Record<string, unknown>;

describe('a service that does not become stable', () => {
  const bad: Readonly<Record<string, Shop>> = {
    'its image crashes': shop('fargate', 1, { tag: 'crash' }),
    'its image cannot be pulled': shop('fargate', 0, { tag: 'no-pull' }),
    'its target answers 500': shop('fargate', 1, { tag: 'http-500' }),
    'its containers are unhealthy': shop('fargate', 0, { tag: 'unhealthy', healthCheck: true }),
    'its circuit breaker ends it': shop('fargate', 1, {
      tag: 'crash',
      service: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    }),
    'it runs on EC2': shop('ec2-bridge', 1, { tag: 'crash' }),
  };

  it.each(Object.entries(bad))('is taken away again, with its revision: %s', async (_, what) => {
    const here = open(what);
    const { outcome, left } = await here.up();
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.evidence.length).toBeGreaterThan(0);
    expect(left).toEqual([]);
    expect(remainsOf(here)).toEqual([]);
  });

  it('stays with keep: true, and what stays is said', async () => {
    const here = open(shop('fargate', 1, { tag: 'crash' }));
    const { outcome } = await here.up({ keep: true });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers).toHaveLength(1);
    expect(outcome.leftovers[0]?.because).toMatch(/keep is true: web and web:1 stay/);
    expect(outcome.leftovers[0]?.byHand).toMatch(/^aws ecs delete-service .*--service web --force$/);
    expect(serviceOf(here)?.status).toBe('ACTIVE');
    expect(revisionsOf(here)).toEqual([1]);
  });

  it('stays when it cannot be deleted, with its revision, and both are left over', async () => {
    const here = open(shop('fargate', 1, { tag: 'crash' }));
    here.account.inject({ operation: 'DeleteService', fault: 'deny' });
    const { outcome, left } = await here.up();
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers.map(({ what }) => what)).toEqual([
      'delete the service web, which this run created',
      'deregister web:1',
    ]);
    expect(outcome.leftovers[1]?.because).toMatch(/service web runs web:1/);
    expect(revisionsOf(here)).toEqual([1]);
    expect(left).toHaveLength(2);
  });

  it('is left to somebody who has deployed something else in it', async () => {
    const here = open(shop('fargate', 1, { tag: 'crash' }));
    const good = plain(shop('fargate', 1).definition);
    let deployed = false;
    const { outcome } = await here.up(without, (event) => {
      if (!deployed && event.kind === 'service-event') {
        deployed = true;
        here.account.someone('RegisterTaskDefinition', { ...good, family: 'theirs' });
        here.account.someone('UpdateService', { cluster: 'production', service: 'web', taskDefinition: 'theirs:1' });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    await here.clock.sleep(20 * minute);
    expect(serviceOf(here)).toMatchObject({ taskDefinition: 'theirs:1', status: 'ACTIVE' });
  });

  it('is not taken away twice when somebody else has deleted it', async () => {
    const here = open(shop('fargate', 1, { tag: 'slow' }));
    let deleted = false;
    const { outcome, left } = await here.up(without, (event) => {
      if (!deleted && event.kind === 'service-event') {
        deleted = true;
        here.account.someone('DeleteService', { cluster: 'production', service: 'web', force: true });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expect(outcome.cause?.because).toMatch(/service web was deleted during the run/);
    expect(left).toEqual([]);
    expect(here.account.calls.map(({ operation }) => operation)).not.toContain('DeleteService');
  });
});

/** Shops that a run was stopped in, and what it was asked. */
const scenarios: Readonly<Record<string, { readonly shop: Shop; readonly request?: Partial<UpRequest> }>> = {
  'a good image': { shop: shop('fargate', 1) },
  'a good image on EC2 behind two target groups': { shop: shop('ec2-bridge', 2) },
  'an image that crashes': { shop: shop('fargate', 0, { tag: 'crash' }) },
};
const all = Object.entries(scenarios);

/** Complete, or as if nothing had been asked. */
function isWhole(here: Stage): boolean {
  const service = serviceOf(here);
  return service === undefined ? remainsOf(here).length === 0 : service.tasks['web:1 RUNNING'] === 2;
}

describe('an up that is killed at any of its calls', { timeout: 120_000 }, () => {
  it.each(all)('leaves nothing after post, or the whole service: %s', async (_, { shop: what }) => {
    const start: Start = (here, cancel) => here.up(without, cancel);
    const wrong = await killEverywhere(
      () => open(what),
      start,
      async (here, run, said) => {
        const lost = await here.post(run);
        await here.clock.sleep(40 * minute);
        const there = run.outcome.is === 'cancelled' && serviceOf(here) !== undefined;
        return [
          ...lost.map((one) => `${said}, post left ${one.what} (${one.because})`),
          ...(isWhole(here) ? [] : [`${said}: ${remainsOf(here).join()}`]),
          ...(there ? [`${said}: it is there`] : []),
        ];
      },
    );
    expect(wrong).toEqual([]);
  });

  it('leaves a service alone that is older than the run', async () => {
    const what = shop('fargate', 1);
    const killed = open(what);
    const run = await killed.up(without, (event) => event.kind === 'step' && event.index === 2);
    expect(run.left.map(({ kind }) => kind)).toEqual(['deregister-revision', 'delete-service']);
    // The same name, in an account where it has been for a while.
    const here = stage(what, undefined, 'direct');
    await here.clock.sleep(30 * minute);
    const later = run.left.map((undo) =>
      undo.kind === 'delete-service'
        ? {
            ...undo,
            whose: { asked: here.clock.now(), revision: `arn:aws:ecs:${region}:123456789012:task-definition/web:1` },
          }
        : undo,
    );
    await here.post({ ...run, left: later.filter(({ kind }) => kind === 'delete-service') });
    await here.clock.sleep(30 * minute);
    expect(here.after().services).toEqual(here.before.services);
  });

  it('leaves a service to somebody who has deployed something else in it before post came', async () => {
    const here = open(shop('fargate', 1));
    const run = await here.up(without, (event) => event.kind === 'step' && event.index === 2);
    expect(run.outcome.is).toBe('cancelled');
    here.account.someone('RegisterTaskDefinition', plain({ ...shop('fargate', 1).definition, family: 'theirs' }));
    here.account.someone('UpdateService', { cluster: 'production', service: 'web', taskDefinition: 'theirs:1' });
    await here.post(run);
    await here.clock.sleep(30 * minute);
    expect(serviceOf(here)).toMatchObject({ status: 'ACTIVE', taskDefinition: 'theirs:1' });
  });

  it('leaves a service to somebody who has created it anew before post came', async () => {
    const what = shop('fargate', 1);
    const here = open(what);
    const run = await here.up(without, (event) => event.kind === 'step' && event.index === 2);
    here.account.someone('DeleteService', { cluster: 'production', service: 'web', force: true });
    await here.clock.sleep(10 * minute);
    expect(serviceOf(here)).toBeUndefined();
    here.account.someone('CreateService', plain({ ...what.service, taskDefinition: 'web:1' }));
    const left = await here.post(run);
    await here.clock.sleep(30 * minute);
    expect(serviceOf(here)).toMatchObject({ status: 'ACTIVE', tasks: { 'web:1 RUNNING': 2 } });
    expect(left.map(({ because }) => because).join()).toMatch(/service web runs web:1/);
    expect(revisionsOf(here)).toEqual([1]);
  });
});

describe('a call of up whose answer is lost, late, partial or refused', { timeout: 60_000 }, () => {
  it.each(faults)('ends in an outcome that the account agrees with, at every call: %s', async (fault) => {
    const times = fault === 'stale' ? [1, 4] : [1];
    const start = () => open(shop('fargate', 1));
    const wrong = await failEverywhere(
      start,
      (here) => here.up(),
      { fault, times },
      async (here, run, said) => {
        const { is, serviceIntact, leftovers } = run.outcome;
        await here.post(run);
        await here.clock.sleep(40 * minute);
        const there = serviceOf(here) !== undefined;
        const passing = fault !== 'deny' && fault !== 'expired';
        return [
          ...(isWhole(here) ? [] : [`${said}: ${remainsOf(here).join()}`]),
          ...(there === (is === 'succeeded') ? [] : [`${said}: but the service is ${there ? 'there' : 'not there'}`]),
          ...(serviceIntact === there && leftovers.length === 0 ? [`${said}: service-intact is ${serviceIntact}`] : []),
          ...(revisionsOf(here).length > 1 ? [`${said}: registered twice`] : []),
          ...(passing && is !== 'succeeded' ? [`${said}: it should have succeeded`] : []),
        ];
      },
    );
    expect(wrong).toEqual([]);
  });
});

describe('an up where a service of the name has been deleted', { timeout: 60_000 }, () => {
  const deleted = async (): Promise<Stage> => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    await here.undeploy({ deregisterRevisions: true });
    return here;
  };

  it.each(['stale', 'partial', 'lost-after'] as const)('never takes that one for its own: %s', async (fault) => {
    const asked = { fault, times: [1, 4] };
    const wrong = await failEverywhere(
      deleted,
      (here) => here.up(),
      asked,
      async (here, { outcome }, said) => [
        ...(outcome.is === 'succeeded' ? [] : [said]),
        ...(serviceOf(here)?.status === 'ACTIVE' ? [] : [`${said}, but it is not there`]),
      ],
    );
    expect(wrong).toEqual([]);
  });

  it.each(['stale', 'partial', 'lost-after'] as const)('says that it is gone only when it is: %s', async (fault) => {
    const definition = shop('fargate', 1, { tag: 'crash' }).definition;
    const start: Start = (here) => here.up({ revision: { kind: 'new', definition } });
    const asked = { fault, times: fault === 'stale' ? [4] : [1] };
    const wrong = await failEverywhere(deleted, start, asked, async (here, { outcome }, said) => [
      ...(outcome.is === 'rolled-back' ? [] : [said]),
      ...(remainsOf(here).length === 0 ? [] : [`${said}: ${remainsOf(here).join()}`]),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe('a rollout after up', () => {
  it('finds a service like any other', async () => {
    const here = open(shop('fargate', 1));
    await here.up();
    const next = shop('fargate', 1, { tag: 'better' });
    const { outcome } = await here.rollout({ revision: usual(next).revision });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(serviceOf(here)).toMatchObject({ taskDefinition: 'web:2' });
  });
});
