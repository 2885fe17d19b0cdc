import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import { loadShapes } from '../../src/deploy-context/schema.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { readOnlyFields } from '../../src/task-definition/described.ts';
import { read, smallTask, workspace } from './workspace.ts';

const both = { service: true, taskDefinition: true };

describe('the directory', () => {
  test('of the example has no problems', async () => {
    const options = { directory: './examples/web/', workspace: process.cwd(), environment: {}, needs: both };
    const { context, problems } = await readDeployContext(options);
    expect(problems).toEqual([]);
    expect(context.service?.serviceName).toBe('web');
    expect(context.taskDefinition?.family).toBe('web');
    expect(context.files).toEqual(['examples/web/service.json', 'examples/web/task-definition.json']);
    expect(context.substituted).toEqual([]);
  });

  test('that does not exist is one problem', async () => {
    const root = await workspace({ 'README.md': '' });
    const { problems } = await readDeployContext({
      directory: 'deploy/prod',
      workspace: root,
      environment: {},
      needs: both,
    });
    expect(problems).toEqual([
      {
        where: 'deploy-context',
        what: `directory deploy/prod does not exist in the workspace (full path: ${root}/deploy/prod)`,
      },
    ]);
  });

  test('in an empty workspace suggests actions/checkout', async () => {
    const root = await workspace({});
    const { problems } = await readDeployContext({
      directory: 'deploy',
      workspace: root,
      environment: {},
      needs: both,
    });
    expect(problems[0]?.what).toContain('actions/checkout');
  });

  test('must not be a file', async () => {
    const root = await workspace({ 'deploy/service.json': '{}' });
    const options = { directory: 'deploy/service.json', workspace: root, environment: {}, needs: both };
    expect((await readDeployContext(options)).problems[0]?.what).toContain('is a file');
  });

  test('may be outside the workspace', async () => {
    const root = await workspace({ 'deploy/service.json': '{"cluster": "c"}' });
    await mkdir(join(root, 'app'));
    const options = {
      directory: '../deploy',
      workspace: join(root, 'app'),
      environment: {},
      needs: { service: true, taskDefinition: false },
    };
    const { context, problems } = await readDeployContext(options);
    expect(problems).toEqual([]);
    expect(context.files).toEqual(['../deploy/service.json']);
  });
});

describe('a file', () => {
  test('that is not used may contain unset variables', async () => {
    const root = await workspace({
      'service.json': '{"cluster": "c"}',
      'task-definition.json': JSON.stringify({ ...smallTask, family: '${FAMILY}' }),
    });
    const needs = { service: true, taskDefinition: false };
    const options = { directory: '.', workspace: root, environment: {}, needs };
    const unused = await readDeployContext({ ...options, unused: ['taskDefinition'] });
    expect(unused.problems).toEqual([]);
    expect(unused.context.files).toEqual(['service.json']);
    // What is only not needed may well be what is deployed.
    const { problems } = await readDeployContext(options);
    expect(problems).toEqual([expect.objectContaining({ what: expect.stringContaining('${FAMILY} is not set') })]);
  });

  test('that is required and missing is reported with the existing files', async () => {
    const { said } = await read({ task: smallTask, needs: both });
    expect(said).toEqual(["deploy-context: no 'service.json' in deploy; it contains task-definition.json"]);
  });

  test('that is optional is read and checked if it exists', async () => {
    const needs = { service: false, taskDefinition: true };
    expect((await read({ task: smallTask, needs })).problems).toEqual([]);
    const { context, said } = await read({ task: smallTask, service: { clustr: 'c' }, needs });
    expect(said).toEqual(['deploy/service.json: clustr: is not known; did you mean cluster?']);
    expect(context.service).toBeUndefined();
    expect(context.taskDefinition).toEqual(smallTask);
  });

  test('with a problem does not hide the problems of the other', async () => {
    const { said } = await read({ service: '{', task: { family: 1 } });
    expect(said).toEqual([
      'deploy/service.json:1:2: a } is missing at the end',
      'deploy/task-definition.json: family: must be a string (in double quotes), but is a number',
      'deploy/task-definition.json: containerDefinitions: is missing',
    ]);
  });

  test('names the other file for a misplaced key', async () => {
    const { said } = await read({
      service: { cpu: '1' },
      task: { ...smallTask, desiredCount: 1 },
    });
    expect(said).toEqual([
      'deploy/service.json: cpu: is not known here; move it to task-definition.json',
      'deploy/task-definition.json: desiredCount: is not known here; move it to service.json',
    ]);
  });
});

test('locates a missing member at its object', async () => {
  const { problems } = await read({
    task: '{"family": "f", "memory": "1",\n "containerDefinitions": [\n  {"name": "a"}]}',
  });
  expect(problems).toEqual([
    {
      where: 'deploy/task-definition.json:3:3 containerDefinitions[0].image',
      what: 'is missing',
      at: { file: 'deploy/task-definition.json', line: 3, column: 3 },
    },
  ]);
});

test('never shows values of the environment in problems, not even as keys or names', async () => {
  const { said } = await read({
    service: '{"${A}": 1, "loadBalancers": [{"containerName": "${A}", "containerPort": ${N}}], "tags": [{"${A}": 1}]}',
    task: '{"family": "f", "memory": "1", "containerDefinitions": [{"name": "x${A}", "image": "i", "cpu": "${A}", "dockerLabels": {"${A}": 1}}, ${MORE}]}',
    environment: { A: 's3cret', N: '48151', MORE: '{"name": "s3cret", "image": "i", "s3cret": ["s3cret"]}' },
  });
  expect(said.length).toBeGreaterThan(3);
  expect(said.join('\n')).not.toMatch(/s3cret|48151/);
});

describe('a link', () => {
  const secret = '{ "hunter2": "correct horse battery staple" } oops';

  async function linked(link: string, target: string, more: Readonly<Record<string, string>> = {}) {
    const elsewhere = await workspace({ 'service.json': secret, 'task-definition.json': secret, id_hunter2: '' });
    const root = await workspace({ 'README.md': '', ...more });
    if (link.includes('/')) await mkdir(join(root, 'deploy'), { recursive: true });
    await symlink(target.replace('ELSEWHERE', elsewhere), join(root, link));
    const options = { directory: 'deploy', workspace: root, environment: {}, needs: both };
    const { context, problems } = await readDeployContext(options);
    return { context, said: problems.map(formatProblem) };
  }

  test.each([
    ['deploy/service.json', 'ELSEWHERE/service.json'],
    ['deploy/task-definition.json', '/proc/self/environ'],
    ['deploy/task-definition.json', '../../../../../../../../etc/hostname'],
    ['deploy', 'ELSEWHERE'],
    ['deploy', '/'],
  ])('%s that leads to %s is not followed, and nothing that lies there is quoted', async (link, target) => {
    const { context, said } = await linked(link, target);
    expect(context.files).toEqual([]);
    expect(said).toContainEqual(
      expect.stringMatching(`${link}:? is a symbolic link to a target outside the workspace`),
    );
    expect(said.join()).not.toMatch(/hunter2|battery|PATH=/);
  });

  test('to a file of the same workspace is followed', async () => {
    const { context, said } = await linked('deploy/task-definition.json', '../common.json', {
      'common.json': JSON.stringify(smallTask),
      'deploy/service.json': '{ "cluster": "production", "serviceName": "web" }',
    });
    expect(said).toEqual([]);
    expect(context.taskDefinition?.family).toBe('web');
  });

  test('is allowed if the workflow names a directory outside the workspace', async () => {
    const outside = await workspace({ 'common/task.json': JSON.stringify(smallTask) });
    await symlink('common/task.json', join(outside, 'task-definition.json'));
    const options = { directory: outside, workspace: await workspace({}), environment: {} };
    const needs = { service: false, taskDefinition: true };
    expect((await readDeployContext({ ...options, needs })).problems).toEqual([]);
  });
});

describe('a definition described by AWS', () => {
  const readOnly = {
    taskDefinitionArn: 'arn',
    revision: 3,
    status: 'ACTIVE',
    requiresAttributes: [{ name: 'x' }],
    compatibilities: ['EC2'],
    registeredAt: '2026-01-01T00:00:00Z',
    registeredBy: 'arn',
  };
  const kept = {
    ...smallTask,
    volumes: [{ name: 'v', host: {} }],
    containerDefinitions: [
      { name: 'web', image: 'web:1', command: ['sh', '-c', ''], environment: [], cpu: 0, dockerLabels: { a: '' } },
    ],
  };

  test('is accepted without its wrapper: read-only members are removed, empty ones kept', async () => {
    const { context, problems } = await read({ task: { ...kept, ...readOnly } });
    expect(problems).toEqual([]);
    expect(context.taskDefinition).toEqual(kept);
  });

  test('is accepted in its wrapper, with the tags next to it', async () => {
    const tags = [{ key: 'team', value: '' }];
    const { context, problems } = await read({ task: { taskDefinition: { ...kept, ...readOnly }, tags } });
    expect(problems).toEqual([]);
    expect(context.taskDefinition).toEqual({ ...kept, tags });
  });

  test('keeps unknown members on every level, except misspelled ones', async () => {
    const [web] = kept.containerDefinitions;
    const newer = { ...kept, shinyNewSetting: { mode: 'on' }, containerDefinitions: [{ ...web, evenNewer: [1] }] };
    for (const task of [{ ...newer, ...readOnly }, { taskDefinition: { ...newer, ...readOnly } }]) {
      const { context, problems } = await read({ task });
      expect(problems).toEqual([]);
      expect(context.taskDefinition).toEqual(newer);
    }
    const { said } = await read({ task: { ...newer, ...readOnly, volums: [] } });
    expect(said).toEqual(['deploy/task-definition.json: volums: is not known; did you mean volumes?']);
    const { said: byHand } = await read({ task: newer });
    expect(byHand.toSorted()).toEqual([
      'deploy/task-definition.json: containerDefinitions[0].evenNewer: is not known',
      'deploy/task-definition.json: shinyNewSetting: is not known',
    ]);
  });

  test('may have members with longer names than known ones, and words that this version does not know', async () => {
    const [web] = kept.containerDefinitions;
    const newer = {
      ...kept,
      containerDefinitions: [
        {
          ...web,
          healthCheckV2: { command: [] },
          portMappings: [{ containerPort: 80, protocols: ['quic'] }],
          logConfiguration: { logDriver: 'awsquic' },
        },
      ],
      runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2026_CORE' },
    };
    const { context, said } = await read({ task: { ...newer, ...readOnly } });
    expect(said).toEqual([]);
    expect(context.taskDefinition).toEqual(newer);
    const { said: slips } = await read({
      task: { ...kept, ...readOnly, pidMode: 'Host', containerDefinitions: [{ ...web, esential: true }] },
    });
    expect(slips.toSorted()).toEqual([
      'deploy/task-definition.json: containerDefinitions[0].esential: is not known; did you mean essential?',
      expect.stringContaining("pidMode: 'Host' is not one of host, task; did you mean host?"),
    ]);
  });

  test('has problems located in the file', async () => {
    const { said } = await read({ task: { taskDefinition: { ...kept, famly: '' }, tags: [{ kee: '' }], more: 1 } });
    expect(said).toEqual([
      'deploy/task-definition.json: more: is not known next to taskDefinition',
      'deploy/task-definition.json: taskDefinition.famly: is not known; did you mean family?',
      'deploy/task-definition.json: tags[0].kee: is not known; did you mean key?',
    ]);
  });

  test('with tags inside and outside it is refused', async () => {
    const { said } = await read({ task: { taskDefinition: { ...smallTask, tags: [] }, tags: [] } });
    expect(said).toEqual([
      'deploy/task-definition.json: taskDefinition.tags: is set inside and outside taskDefinition; keep one',
    ]);
  });

  test('omits every member that only answers of the API have', async () => {
    const { RegisterTaskDefinitionRequest: request, TaskDefinition: answer } = await loadShapes();
    const only = [...answer.members.keys()].filter((key) => !request.members.has(key));
    expect([...readOnlyFields].sort()).toEqual(only.sort());
  });

  test.each([{ services: [{ serviceName: 'web' }] }, { service: { serviceName: 'web' } }])(
    'as a service is an error that says what is wanted: %j',
    async (service) => {
      const { said } = await read({ service });
      expect(said).toEqual([
        expect.stringContaining('is part of a DescribeServices answer; this file takes the input of'),
      ]);
    },
  );
});
