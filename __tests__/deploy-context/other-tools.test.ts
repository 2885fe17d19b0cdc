import { RegisterTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it, test } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import { sameDefinition } from '../../src/task-definition/compare.ts';
import { webDefinition, world } from '../simulator/fixture.ts';
import { read, smallTask, workspace } from './workspace.ts';

const awsvpc = (more: object = {}) => ({
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'web', image: 'web:1', portMappings: [{ containerPort: 8080 }], ...more }],
});

describe('input of other tools has the meaning that AWS gives it', () => {
  it('treats null as absent, and reports the number', async () => {
    const task = {
      ...awsvpc({ command: null, linuxParameters: null, environment: [null, { name: 'A', value: 'b' }] }),
      ipcMode: null,
      pidMode: null,
      taskDefinitionArn: null,
      requiresAttributes: [{ name: 'x', value: null }],
    };
    const { context, said } = await read({ task });
    expect(said).toEqual([]);
    expect(context.taskDefinition).toEqual(awsvpc({ environment: [{ name: 'A', value: 'b' }] }));
    expect(context.remarks).toEqual(['task-definition.json: 5 null fields ignored.']);
  });

  it('ignores members of a described service in service.json, as ecspresso writes them, with one note', async () => {
    const settings = { cluster: 'production', serviceName: 'web', desiredCount: 2 };
    const service = {
      ...settings,
      runningCount: 2,
      pendingCount: 0,
      platformFamily: 'Linux',
      deployments: [{ id: 1 }],
    };
    const { context, said } = await read({ service, task: smallTask });
    expect(said).toEqual([]);
    expect(context.service).toEqual(settings);
    expect(context.remarks).toEqual([
      'service.json: runningCount, pendingCount, platformFamily, deployments ignored: output of DescribeServices, not settings.',
    ]);
  });

  it('reports problems after a null item at the right index', async () => {
    const { problems } = await read({
      task: '{"family": "f", "memory": "9", "containerDefinitions": [null,\n{"name": "a", "image": "My App"}]}',
    });
    expect(problems.map(({ at }) => at?.line)).toEqual([2]);
    expect(problems[0]?.where).toContain('containerDefinitions[1].image');
  });

  it('drops empty tags, credentials and strings before they are sent', async () => {
    const task = {
      ...awsvpc({
        repositoryCredentials: { credentialsParameter: '' },
        user: '',
        environment: [{ name: 'A', value: '' }],
      }),
      tags: [],
    };
    const { context, said } = await read({ task, service: { cluster: 'c', serviceName: 's', tags: [] } });
    expect(said).toEqual([
      'deploy/service.json: networkConfiguration: is missing; tasks in network mode awsvpc need an awsvpcConfiguration with subnets',
    ]);
    expect(context.taskDefinition).toEqual(awsvpc({ environment: [{ name: 'A', value: '' }] }));
  });

  it('keeps an empty value from the environment, which is a mistake', async () => {
    const { said } = await read({ task: { ...awsvpc(), pidMode: '${MODE}' }, environment: { MODE: '' } });
    expect(said).toEqual([expect.stringContaining("pidMode: '${MODE}' is not one of host, task")]);
  });

  it('accepts numbers where the API requires strings, if their text is unambiguous', async () => {
    const { context, said } = await read({
      task: { ...awsvpc({ environment: [{ name: 'PORT', value: 8080 }] }), cpu: 256, memory: 512 },
    });
    expect(said).toEqual([]);
    expect(context.taskDefinition).toEqual(awsvpc({ environment: [{ name: 'PORT', value: '8080' }] }));
    const version = JSON.stringify(awsvpc({ environment: [{ name: 'V', value: '?' }] })).replace('"?"', '1.0');
    expect((await read({ task: version })).said).toEqual([
      expect.stringContaining('must be a string (in double quotes)'),
    ]);
  });

  it.each(['awsvpc', 'host'])('treats hostPort 0 in network mode %s as absent', async (networkMode) => {
    const given = { ...smallTask, networkMode };
    const withPort = (port: object) => ({
      ...given,
      containerDefinitions: [{ name: 'web', image: 'web:1', portMappings: [{ containerPort: 80, ...port }] }],
    });
    const { context, said } = await read({ task: withPort({ hostPort: 0 }) });
    expect(said).toEqual([]);
    expect(context.taskDefinition).toEqual(withPort({}));
    for (const hostPort of [0, 80]) {
      expect(sameDefinition(withPort({}) as never, withPort({ hostPort }) as never)).toBe(true);
      expect(sameDefinition(withPort({ hostPort }) as never, withPort({}) as never)).toBe(true);
    }
    expect(sameDefinition(withPort({}) as never, withPort({ hostPort: 81 }) as never)).toBe(false);
  });

  it('equals the live revision if only the order of names, the default mode or a spelling differs', () => {
    const one = { name: 'a', image: 'a:1' };
    const other = { name: 'b', image: 'b:1' };
    const wanted = { ...smallTask, cpu: 256, containerDefinitions: [one, other] };
    const live = {
      ...smallTask,
      cpu: '256',
      networkMode: 'bridge',
      containerDefinitions: [other, one],
    } as TaskDefinition;
    expect(sameDefinition(wanted as never, live)).toBe(true);
    const windows = { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' as const } };
    expect(sameDefinition({ ...wanted, ...windows } as never, { ...live, ...windows })).toBe(false);
  });
});

describe('recognizes files in other formats', () => {
  test.each([
    ['YAML', 'family: web\nmemory: "512"\n', /^deploy\/task-definition\.json:1:1: this looks like YAML/],
    ['YAML with a comment', '# the web\n---\nfamily: web\n', /this looks like YAML/],
    [
      'a merge conflict',
      '{\n<<<<<<< HEAD\n"family": "a",\n=======\n"family": "b",\n>>>>>>> b\n}',
      /:2:1: this is a merge conflict marker/,
    ],
    [
      'a list of containers',
      '[{"name": "web", "image": "web:1"}]',
      /contains only a list of container definitions .*wrap it/,
    ],
    [
      'CloudFormation',
      JSON.stringify({ Family: 'web', Cpu: '256', ContainerDefinitions: [{ Name: 'web' }] }),
      /Family: uses the spelling of CloudFormation, as do all 3 keys like it; the API spells it family/,
    ],
    [
      'Terraform',
      JSON.stringify({ family: 'web', network_mode: 'awsvpc', container_definitions: [] }),
      /uses the spelling of Terraform/,
    ],
    ['a template', JSON.stringify({ Resources: { Task: {} } }), /makes this a CloudFormation template/],
    [
      'an expression',
      '{"family": "${{ github.sha }}", "memory": "9", "containerDefinitions": [{"name": "a", "image": "b"}]}',
      /\$\{\{ github\.sha \}\} is an expression of GitHub Actions.*use \$\{GITHUB_SHA\}, which the runner sets/,
    ],
    [
      'an expression of a secret',
      '{"family": "${{ secrets.family-name }}", "containerDefinitions": []}',
      /use \$\{FAMILY_NAME\}, and set it under/,
    ],
  ])('%s', async (_, task, what) => {
    const { problems } = await read({ task });
    expect(problems.map(({ where, what: wrong }) => `${where}: ${wrong}`)).toEqual([expect.stringMatching(what)]);
  });

  it('suggests renaming a file with another name', async () => {
    const root = await workspace({ 'deploy/taskdef.json': '{}', 'deploy/service.json': '{}' });
    const needs = { service: true, taskDefinition: true };
    const { problems } = await readDeployContext({ directory: 'deploy', workspace: root, environment: {}, needs });
    expect(problems[0]?.what).toBe(
      "no 'task-definition.json' in deploy; it contains service.json, taskdef.json; if taskdef.json is this file, rename it to task-definition.json, or set `task-definition: deploy/taskdef.json`",
    );
  });

  it('does not suggest a container with an empty name', async () => {
    const service = {
      cluster: 'c',
      serviceName: 's',
      loadBalancers: [{ loadBalancerName: 'b', containerName: 'api', containerPort: 80 }],
    };
    const task = { ...smallTask, containerDefinitions: [{ name: '', image: 'web:1' }] };
    const { said } = await read({ service, task });
    expect(said.join('\n')).not.toContain("did you mean ''");
    expect(said.join('\n')).toContain(
      "'api' is not a container of the task definition; its containers: containerDefinitions[0] has an empty name",
    );
  });
});

describe('the simulated account refuses what AWS refuses', () => {
  const register = async (more: object, container: Record<string, unknown> = {}) => {
    const definition = { ...webDefinition('good', container), ...more };
    return world().ecs.send(new RegisterTaskDefinitionCommand(definition as never));
  };

  test.each([
    [{ tags: [] }, {}, 'Tags can not be empty.'],
    [{ taskRoleArn: 'arn:aws:iam::123456789012:user/me' }, {}, 'Role is not valid'],
    [{}, { image: 'my image' }, 'Container.image contains invalid characters.'],
    [
      {},
      { logConfiguration: { logDriver: 'awslog' } },
      /Value 'awslog' at 'containerDefinitions\.1\.member\.logConfiguration\.logDriver'/,
    ],
    [{}, { dependsOn: [{ containerName: 'app', condition: 'START' }] }, /circular/],
    [{}, { secrets: [{ name: 'A', valueFrom: '/a' }] }, /you must also specify a value for 'executionRoleArn'/],
    [{}, { memory: 100_000 }, /greater than for the task/],
  ])('%j %j', async (more, container, message) => {
    await expect(register({ executionRoleArn: undefined, ...more }, container)).rejects.toThrow(message);
  });

  it('accepts hostPort 0 in awsvpc, and returns the container port', async () => {
    const { taskDefinition } = await register({}, { portMappings: [{ containerPort: 8080, hostPort: 0 }] });
    expect(taskDefinition?.containerDefinitions?.[0]?.portMappings?.[0]?.hostPort).toBe(8080);
  });
});
