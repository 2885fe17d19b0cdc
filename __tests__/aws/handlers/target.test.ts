import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/aws/handlers/target.ts';
import type { Attachment } from '../../../src/model/targets.ts';

const attachment: Attachment = {
  targetGroup: 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/1',
  targetType: 'ip',
  ipv6: false,
  container: 'web',
  containerPort: 8080,
  healthCheck: { protocol: 'HTTP', path: '/', codes: '200', interval: 30_000, timeout: 5_000, passes: 1, fails: 2 },
  drain: 300_000,
};
const network = (details: Record<string, string>): Task => ({
  attachments: [
    { type: 'Service Connect', details: [] },
    { type: 'ElasticNetworkInterface', details: Object.entries(details).map(([name, value]) => ({ name, value })) },
  ],
});

describe('where a load balancer reaches a task', () => {
  it('is the address of its network interface and the port of the container', () => {
    expect(addressOf(network({ privateIPv4Address: '10.0.0.7' }), attachment, undefined)).toEqual({
      id: '10.0.0.7',
      port: 8080,
    });
  });

  it('is what the container says itself, where it says so', () => {
    const task: Task = { containers: [{ name: 'web', networkInterfaces: [{ privateIpv4Address: '10.0.0.8' }] }] };
    expect(addressOf(task, attachment, undefined)).toEqual({ id: '10.0.0.8', port: 8080 });
  });

  it('is the IPv6 address for a target group of IPv6 targets', () => {
    const task = network({ privateIPv4Address: '10.0.0.7', ipv6Address: '2600::7' });
    expect(addressOf(task, { ...attachment, ipv6: true }, undefined)).toEqual({ id: '2600::7', port: 8080 });
  });

  it('is the instance and the dynamic port in bridge mode', () => {
    const networkBindings = [
      { containerPort: 9090, hostPort: 32_001 },
      { containerPort: 8080, hostPort: 32_002 },
    ];
    const task: Task = {
      containers: [
        { name: 'log', networkBindings: [] },
        { name: 'web', networkBindings },
      ],
    };
    expect(addressOf(task, { ...attachment, targetType: 'instance' }, 'i-1')).toEqual({ id: 'i-1', port: 32_002 });
  });

  it('is the instance and the port of the container in host mode, where ECS names no binding', () => {
    const task: Task = { containers: [{ name: 'web' }] };
    expect(addressOf(task, { ...attachment, targetType: 'instance' }, 'i-1')).toEqual({ id: 'i-1', port: 8080 });
  });

  it('is not known before the task has an address', () => {
    expect(addressOf({ containers: [{ name: 'web' }] }, attachment, undefined)).toBeUndefined();
    expect(addressOf({}, { ...attachment, targetType: 'instance' }, undefined)).toBeUndefined();
  });
});
