import { BatchGetImageCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { fargateNetwork, webDefinition, webSeed, world } from './fixture.ts';

const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:web/db-a1B2c3';
const seed: Seed = {
  ...webSeed,
  repositories: [
    {
      name: 'team/web',
      images: [{ tags: ['v1', 'latest'] }, { tags: ['v2'], platforms: ['linux/amd64', 'linux/arm64'] }],
    },
  ],
  roles: [{ arn: 'arn:aws:iam::123456789012:role/app/web', services: ['ecs-tasks.amazonaws.com'] }],
  secrets: [{ arn: secret }, { arn: secret.replace('web/db', 'old'), deleted: true }],
  parameters: ['/web/flag', 'plain'],
};

describe('ECR', () => {
  const { config } = world(seed);
  const ecr = new ECRClient(config);
  const describeImages = (repositoryName: string, ...imageIds: { imageTag?: string; imageDigest?: string }[]) =>
    ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }));

  it('describes images by tag and by digest', async () => {
    const { imageDetails: [one] = [] } = await describeImages('team/web', { imageTag: 'v1' });
    expect(one).toMatchObject({
      imageTags: ['v1', 'latest'],
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(one?.imagePushedAt).toBeInstanceOf(Date);
    const again = await describeImages('team/web', { imageDigest: one?.imageDigest ?? '' });
    expect(again.imageDetails).toEqual([one]);
  });

  it('returns the manifest of an image index, with the attestations of docker buildx', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const { images: [image] = [], failures } = await ecr.send(
      new BatchGetImageCommand({
        repositoryName: 'team/web',
        imageIds: [{ imageTag: 'v2' }, { imageTag: 'none' }],
        acceptedMediaTypes: [type],
      }),
    );
    expect(failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
    expect(image?.imageManifestMediaType).toBe(type);
    const { manifests } = JSON.parse(image?.imageManifest ?? '');
    expect(manifests.map((one: { platform: object }) => one.platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
      { architecture: 'unknown', os: 'unknown' },
    ]);
  });

  it('refuses missing resources', async () => {
    await expect(describeImages('team/web', { imageTag: 'v9' })).rejects.toMatchObject({
      name: 'ImageNotFoundException',
    });
    await expect(describeImages('web', { imageTag: 'v1' })).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });
});

describe('IAM', () => {
  it('returns seeded roles with their trust policy', async () => {
    const { config } = world(seed);
    const iam = new IAMClient(config);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'web' }));
    expect(Role).toMatchObject({ Arn: 'arn:aws:iam::123456789012:role/app/web', Path: '/app/' });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });
});

describe('Secrets Manager and Systems Manager', () => {
  it('describe a secret by its ARN, by that without its end, and by its name', async () => {
    const { config } = world(seed);
    const client = new SecretsManagerClient(config);
    const read = (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId }));
    for (const id of [secret, secret.slice(0, -7), 'web/db']) {
      expect(await read(id)).toMatchObject({ ARN: secret, Name: 'web/db' });
    }
    expect((await read('old')).DeletedDate).toBeInstanceOf(Date);
    await expect(read('none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('describe parameters by their names, a page at a time', async () => {
    const { account } = world(seed);
    const read = (more: object) =>
      account.call('ssm', 'DescribeParameters', {
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['/web/flag', 'plain', 'none'] }],
        ...more,
      });
    expect(await read({})).toMatchObject({ Parameters: [{ Name: '/web/flag' }, { Name: 'plain' }] });
    const first = await read({ MaxResults: 1 });
    expect(first).toMatchObject({ Parameters: [{ Name: '/web/flag' }] });
    expect(await read({ MaxResults: 1, NextToken: first.NextToken })).toMatchObject({
      Parameters: [{ Name: 'plain' }],
    });
  });
});

describe('a simulated account for a deploy context', () => {
  const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  const context = (tag: string) => ({
    service: { serviceName: 'web', launchType: 'FARGATE', desiredCount: 1, networkConfiguration: fargateNetwork },
    taskDefinition: {
      ...webDefinition('x', {
        image: `${registry}/team/web:${tag}`,
        secrets: [
          { name: 'A', valueFrom: `${secret}:key::` },
          { name: 'B', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/web/flag' },
        ],
      }),
      executionRoleArn: 'arn:aws:iam::123456789012:role/web-execution',
    },
  });

  it('has what the task definition names', () => {
    expect(seedFor(context('v2'))).toMatchObject({
      repositories: [{ name: 'team/web', images: [{ tags: ['stable'] }, { tags: ['v2'] }] }],
      roles: [{ arn: 'arn:aws:iam::123456789012:role/web-execution', services: ['ecs-tasks.amazonaws.com'] }],
      secrets: [{ arn: secret }],
      parameters: ['/web/flag'],
    });
  });

  it('does not have an image that cannot be pulled because it is not there', () => {
    expect(seedFor(context('no-pull')).repositories).toEqual([{ name: 'team/web', images: [{ tags: ['stable'] }] }]);
  });

  it('counts the addresses that are free', async () => {
    const { account } = world({
      ...webSeed,
      subnets: [
        { id: 'subnet-a', zone: 'us-east-1a', cidr: '10.0.1.0/28', taken: 3 },
        { id: 'subnet-b', zone: 'us-east-1b', cidr: '10.0.2.0/28' },
      ],
    });
    const { subnetSet } = await account.call('ec2', 'DescribeSubnets', {});
    const free = (subnetSet as { availableIpAddressCount: number }[]).map((one) => one.availableIpAddressCount);
    // 16, less five of AWS's own; the service has two tasks.
    expect(free.reduce((sum, count) => sum + count, 0)).toBe(11 + 11 - 3 - 2);
  });
});
