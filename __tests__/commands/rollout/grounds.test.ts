import { describe, expect, it } from 'vitest';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { orphans, place, serviceIn, shop, stage } from '../stage.ts';

const calls = (here: ReturnType<typeof stage>, operation: string) =>
  here.account.calls.filter((call) => call.operation === operation).map(({ input }) => input);

describe('a canary on the container instance that the user names', () => {
  it.each([
    ['by its ARN', `arn:aws:ecs:us-west-2:123456789012:container-instance/production/${'2'.repeat(32)}`],
    ['by its id', '2'.repeat(32)],
    ['by its EC2 instance id', `i-${'2'.repeat(17)}`],
  ])('is started there: %s', async (_, canaryInstance) => {
    const here = stage(shop('ec2-bridge', 1));
    const { outcome } = await here.rollout({ canaryInstance });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    const [start] = calls(here, 'StartTask');
    expect(start?.containerInstances).toEqual([
      `arn:aws:ecs:us-west-2:123456789012:container-instance/production/${'2'.repeat(32)}`,
    ]);
    expect(calls(here, 'RunTask')).toEqual([]);
    expect(orphans(here.after())).toEqual([]);
  });

  it('is not started twice when the answer of StartTask is lost, which has no client token', async () => {
    const here = stage(shop('ec2-bridge', 1));
    here.account.inject({ operation: 'StartTask', nth: 1, fault: 'lost-after' });
    const { outcome } = await here.rollout({ canaryInstance: '2'.repeat(32) });
    expect(outcome.is).toBe('succeeded');
    expect(calls(here, 'StartTask')).toHaveLength(1);
    expect(orphans(here.after())).toEqual([]);
  });

  it('is refused for a service on Fargate', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      clusters: (seed.clusters ?? []).map((cluster) => ({
        ...cluster,
        containerInstances: [{ ec2InstanceId: `i-${'2'.repeat(17)}`, subnet: 'subnet-1' }],
      })),
    }));
    const { outcome } = await here.rollout({ canaryInstance: `i-${'2'.repeat(17)}` });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('the service runs on FARGATE');
    expect(here.after()).toEqual(here.before);
  });

  it('cannot be tried when there is no such instance', async () => {
    const here = stage(shop('ec2-bridge', 1));
    const { outcome } = await here.rollout({ canaryInstance: `i-${'9'.repeat(17)}` });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('has no container instance');
    expect(here.after()).toEqual(here.before);
  });

  it('cannot be tried when StartTask answers with failures', async () => {
    const here = stage(shop('ec2-bridge', 1), (seed) => ({
      ...seed,
      clusters: (seed.clusters ?? []).map((cluster) => ({
        ...cluster,
        containerInstances: (cluster.containerInstances ?? []).map((instance, i) =>
          i === 1 ? { ...instance, agentConnected: false } : instance,
        ),
      })),
    }));
    const { outcome } = await here.rollout({ canaryInstance: '2'.repeat(32) });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('AGENT');
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('other grounds', () => {
  it('goes well behind a Network Load Balancer, whose targets need more than one passed check', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      targetGroups: (seed.targetGroups ?? []).map((group) => ({
        ...group,
        protocol: 'TCP',
        healthCheck: { interval: 10, healthyThreshold: 3 },
      })),
      loadBalancers: (seed.loadBalancers ?? []).map((one) => ({ ...one, type: 'network' as const })),
    }));
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
  });

  it('starts the canary with the settings that update-service brings', async () => {
    const here = stage(shop('fargate', 1));
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-2'], securityGroups: ['sg-2'] } };
    const settings: RolloutRequest['settings'] = { update: { networkConfiguration }, creationOnly: {} };
    const { outcome } = await here.rollout({ settings });
    expect(outcome.is).toBe('succeeded');
    expect(calls(here, 'RunTask')[0]?.networkConfiguration).toEqual(networkConfiguration);
    expect(here.after().services['production/web']?.settings.networkConfiguration).toMatchObject(networkConfiguration);
  });

  it('does not send what update-service does not change', async () => {
    const here = stage(shop('fargate', 1));
    const update = { desiredCount: 2, deploymentConfiguration: { maximumPercent: 200 } };
    await here.rollout({ settings: { update, creationOnly: {} } });
    const [input] = calls(here, 'UpdateService');
    expect(Object.keys(input ?? {}).sort()).toEqual(['cluster', 'service', 'taskDefinition']);
  });

  it('changes the desired count unless Application Auto Scaling owns it', async () => {
    const settings: RolloutRequest['settings'] = { update: { desiredCount: 5 }, creationOnly: {} };
    const free = stage(shop('fargate', 1));
    await free.rollout({ settings });
    expect(free.after().services['production/web']?.desiredCount).toBe(5);
    const owned = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      scalableTargets: [
        {
          ServiceNamespace: 'ecs',
          ResourceId: 'service/production/web',
          ScalableDimension: 'ecs:service:DesiredCount',
        },
      ],
    }));
    const { report } = await owned.rollout({ settings });
    expect(owned.after().services['production/web']?.desiredCount).toBe(2);
    expect(report.plan?.notes.join()).toContain('Application Auto Scaling owns it');
  });

  it('changes the capacity provider strategy, which ECS takes only with a forced deployment', async () => {
    const here = stage(shop('fargate', 1));
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    const { outcome } = await here.rollout({ settings: { update: { capacityProviderStrategy }, creationOnly: {} } });
    expect(outcome.is, outcome.cause?.because).toBe('succeeded');
    expect(calls(here, 'RunTask')[0]).toMatchObject({ capacityProviderStrategy });
    expect(calls(here, 'UpdateService')).toHaveLength(1);
  });

  it('drains the canary beside the deployment: a long deregistration delay is waited for once', async () => {
    const here = stage(shop('fargate', 1));
    const began = here.clock.now();
    const { report } = await here.rollout();
    const stable = report.phases.findLast(({ kind }) => kind === 'check');
    const ended = (stable?.startedAt ?? 0) + (stable?.took ?? 0);
    // What comes after the deployment is only the last look at the canary that stops.
    expect(here.clock.now() - ended).toBeLessThan(30_000);
    expect(here.clock.now() - began).toBeLessThan(8 * 60_000);
  });

  it('refuses a revision that has been deregistered, before anything is started', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      taskDefinitions: [...(seed.taskDefinitions ?? []), { ...shop('fargate', 1).definition, revision: 7 }],
    }));
    here.account.someone('DeregisterTaskDefinition', { taskDefinition: 'web:7' });
    const { outcome } = await here.rollout({ revision: { kind: 'existing', name: 'web:7' } });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('web:7 is INACTIVE');
    expect(calls(here, 'RunTask')).toEqual([]);
  });

  it('shows in a dry run what would change in the task definition and in the service', async () => {
    const what = shop('fargate', 1);
    const here = stage(what);
    const definition = { ...what.definition, cpu: '512', memory: '1024' };
    const settings: RolloutRequest['settings'] = { update: { enableECSManagedTags: true }, creationOnly: {} };
    const { report } = await here.rollout({ dryRun: true, revision: { kind: 'new', definition }, settings });
    expect(report.plan?.changes).toEqual(
      expect.arrayContaining(
        [
          { what: 'cpu', before: '256', after: '512' },
          { what: 'memory', before: '512', after: '1024' },
          {
            what: 'containerDefinitions[web].image',
            before: 'registry.example/web:stable',
            after: 'registry.example/web:good',
          },
          { what: 'service: enableECSManagedTags', before: false, after: true },
        ].map((change) => expect.objectContaining(change)),
      ),
    );
    expect(report.plan?.changes).toHaveLength(4);
    expect(here.after()).toEqual(here.before);
  });

  it('refuses a service that CodeDeploy deploys', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      services: (seed.services ?? []).map((service) => ({ ...service, deploymentController: { type: 'CODE_DEPLOY' } })),
    }));
    const { outcome } = await here.rollout({ place });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('CODE_DEPLOY');
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });
});
