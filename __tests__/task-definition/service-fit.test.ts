import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/model/problem.ts';
import { misfitsOf } from '../../src/task-definition/service-fit.ts';

const definition = {
  networkMode: 'awsvpc' as const,
  containerDefinitions: [
    { name: 'web', portMappings: [{ containerPort: 8080, name: 'http' }, { containerPortRange: '9000-9010' }] },
    { name: 'agent' },
  ],
};
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const plain = (name: string) => name;
const unfit = (demands: object, more: object = {}, groups: Parameters<typeof misfitsOf>[2] = []) =>
  misfitsOf({ networkConfiguration, ...demands }, { ...definition, ...more }, groups, plain).map((misfit) =>
    formatProblem({ where: '', ...misfit }),
  );

describe('a task definition for an existing service', () => {
  it('fits if containers, ports, port names and network match the service', () => {
    const demands = {
      loadBalancers: [
        { targetGroupArn: 'arn:x:targetgroup/web/1', containerName: 'web', containerPort: 8080 },
        { loadBalancerName: 'classic', containerName: 'web', containerPort: 9005 },
      ],
      serviceRegistries: [
        { registryArn: 'arn:x' },
        { registryArn: 'arn:y', containerName: 'web', containerPort: 8080 },
      ],
      serviceConnectConfiguration: { enabled: true, services: [{ portName: 'http' }] },
      vpcLatticeConfigurations: [{ roleArn: 'arn', targetGroupArn: 'arn', portName: 'http' }],
    };
    expect(unfit(demands, {}, [{ targetGroup: 'arn:x:targetgroup/web/1', targetType: 'ip' }])).toEqual([]);
  });

  it('does not fit without the container of a Classic Load Balancer', () => {
    const said = unfit({ loadBalancers: [{ loadBalancerName: 'classic', containerName: 'agnet', containerPort: 80 }] });
    expect(said).toEqual([
      'the Classic Load Balancer classic of the service needs container agnet, which the task definition does not have; did you mean agent?',
    ]);
  });

  it('does not fit without the port of a load balancer, even if the container has none', () => {
    const loadBalancers = [{ loadBalancerName: 'classic', containerName: 'agent', containerPort: 80 }];
    expect(unfit({ loadBalancers })).toEqual([
      expect.stringContaining('port 80 of container agent, which is not among'),
    ]);
  });

  it('does not fit without the ports of a service registry, Service Connect or VPC Lattice', () => {
    expect(unfit({ serviceRegistries: [{ registryArn: 'arn', containerName: 'api' }] })).toEqual([
      expect.stringMatching(/service registry of the service needs container api.*its containers: web, agent/),
    ]);
    const services = [{ portName: 'grpc' }];
    expect(unfit({ serviceConnectConfiguration: { enabled: true, services } })).toHaveLength(1);
    expect(unfit({ serviceConnectConfiguration: { enabled: false, services } })).toEqual([]);
    expect(unfit({ vpcLatticeConfigurations: [{ portName: 'grpc' }] })).toEqual([
      expect.stringContaining('VPC Lattice of the service needs a port mapping named grpc'),
    ]);
  });

  it('does not fit with a network mode that the service and its target groups do not support', () => {
    const groups = [{ targetGroup: 'arn:x:targetgroup/web/1', targetType: 'ip' }];
    const said = unfit({}, { networkMode: 'bridge' }, groups);
    expect(said).toEqual([
      expect.stringContaining('target group web of the service has type ip'),
      expect.stringContaining('needs awsvpc'),
    ]);
    expect(unfit({ networkConfiguration: undefined })).toEqual([expect.stringContaining('no networkConfiguration')]);
  });
});
