import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Account, type AccountOptions } from '../../src/simulator/account.ts';
import { requestHandler } from '../../src/simulator/request-handler.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

export const groupArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

export const fargateNetwork = {
  awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
} as const;

/** A Fargate task definition whose one container has this image tag. */
export function webDefinition(tag: string, more: Record<string, unknown> = {}) {
  return {
    family: 'web',
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: `app:${tag}`, portMappings: [{ containerPort: 80 }], ...more }],
  };
}

/** A cluster with a load-balanced Fargate service of two tasks that has been running for a while. */
export const webSeed: Seed = {
  clusters: [{ name: 'main' }],
  subnets: [
    { id: 'subnet-a', zone: 'us-east-1a' },
    { id: 'subnet-b', zone: 'us-east-1b' },
  ],
  targetGroups: [
    { name: 'web', arn: groupArn, healthCheck: { interval: 10, healthyThreshold: 3 }, deregistrationDelaySeconds: 60 },
  ],
  loadBalancers: [{ name: 'web', subnets: ['subnet-a', 'subnet-b'], listeners: [{ port: 80, forward: 'web' }] }],
  alarms: [{ name: 'errors' }, { name: 'anything', kind: 'composite' }],
  taskDefinitions: [webDefinition('stable')],
  services: [
    {
      cluster: 'main',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: fargateNetwork,
      loadBalancers: [{ targetGroupArn: groupArn, containerName: 'app', containerPort: 80 }],
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    },
  ],
};

/** An account in virtual time and clients that talk to it. */
export function world(seed: Seed = webSeed, options: Partial<AccountOptions> = {}) {
  const clock = new VirtualClock();
  const account = new Account({ seed, clock, ...options });
  const config = {
    region: account.region,
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: requestHandler(account),
    maxAttempts: 1,
  };
  return { clock, account, config, ecs: new ECSClient(config), elb: new ElasticLoadBalancingV2Client(config) };
}
