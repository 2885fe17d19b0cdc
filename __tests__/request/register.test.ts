import { describe, expect, it } from 'vitest';
import { askIn, definition, files, type Given, place, problemsIn, service } from './asking.ts';

const image = 'web=registry.example/web:v2';
const edits = { images: [{ container: 'web', image: 'registry.example/web:v2' }], environment: [] };

/** What `command: register` is asked with these inputs. */
const ask = async (inputs: Given, mine: Given = files, more: Given = {}) =>
  (await askIn(mine, { command: 'register', ...inputs }, more)).request;

const problems = (inputs: Given) => problemsIn(files, { command: 'register', ...inputs });

describe('what register is asked', () => {
  it.each([
    ['a file, and no cluster or service', { 'task-definition': '.aws/task-definition.json' }, ''],
    ['the file of a deploy context', { 'deploy-context': 'deploy' }, 'web'],
  ])('is to register %s', async (_, inputs, name) => {
    const request = await ask(inputs);
    expect(request).toMatchObject({
      command: 'register',
      dryRun: false,
      place: { region: 'us-west-2', service: name },
      revision: { kind: 'new', definition },
    });
  });

  it('is to register a file with edits, also if these change nothing', async () => {
    const edited = await ask({ 'task-definition': '.aws/task-definition.json', image });
    expect(edited).toMatchObject({
      revision: { definition: { containerDefinitions: [{ image: 'registry.example/web:v2' }] } },
      origins: { definition: { at: { 'containerDefinitions[web].image': { kind: 'input', inputs: ['image'] } } } },
    });
    const same = { 'deploy-context': 'deploy', image: 'web=registry.example/web:good' };
    expect(await ask(same)).toMatchObject({ revision: { kind: 'new', definition } });
  });

  it('needs no service.json, nor variables that only service.json has', async () => {
    const { 'deploy/service.json': _, ...rest } = files;
    expect(await ask({ 'deploy-context': 'deploy' }, rest)).toMatchObject({ place: { cluster: '', service: '' } });
    const unset = { ...files, 'deploy/service.json': JSON.stringify({ ...service, platformVersion: '${UNSET}' }) };
    expect(await ask({ 'deploy-context': 'deploy' }, unset)).toMatchObject({ revision: { kind: 'new', definition } });
  });

  it.each([
    ['what the service runs', { ...place, image }, 'service'],
    ['what the service runs, by its word', { ...place, image, 'base-revision': 'service' }, 'service'],
    ['the newest revision of its family', { ...place, image, 'base-revision': 'latest' }, 'latest'],
    ['the newest revision of a family', { image, 'base-revision': 'jobs' }, { named: 'jobs' }],
    ['a revision', { image, 'base-revision': 'jobs:7' }, { named: 'jobs:7' }],
    [
      'a revision rather than the file',
      { image, 'base-revision': 'jobs:7', 'deploy-context': 'deploy' },
      { named: 'jobs:7' },
    ],
  ] as const)('is to edit %s', async (_, inputs, base) => {
    expect(await ask(inputs)).toMatchObject({ command: 'register', revision: { kind: 'edited', base, edits } });
  });

  it.each<readonly [Given, RegExp]>([
    [{}, /^task-definition: say what to register: `task-definition` \(the path of a file\), `deploy-context`/],
    [{ ...place }, /^task-definition: say what to register/],
    [{ image }, /^task-definition: say what to register/],
    [{ 'base-revision': 'jobs' }, /^base-revision: selects what to edit, but no change is given: set one of `image`/],
    [{ ...place, 'base-revision': 'latest' }, /^base-revision: selects what to edit, but no change is given/],
    [
      { 'base-revision': 'a b', image, ...place },
      /^base-revision: `a b` is not known; choose one of file, service, latest, or/,
    ],
    [
      { 'task-definition': 'x.json', 'task-definition-arn': 'web:1' },
      /^task-definition-arn: is not supported by command register/,
    ],
    [{ 'task-definition': 'x.json', 'max-revisions': '3' }, /^max-revisions: is not supported by command register/],
    [
      { 'base-revision': 'arn:aws:ecs:eu-west-1:123456789012:task-definition/jobs:7', image, region: 'us-west-2' },
      /^base-revision: .* is in region eu-west-1, but `region` is us-west-2$/,
    ],
  ])('is refused: %j', async (inputs, what) => {
    expect(await problems(inputs)).toContainEqual(expect.stringMatching(what));
  });

  it.each(['rollout', 'run'])('is the only command whose base can be a family: %s', async (command) => {
    const inputs = { ...place, command, image, 'base-revision': 'lastest' };
    expect(await problems(inputs)).toEqual([
      'base-revision: `lastest` is not known; did you mean latest? (choose one of file, service, latest); only `command: register` takes a family or a revision',
    ]);
  });

  it('takes the region from the files', async () => {
    const role = 'arn:aws:iam::123456789012:role/execution';
    const log = {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/a', 'awslogs-region': 'eu-west-3', 'awslogs-stream-prefix': 'a' },
    };
    const containers = [{ ...definition.containerDefinitions?.[0], logConfiguration: log }];
    const text = JSON.stringify({ ...definition, executionRoleArn: role, containerDefinitions: containers });
    const request = await ask({ 'task-definition': 'td.json' }, { 'td.json': text }, { AWS_REGION: '' });
    expect(request).toMatchObject({ place: { region: 'eu-west-3' }, account: { id: '123456789012' } });
  });
});
