import { describe, expect, it } from 'vitest';
import { tagOf } from '../../src/simulator/artifact.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { listen } from '../../src/simulator/socket.ts';
import { fargateNetwork, groupArn, webDefinition, webSeed, world } from './fixture.ts';

const service = { ...webSeed.services?.[0], cluster: 'production' };

describe('a simulated account for a deploy context', () => {
  it('runs the service with good images, steady from the start', () => {
    const seed = seedFor({ service, taskDefinition: webDefinition('crash') });
    const picture = world(seed).account.picture();
    expect(picture.services['production/web']).toMatchObject({ desiredCount: 2, tasks: { 'web:1 RUNNING': 2 } });
    expect(picture.services['production/web']?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(picture.targets.web?.map((target) => target.state)).toEqual(['healthy', 'healthy']);
  });

  it('takes region and account from the ARNs', () => {
    const elsewhere = groupArn.replace('us-east-1', 'eu-west-1').replace('123456789012', '210987654321');
    const loadBalancers = [{ targetGroupArn: elsewhere, containerName: 'app', containerPort: 80 }];
    const seed = seedFor({ service: { ...service, loadBalancers }, taskDefinition: webDefinition('good') });
    expect(seed).toMatchObject({ region: 'eu-west-1', accountId: '210987654321' });
  });

  it('has instances and alarms for a service on EC2', () => {
    const definition = {
      family: 'api',
      containerDefinitions: [
        { name: 'api', image: 'registry:5000/api:1', memory: 512, portMappings: [{ containerPort: 80 }] },
      ],
    };
    const ec2 = {
      serviceName: 'api',
      launchType: 'EC2',
      desiredCount: 3,
      loadBalancers: [{ targetGroupArn: groupArn, containerName: 'api', containerPort: 80 }],
      deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['latency'] } },
    };
    const picture = world(seedFor({ service: ec2, taskDefinition: definition })).account.picture();
    expect(picture.services['default/api']?.tasks).toEqual({ 'api:1 RUNNING': 3 });
    expect(picture.targets.web).toHaveLength(3);
    expect(picture.alarms).toEqual({ latency: 'OK' });
  });

  it('has room for a deployment when each instance can hold only one task because of its port', () => {
    const portMappings = [{ containerPort: 80, hostPort: 80 }];
    const definition = {
      family: 'api',
      containerDefinitions: [{ name: 'api', image: 'api', memory: 512, portMappings }],
    };
    const { account, clock } = world(
      seedFor({ service: { serviceName: 'api', launchType: 'EC2', desiredCount: 3 }, taskDefinition: definition }),
    );
    account.someone('RegisterTaskDefinition', definition);
    account.someoneUpdatesService({ service: 'api', taskDefinition: 'api' });
    return clock.sleep(600_000).then(() => {
      expect(account.picture().services['default/api']?.tasks).toEqual({ 'api:2 RUNNING': 3 });
    });
  });

  it('runs a daemon on each of its instances', () => {
    const containerDefinitions = [{ name: 'agent', image: 'agent', memory: 256 }];
    const daemon = { serviceName: 'agent', launchType: 'EC2', schedulingStrategy: 'DAEMON' };
    const seed = seedFor({ service: daemon, taskDefinition: { family: 'agent', containerDefinitions } });
    const picture = world(seed).account.picture();
    expect(picture.services['default/agent']).toMatchObject({ desiredCount: 3, tasks: { 'agent:1 RUNNING': 3 } });
  });

  it('reports why it cannot be set up', () => {
    const taskDefinition = { ...webDefinition('good'), cpu: '257' };
    expect(() => world(seedFor({ service, taskDefinition }))).toThrow(
      /^The simulated account, which follows the API documentation of Amazon ECS, refuses task definition web: No Fargate configuration/,
    );
    const network = { ...fargateNetwork, awsvpcConfiguration: undefined };
    const lacking = { ...service, networkConfiguration: network };
    expect(() => world(seedFor({ service: lacking, taskDefinition: webDefinition('good') }))).toThrow(
      /refuses service web/,
    );
  });

  it.each([
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
    ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
    ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
    ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
    ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
  ])('is in the partition of its region: %s', async (region, partition, suffix) => {
    const arn = groupArn.replace('arn:aws:', `arn:${partition}:`).replace('us-east-1', region);
    const loadBalancers = [{ targetGroupArn: arn, containerName: 'app', containerPort: 80 }];
    const cluster = `arn:${partition}:ecs:${region}:123456789012:cluster/production`;
    const seed = seedFor({ service: { ...service, cluster, loadBalancers }, taskDefinition: webDefinition('good') });
    const { account } = world(seed);
    const { services } = account.someone('DescribeServices', { cluster, services: ['web'] });
    const text = JSON.stringify(services);
    expect(text).toContain(`"arn:${partition}:ecs:${region}:123456789012:service/production/web"`);
    expect(text.match(/arn:[^:]*/g)?.every((start) => start === `arn:${partition}`)).toBe(true);
    const balancers = await account.call('elbv2', 'DescribeLoadBalancers', {});
    expect(JSON.stringify(balancers)).toContain(`.elb.${suffix}"`);
  });

  it('takes the account from the roles when nothing else names it', () => {
    const executionRoleArn = 'arn:aws-us-gov:iam::210987654321:role/web';
    const plain = { ...service, loadBalancers: [] };
    const seed = seedFor({
      service: plain,
      taskDefinition: { ...webDefinition('good'), executionRoleArn },
      region: 'us-gov-west-1',
    });
    expect(seed).toMatchObject({ accountId: '210987654321', partition: 'aws-us-gov' });
  });

  it('shows no rollout state behind a Classic Load Balancer, as ECS does, and no such thing with awsvpc', () => {
    const containers = [
      { name: 'api', image: 'api', memory: 512, portMappings: [{ containerPort: 80, hostPort: 8080 }] },
    ];
    const classic = {
      serviceName: 'api',
      launchType: 'EC2',
      loadBalancers: [{ loadBalancerName: 'old', containerName: 'api', containerPort: 80 }],
    };
    const taskDefinition = { family: 'api', containerDefinitions: containers };
    const { account } = world(seedFor({ service: classic, taskDefinition }));
    const { services } = account.someone('DescribeServices', { services: ['api'] }) as { services: object[] };
    expect(services).toMatchObject([{ runningCount: 1, loadBalancers: classic.loadBalancers }]);
    expect(JSON.stringify(services)).not.toContain('rolloutState');
    const inVpc = { ...service, loadBalancers: [{ ...classic.loadBalancers[0], containerName: 'app' }] };
    expect(() => world(seedFor({ service: inVpc, taskDefinition: webDefinition('good') }))).toThrow(
      'Classic Load Balancers are not supported with the awsvpc network mode',
    );
  });

  it.each(['BLUE_GREEN', 'LINEAR', 'CANARY'])(
    'shows a service with the strategy %s, and refuses to update it without a second target group',
    (strategy) => {
      const deploymentConfiguration = { strategy, bakeTimeInMinutes: 5 };
      const { account } = world(
        seedFor({ service: { ...service, deploymentConfiguration }, taskDefinition: webDefinition('good') }),
      );
      expect(account.someone('DescribeServices', { cluster: 'production', services: ['web'] })).toMatchObject({
        services: [{ deploymentConfiguration: { strategy, bakeTimeInMinutes: 5 }, runningCount: 2 }],
      });
      expect(() =>
        account.someone('UpdateService', { cluster: 'production', service: 'web', desiredCount: 3 }),
      ).toThrow('advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn is required');
    },
  );

  it('has addresses for hundreds of tasks in one subnet', async () => {
    const seed = seedFor({ service: { ...service, desiredCount: 300 }, taskDefinition: webDefinition('good') });
    const { account } = world(seed);
    const answer = JSON.stringify(await account.call('ec2', 'DescribeSubnets', {}));
    const free = Array.from(answer.matchAll(/"availableIpAddressCount":"?(\d+)/gi), ([, n]) => Number(n));
    expect(Math.min(...free)).toBeGreaterThan(1000);
  });

  it('reports its own limits as such, not as errors of AWS', () => {
    const large = seedFor({ service: { ...service, desiredCount: 3000 }, taskDefinition: webDefinition('good') });
    expect(() => world(large)).toThrow(
      'The rehearsal does not model services of more than 1000 tasks, so service web cannot be rehearsed. This says nothing about AWS.',
    );
  });

  it('is the same every time', () => {
    const make = () => world(seedFor({ service, taskDefinition: webDefinition('good') })).account.picture();
    expect(make()).toEqual(make());
  });
});

it('knows a tag from the port of a registry and from a digest', () => {
  expect(['app', 'app:1', 'host:5000/app', 'host:5000/app:2', 'app:3@sha256:abc'].map(tagOf)).toEqual([
    'latest',
    '1',
    'latest',
    '2',
    '3',
  ]);
});

describe('the socket', () => {
  it('shows picture and calls, takes faults, and cuts the line when an answer is lost', async () => {
    const { account } = world(webSeed, { latencyMs: 0 });
    const { url, close } = await listen(account);
    try {
      const call = () => fetch(url, { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' });
      expect((await call()).status).toBe(200);
      const rule = JSON.stringify({ service: 'sts', times: 1, fault: 'lost-after' });
      expect((await fetch(`${url}/_simulator/faults`, { method: 'POST', body: rule })).status).toBe(200);
      expect((await fetch(`${url}/_simulator/faults`, { method: 'POST', body: '{}' })).status).toBe(400);
      await expect(call()).rejects.toThrow();
      const calls = await (await fetch(`${url}/_simulator/calls`)).json();
      expect(calls).toMatchObject([{ operation: 'GetCallerIdentity', outcome: 'ok' }, { outcome: 'lost' }]);
      expect(await (await fetch(`${url}/_simulator/picture`)).json()).toEqual(
        JSON.parse(JSON.stringify(account.picture())),
      );
    } finally {
      await close();
    }
  });
});
