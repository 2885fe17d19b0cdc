import { describe, expect, it } from 'vitest';
import { formatProblem, Refusal } from '../../src/model/problem.ts';
import type { Request, RunRequest } from '../../src/model/request.ts';
import { readRequest } from '../../src/request/build-request.ts';
import { workspace } from '../deploy-context/workspace.ts';
import { shop } from './stage.ts';

const { service, definition } = shop();
const files = {
  'deploy/service.json': JSON.stringify(service),
  'deploy/task-definition.json': JSON.stringify(definition),
};

interface Asked {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** The request of a step with these inputs, or every problem of it. */
async function asked({ inputs, files: mine = files }: Asked): Promise<Request | readonly string[]> {
  const given = Object.entries({ command: 'run', ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const environment = {
    ...Object.fromEntries(given),
    AWS_REGION: 'us-west-2',
    GITHUB_WORKSPACE: await workspace(mine),
  };
  try {
    return (await readRequest(environment, 'token')).request;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(formatProblem);
  }
}

const run = async (one: Asked): Promise<RunRequest> => {
  const request = await asked(one);
  if ('length' in request || request.command !== 'run') throw new Error(JSON.stringify(request));
  return request;
};

describe('what a run is asked', () => {
  it('is read from files and inputs, and its variables go to the task, not to the definition', async () => {
    const request = await run({
      inputs: {
        'deploy-context': 'deploy',
        container: 'web',
        'run-command': 'bin/migrate\n--all',
        'environment-variables': 'STAGE=all\nweb.ONLY=x=y',
        'launch-type': 'EC2',
        'network-configuration': 'awsvpcConfiguration={subnets=[subnet-9]}',
      },
    });
    expect(request).toMatchObject({
      place: { cluster: 'production', service: 'web' },
      wait: true,
      revision: { kind: 'new', definition },
      task: {
        container: 'web',
        command: ['bin/migrate', '--all'],
        environment: [
          { name: 'STAGE', value: 'all' },
          { container: 'web', name: 'ONLY', value: 'x=y' },
        ],
      },
      launch: {
        byInput: { launchType: 'EC2', networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-9'] } } },
        byFile: {
          launchType: 'FARGATE',
          platformVersion: 'LATEST',
          networkConfiguration: service.networkConfiguration,
        },
      },
    });
  });

  it('needs no service', async () => {
    const { 'deploy/service.json': _, ...others } = files;
    const filed = await run({ inputs: { 'deploy-context': 'deploy', cluster: 'production' }, files: others });
    expect(filed.place).toEqual({ region: 'us-west-2', cluster: 'production', service: '' });
    const named = await run({ inputs: { cluster: 'production', 'task-definition-arn': 'web:7' } });
    expect(named).toMatchObject({ revision: { kind: 'existing', name: 'web:7' }, place: { service: '' } });
  });

  it('is what the service runs, where no file and no revision is named, or an image is', async () => {
    const here = { cluster: 'production', service: 'web' };
    expect(await run({ inputs: here })).toMatchObject({ revision: { kind: 'edited', base: 'service' } });
    const edited = await run({ inputs: { ...here, image: 'registry.example/web:2', 'environment-variables': 'A=b' } });
    expect(edited.revision).toMatchObject({
      edits: { images: [{ image: 'registry.example/web:2' }], environment: [] },
    });
    const same = await run({ inputs: { 'deploy-context': 'deploy', image: 'registry.example/web:good' } });
    expect(same.revision).toMatchObject({ kind: 'new', definition });
  });

  it('is refused with every problem at once, before anybody is called', async () => {
    const said = await asked({
      inputs: {
        'deploy-context': 'deploy',
        container: 'wbe',
        'run-command': '["a", 1]',
        'environment-variables': 'proxy.A=b',
        'launch-type': 'LAMBDA',
        'capacity-provider-strategy': '[{"capacityProvidr": "FARGATE"}]',
        'network-configuration': '{"awsvpcConfiguration": {}}',
        'task-stopped-timeout': '0',
        alarms: 'errors',
      },
    });
    const wanted = [
      'run-command: `["a", 1]` is not a JSON array of strings',
      'launch-type: `LAMBDA` is not known',
      'task-stopped-timeout: `0` must be more than 0',
      'alarms: is not supported by command run',
      'network-configuration: awsvpcConfiguration.subnets: is missing',
      'capacity-provider-strategy: [0].capacityProvidr: is not known; did you mean capacityProvider?',
      'container: wbe is not a container of the task definition; did you mean web?',
      'environment-variables: `proxy.A` is for container `proxy`, which does not exist',
    ];
    for (const one of wanted) expect(said).toEqual(expect.arrayContaining([expect.stringContaining(one)]));
  });

  it.each([
    [{ cluster: 'production' }, 'deploy-context: is missing; set what to run'],
    [
      { 'deploy-context': 'deploy', 'launch-type': 'EC2', 'capacity-provider-strategy': '[{"capacityProvider":"a"}]' },
      'launch-type: cannot be combined with capacity-provider-strategy',
    ],
    [{ 'deploy-context': 'nowhere' }, 'directory nowhere does not exist'],
  ])('is refused: %j', async (inputs, what) => {
    expect(await asked({ inputs })).toEqual([expect.stringContaining(what)]);
  });

  it('does not read rollout.yml, which a rollout does', async () => {
    const mine = { ...files, 'deploy/rollout.yml': 'before-promote:\n  - container: wbe\n' };
    const inputs = { 'deploy-context': 'deploy' };
    expect(await asked({ inputs, files: mine })).toMatchObject({ command: 'run' });
    const said = await asked({ inputs: { ...inputs, command: 'rollout' }, files: mine });
    expect(said).toEqual([expect.stringContaining('wbe is not a container of the task definition; did you mean web?')]);
  });
});
