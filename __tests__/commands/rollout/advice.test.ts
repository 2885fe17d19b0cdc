import { describe, expect, it } from 'vitest';
import { seedFor } from '../../../src/simulator/seed-for.ts';
import { carryOut } from '../asked.ts';
import { shop } from '../stage.ts';

const { service, definition } = shop('fargate', 1);
const plain = (value: object) => structuredClone(value) as Record<string, unknown>;
const seed = seedFor({ service: plain(service), taskDefinition: plain(definition), region: 'us-west-2' });
const web = { region: 'us-west-2', cluster: 'production', service: 'web' };

describe('what a person is told of a value that cannot be right', () => {
  it.each([
    ['rollback', { command: 'rollback', 'to-revision': '99' }, /^to-revision: ECS has no revision web:99 in us-west-2/],
    [
      'rollback',
      { command: 'rollback', 'to-revision': 'web:99' },
      /^to-revision: ECS has no revision web:99 in us-west-2/,
    ],
    ['rollout', { 'task-definition-arn': 'web:99' }, /^task-definition-arn: ECS has no revision web:99/],
    ['run', { command: 'run', 'task-definition-arn': 'web:99' }, /^task-definition-arn: ECS has no revision web:99/],
    [
      'rollout',
      { 'cage-options': '--taskDefinitionArn web:99' },
      /^cage-options: --taskDefinitionArn: ECS has no revision web:99/,
    ],
    [
      'rollout',
      { image: 'registry.example/web:2', 'canary-instance-arn': '0'.repeat(32) },
      /^canary-instance-arn: cluster production has no container instance 0000/,
    ],
  ])('names the input that the user gave: %s %j', async (_, inputs, said) => {
    const { outcome } = await carryOut({ inputs: { ...web, ...inputs }, seed });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome?.cause?.because).toMatch(said);
    const given = Object.keys(inputs);
    for (const other of ['task-definition-arn', 'to-revision'].filter((name) => !given.includes(name))) {
      expect(`${outcome?.cause?.because} ${outcome?.cause?.next}`).not.toContain(other);
    }
  });

  it('names the variable of canarycage that it came from', async () => {
    const environment = { CAGE_TASK_DEFINITION_ARN: 'web:99' };
    const { outcome } = await carryOut({ inputs: web, environment, seed });
    expect(outcome?.cause?.because).toMatch(/^task-definition-arn \(from CAGE_TASK_DEFINITION_ARN\): ECS has no/);
  });

  it('names the files and variables that a place came from', async () => {
    const files = { 'service.json': { ...service, serviceName: 'wep' }, 'task-definition.json': definition };
    const { outcome } = await carryOut({ environment: { AWS_REGION: 'us-west-2' }, files, seed });
    expect(outcome?.cause?.next).toMatch(
      /^Check cluster, service and region .* Their values come from service\.json:2:3 cluster, service\.json:3:3 serviceName, AWS_REGION\.$/,
    );
  });

  it('names the cluster that only an ARN says', async () => {
    const arn = 'arn:aws:ecs:us-west-2:123456789012:service/staging/web';
    const { outcome } = await carryOut({ inputs: { service: arn, image: 'registry.example/web:2' }, seed });
    expect(outcome?.cause?.next).toContain('Their values come from service, the region of service.');
  });

  it('names the file of target groups that are gone', async () => {
    const files = { 'service.json': service, 'task-definition.json': definition };
    const inputs = { region: 'us-west-2', command: 'up', service: 'preview' };
    const { outcome } = await carryOut({
      inputs,
      files,
      seed: { ...seed, services: [], targetGroups: [], loadBalancers: [] },
    });
    expect(outcome?.cause?.next).toMatch(/^Check loadBalancers in service\.json: the target group was deleted/);
  });

  it('names the member of the file that the name of a service came from', async () => {
    const inputs = { region: 'us-west-2', command: 'up', 'deploy-context': '.' };
    const files = { 'service.json': service, 'task-definition.json': definition };
    const { outcome } = await carryOut({ inputs, files, seed });
    expect(outcome?.cause?.because).toMatch(/^service\.json:3:3 serviceName: web in production exists already/);
  });
});
