import { describe, expect, it } from 'vitest';
import { seedFor } from '../../../src/simulator/seed-for.ts';
import { ask, carryOut } from '../asked.ts';
import { shop } from '../stage.ts';

const [account, region] = ['123456789012', 'us-west-2'];
const { service, definition } = shop('fargate', 1);
const plain = (value: object) => structuredClone(value) as Record<string, unknown>;
const seed = seedFor({ service: plain(service), taskDefinition: plain(definition), region });

/** The files with `${…}` where a value of the variables stands. */
function filed(variables: Readonly<Record<string, string>>, web: object = {}, more: object = {}) {
  const [first] = definition.containerDefinitions ?? [];
  const put = (value: object): string =>
    Object.entries(variables).reduce(
      (text, [name, put]) => text.replaceAll(`<${name}>`, `\${${name}}`).replaceAll(`<<${put}>>`, put),
      JSON.stringify(value),
    );
  return {
    'service.json': put(service).replaceAll(region, '${AWS_REGION}').replaceAll(account, '${AWS_ACCOUNT_ID}'),
    'task-definition.json': put({ ...definition, containerDefinitions: [{ ...first, ...web }], ...more }),
  };
}

const place = { AWS_REGION: region, AWS_ACCOUNT_ID: account };
const arn = (name: string) => `arn:aws:ecs:${region}:${account}:${name}`;

describe('what only names a place', () => {
  it('is hidden nowhere, wherever it came from: region, account, cluster, service, family, target group, environment', async () => {
    const environment = {
      ...place,
      CLUSTER: 'production',
      SERVICE: 'web',
      APP_ENV: 'canary-lab',
      STAGE: 'prod',
      WHERE_TO: 'blue-lagoon',
      COUNT: '2',
    };
    const files = filed(
      environment,
      {
        environment: [
          { name: 'APP_ENV', value: '<APP_ENV>' },
          { name: 'STAGE', value: '<STAGE>' },
          { name: 'DEPLOY_ENV', value: '<WHERE_TO>' },
          { name: 'WHERE', value: '<CLUSTER> <AWS_REGION>' },
        ],
        secrets: [{ name: 'DB', valueFrom: 'arn:aws:ssm:<AWS_REGION>:<AWS_ACCOUNT_ID>:parameter/db' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/ecs/web', 'awslogs-region': '<AWS_REGION>', 'awslogs-stream-prefix': 'web' },
        },
      },
      { executionRoleArn: 'arn:aws:iam::<AWS_ACCOUNT_ID>:role/web-execution' },
    );
    const log = {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/ecs/web', 'awslogs-region': region, 'awslogs-stream-prefix': 'web' },
    };
    const secrets = [{ name: 'DB', valueFrom: `arn:aws:ssm:${region}:${account}:parameter/db` }];
    const containerDefinitions = [{ ...definition.containerDefinitions?.[0], logConfiguration: log, secrets }];
    const meant = { ...definition, containerDefinitions };
    const done = await carryOut({
      environment,
      files,
      seed: seedFor({ service: plain(service), taskDefinition: plain(meant), region }),
      inputs: {
        cluster: 'production',
        service: 'web',
        'environment-variables': 'CLUSTER=production\nDEPLOY_TO=us-west-2\nTARGET_ENV=canary-lab-eu',
      },
    });
    expect(done.outcome, done.outcome?.cause?.because).toMatchObject({ is: 'succeeded' });
    expect(done.asked?.secrets).toEqual([]);
    expect(done.outputs).toMatchObject({
      'service-arn': arn('service/production/web'),
      'previous-task-definition-arn': arn('task-definition/web:1'),
      'task-definition-arn': arn('task-definition/web:2'),
    });
    expect(done.shown).not.toContain('***');
  });

  it('stays whole although a secret is a part of it, and the secret is hidden everywhere else', async () => {
    const environment = { ...place, PIN: '3456', PASSWORD: 'production-s3cr3t', TOKEN: 'oducti' };
    const web = {
      environment: [
        { name: 'PIN', value: '<PIN>' },
        { name: 'DB_PASSWORD', value: '<PASSWORD>' },
        { name: 'TOKEN', value: '<TOKEN>' },
      ],
    };
    const { secrets } = await ask({ environment, files: filed(environment, web), inputs: { cluster: 'production' } });
    expect(secrets).toEqual(['3456', 'oducti', 'production-s3cr3t']);
    const done = await carryOut({
      environment,
      files: filed(environment, { ...web, image: 'registry.example/web:crash', command: ['--pin', 'is 3456'] }),
      seed,
    });
    expect(done.outcome?.is).toBe('rejected');
    expect(done.outputs['service-arn']).toBe(arn('service/production/web'));
    expect(done.shown).not.toMatch(/s3cr3t|is 3456/);
    expect(done.shown).not.toMatch(/12\*\*\*|pr\*\*\*/);
    expect(done.shown).toContain(`region=${region}`);
  });

  it('is shown in the command that puts something back by hand', async () => {
    const environment = { ...place, CLUSTER: 'production', PIN: '3456', SIZE: 'production' };
    const web = {
      environment: [
        { name: 'PIN', value: '<PIN>' },
        { name: 'SIZE', value: '<SIZE>' },
      ],
      image: 'registry.example/web:fails-in-service',
    };
    const done = await carryOut({
      environment,
      files: filed(environment, web),
      seed,
      inputs: { 'rollback-on-failure': 'false' },
    });
    const commands = [...done.shown.matchAll(/aws ecs [^\n<`"]*/g)].map(([command]) => command);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => command.includes('***'))).toEqual([]);
  });
});

describe('a secret', () => {
  it('is hidden although a place has a similar name', async () => {
    const environment = { ...place, DB_PASSWORD: 'production!hunter2', API_KEY: 'web-0123456789abcdef' };
    const web = {
      environment: [
        { name: 'DB_PASSWORD', value: '<DB_PASSWORD>' },
        { name: 'API_KEY', value: '<API_KEY>' },
      ],
    };
    const { secrets } = await ask({ environment, files: filed(environment, web) });
    expect(secrets).toEqual(['production!hunter2', 'web-0123456789abcdef']);
  });

  it('is one although its variable is named like a place, when it looks like one', async () => {
    const environment = { ...place, REPOSITORY_URL: 'https://user:pass@git.example/x', ENV_TOKEN: 'abcdefgh' };
    const web = {
      environment: [
        { name: 'A', value: '<REPOSITORY_URL>' },
        { name: 'B', value: '<ENV_TOKEN>' },
      ],
    };
    const { secrets } = await ask({ environment, files: filed(environment, web) });
    expect(secrets).toEqual(['abcdefgh', 'https://user:pass@git.example/x']);
  });
});
