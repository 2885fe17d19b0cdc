import { describe, expect, it } from 'vitest';
import { seedFor } from '../../../src/simulator/seed-for.ts';
import { carryOut, problemsOf } from '../asked.ts';
import { shop } from '../stage.ts';

const region = 'us-west-2';
const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' as const };
const live = {
  networkConfiguration: { awsvpcConfiguration: network },
  deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
};
const { service, definition } = shop('fargate', 1, { service: live });
const plain = (value: object) => structuredClone(value) as Record<string, unknown>;
const seed = seedFor({ service: plain(service), taskDefinition: plain(definition), region });
const [web] = definition.containerDefinitions ?? [];
const next = { ...definition, containerDefinitions: [{ ...web, image: 'registry.example/web:next' }] };
const step = (more: object, inputs: Readonly<Record<string, string>> = {}) => ({
  inputs: { region, ...inputs },
  files: { 'service.json': { cluster: 'production', serviceName: 'web', ...more }, 'task-definition.json': next },
});

describe('a service.json that says little of a service that exists', () => {
  it('is enough for a rollout', async () => {
    const { outcome, account } = await carryOut({ ...step({}), seed });
    expect(outcome?.is).toBe('succeeded');
    expect(account.picture().services['production/web']?.settings).toMatchObject(live);
  });

  it('is enough for update-service, which keeps all that is left out, subnets included', async () => {
    const files = {
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
      deploymentConfiguration: { maximumPercent: 100 },
    };
    const { outcome, account } = await carryOut({ ...step(files, { 'update-service': 'true' }), seed });
    expect(outcome?.is).toBe('succeeded');
    expect(account.picture().services['production/web']?.settings).toMatchObject({
      networkConfiguration: { awsvpcConfiguration: { ...network, assignPublicIp: 'DISABLED' } },
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
    });
  });

  it('is not enough where the service is made of it', async () => {
    for (const command of ['up', 'rehearse']) {
      const said = await problemsOf(step({ desiredCount: 1, launchType: 'FARGATE' }, { command }));
      expect(said.join()).toMatch(/networkConfiguration: is missing; tasks on Fargate/);
    }
  });
});

describe('a role that a file names without its ARN', () => {
  it('is the role that is live: nothing is registered again', async () => {
    const { executionRoleArn } = definition;
    expect(executionRoleArn).toBe('arn:aws:iam::123456789012:role/web-execution');
    // What the seed of an account runs.
    const stable = [{ ...web, image: 'registry.example/web:stable' }];
    const named = { ...definition, executionRoleArn: 'web-execution', containerDefinitions: stable };
    const files = { 'service.json': { cluster: 'production', serviceName: 'web' }, 'task-definition.json': named };
    const { outcome, report } = await carryOut({ inputs: { region }, files, seed });
    expect(outcome?.is).toBe('succeeded');
    expect(report?.calls['ecs:RegisterTaskDefinition']).toBeUndefined();
  });
});
