import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../src/model/environment.ts';
import { formatProblem, Refusal } from '../../src/model/problem.ts';
import type { UndeployRequest, UpRequest } from '../../src/model/request.ts';
import { readRequest } from '../../src/request/build-request.ts';
import { shop } from '../commands/stage.ts';

const { service, definition } = shop('fargate', 1);

/** What is asked with these inputs and this service.json. */
async function ask(inputs: Environment, more: object = {}, task: object = {}) {
  const workspace = mkdtempSync(join(tmpdir(), 'request-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  writeFileSync(join(workspace, 'service.json'), JSON.stringify({ ...service, ...more }));
  writeFileSync(join(workspace, 'task-definition.json'), JSON.stringify({ ...definition, ...task }));
  const usual = { INPUT_REGION: 'us-west-2', 'INPUT_DEPLOY-CONTEXT': '.', GITHUB_WORKSPACE: workspace };
  return (await readRequest({ ...usual, ...inputs }, 'token')).request;
}

/** The problems that it has, in words. */
async function problems(inputs: Environment, more: object = {}, task: object = {}): Promise<readonly string[]> {
  try {
    await ask(inputs, more, task);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(formatProblem);
  }
}

describe('files written by other tools', () => {
  it('are normalized for AWS, with one note', async () => {
    const request = await ask({}, { tags: [] }, { pidMode: null, ipcMode: null, tags: [], cpu: 256 });
    expect(request).toMatchObject({
      revision: { kind: 'new', definition },
      remarks: ['service.json: 1 empty field ignored.', 'task-definition.json: 2 null and 1 empty fields ignored.'],
    });
    expect(JSON.stringify(request)).not.toContain('"tags":[]');
  });

  it('are refused before any call if AWS would refuse them, unless an input replaces the value', async () => {
    const containerDefinitions = [{ ...definition.containerDefinitions?.[0], image: '<IMAGE1_NAME>' }];
    const task = { containerDefinitions };
    expect(await problems({}, {}, task)).toEqual([
      expect.stringMatching(/'<IMAGE1_NAME>' looks like the placeholder of another tool/),
    ]);
    expect(await problems({ INPUT_IMAGE: 'web=web:2' }, {}, task)).toEqual([]);
  });

  it('do not block a rollback', async () => {
    const containerDefinitions = [{ name: 'web', image: '<IMAGE1_NAME>', logConfiguration: { logDriver: 'awslog' } }];
    const inputs = { INPUT_COMMAND: 'rollback' };
    expect(await problems(inputs, { loadBalancers: [{ targetGroupArn: 'web' }] }, { containerDefinitions })).toEqual(
      [],
    );
  });

  it('are reported together with a name that is missing as a result', async () => {
    const { serviceName: _, ...rest } = service;
    expect(await problems({}, { ...rest, serviceName: undefined, service: 'web' })).toEqual([
      expect.stringMatching(/^service\.json:1:\d+ service: is not known; did you mean serviceName\?$/),
      expect.stringMatching(/^No service name: set the input `service`, or `serviceName` in .*service\.json$/),
    ]);
  });
});

describe('the request of up', () => {
  it('is service.json without place, revision and token', async () => {
    const request = await ask(
      { INPUT_COMMAND: 'up', INPUT_CLUSTER: 'staging', INPUT_SERVICE: 'preview', INPUT_KEEP: 'true' },
      { taskDefinition: 'other:1', clientToken: 'theirs', schedulingStrategy: 'REPLICA' },
    );
    const { cluster: _, serviceName: __, ...settings } = service;
    expect(request).toMatchObject({
      command: 'up',
      place: { region: 'us-west-2', cluster: 'staging', service: 'preview' },
      revision: { kind: 'new', definition },
      keep: true,
      wait: true,
    });
    expect((request as UpRequest).service).toEqual({ ...settings, schedulingStrategy: 'REPLICA' });
  });

  it('may name an existing revision', async () => {
    const request = await ask({ INPUT_COMMAND: 'up', 'INPUT_TASK-DEFINITION-ARN': 'web:7', INPUT_WAIT: 'false' });
    expect(request).toMatchObject({ revision: { kind: 'existing', name: 'web:7' }, wait: false });
  });

  it.each([
    ['CODE_DEPLOY', /^service\.json: deploymentController\.type: CODE_DEPLOY is not deployed by ECS.*CodeDeploy/],
    ['EXTERNAL', /^service\.json: deploymentController\.type: EXTERNAL is not deployed by ECS.*task sets/],
  ])('is refused before any call with the deployment controller %s', async (type, said) => {
    expect(await problems({ INPUT_COMMAND: 'up' }, { deploymentController: { type } })).toEqual([
      expect.stringMatching(said),
    ]);
  });

  it.each(['BLUE_GREEN', 'LINEAR', 'CANARY'])('is refused before any call with the strategy %s', async (strategy) => {
    expect(await problems({ INPUT_COMMAND: 'up' }, { deploymentConfiguration: { strategy } })).toEqual([
      expect.stringMatching(
        new RegExp(`^service\\.json: deploymentConfiguration\\.strategy: ${strategy} shifts traffic`),
      ),
    ]);
  });

  it('is refused without a desired count, unless it is a DAEMON service', async () => {
    const none = { desiredCount: undefined };
    expect(await problems({ INPUT_COMMAND: 'up' }, none)).toEqual([
      expect.stringMatching(/^service\.json: desiredCount: is missing/),
    ]);
    const daemon = { ...none, schedulingStrategy: 'DAEMON', launchType: 'EC2', platformVersion: undefined };
    expect(await problems({ INPUT_COMMAND: 'up' }, daemon)).toEqual([]);
  });

  it('is not checked for a rollout', async () => {
    expect(await problems({}, { deploymentController: { type: 'CODE_DEPLOY' }, desiredCount: undefined })).toEqual([]);
  });
});

describe('the request of undeploy', () => {
  it('is confirmed by the name in service.json', async () => {
    const request = await ask({
      INPUT_COMMAND: 'undeploy',
      INPUT_CONFIRM: 'web',
      'INPUT_DEREGISTER-REVISIONS': 'true',
    });
    expect(request as UndeployRequest).toMatchObject({
      command: 'undeploy',
      place: { service: 'web' },
      deregisterRevisions: true,
      onConflict: 'fail',
    });
  });

  it('is refused with another name, whatever the source of the service name', async () => {
    const said = [expect.stringMatching(/^confirm: `wep` is not the name of the service, which is web$/)];
    expect(await problems({ INPUT_COMMAND: 'undeploy', INPUT_CONFIRM: 'wep' })).toEqual(said);
    expect(await problems({ INPUT_COMMAND: 'undeploy', INPUT_CONFIRM: 'wep', INPUT_SERVICE: 'web' })).toEqual(said);
  });

  it('is refused with the name in service.json if an input names another service', async () => {
    expect(await problems({ INPUT_COMMAND: 'undeploy', INPUT_CONFIRM: 'web', INPUT_SERVICE: 'api' })).toEqual([
      expect.stringMatching(/^confirm: `web` is not the name of the service, which is api$/),
    ]);
  });

  it('is refused without confirmation', async () => {
    expect(await problems({ INPUT_COMMAND: 'undeploy' })).toEqual([expect.stringMatching(/^confirm: is missing/)]);
  });
});

describe('the values of environment-variables', () => {
  it('are redacted in changes, and in all texts unless they are ordinary words', async () => {
    const { request, secrets } = await readRequest(
      {
        INPUT_REGION: 'us-west-2',
        INPUT_CLUSTER: 'production',
        INPUT_SERVICE: 'web',
        'INPUT_ENVIRONMENT-VARIABLES': 'API_KEY=abc\nFLAG=true\nweb.GREETING=hello, world',
      },
      'token',
    );
    expect(secrets).toEqual(['abc', 'hello, world']);
    expect(request).toMatchObject({ hidden: expect.arrayContaining(['abc', 'true', 'hello, world']) });
  });
});

describe('a service without a name', () => {
  it('is refused with advice', async () => {
    expect(await problems({}, { serviceName: undefined, cluster: undefined })).toEqual([
      'No cluster name: set the input `cluster`, or `cluster` in ./service.json',
      'No service name: set the input `service`, or `serviceName` in ./service.json',
    ]);
  });
});
