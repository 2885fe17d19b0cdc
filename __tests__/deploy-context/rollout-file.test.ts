import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import { minute, second } from '../../src/model/duration.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { read, smallTask, workspace } from './workspace.ts';

const twoContainers = {
  ...smallTask,
  executionRoleArn: 'execution',
  containerDefinitions: [
    { name: 'web', image: 'web:1', secrets: [{ name: 'TOKEN', valueFrom: '/token' }] },
    { name: 'proxy', image: 'proxy:1' },
  ],
};
const reading = (rollout: string, environment = {}, task: unknown = smallTask) => read({ task, rollout, environment });
/** A file with one task of these lines. */
const task = (...lines: readonly string[]): string => `before-promote:\n  - ${lines.join('\n    ')}\n`;

describe('rollout.yml', () => {
  it('lists one-off tasks with all their settings', async () => {
    const { context, said } = await reading(
      [
        '# comes before the update',
        'before-promote:',
        '  - name: migrate the database',
        '    container: web',
        '    run-command: [bin/migrate, --all]',
        '    environment-variables:',
        '      LOG_LEVEL: debug',
        '      PORT: 8080',
        '      RATIO: 1.10',
        '      ON: true',
        "      EMPTY: ''",
        '      web.ONLY: here',
        '    timeout: 20m',
        '  - run-command: |',
        '      sh',
        '      -c',
        '      exit 0',
        '    timeout: 90',
        '  - {}',
      ].join('\n'),
    );
    expect(said).toEqual([]);
    expect(context.rollout?.beforePromote).toEqual([
      {
        name: 'migrate the database',
        container: 'web',
        command: ['bin/migrate', '--all'],
        environment: [
          { name: 'LOG_LEVEL', value: 'debug' },
          { name: 'PORT', value: '8080' },
          { name: 'RATIO', value: '1.10' },
          { name: 'ON', value: 'true' },
          { name: 'EMPTY', value: '' },
          { container: 'web', name: 'ONLY', value: 'here' },
        ],
        timeout: 20 * minute,
        written: {
          where: 'deploy/rollout.yml:4:16 before-promote[0].container',
          at: { file: 'deploy/rollout.yml', line: 4, column: 16 },
        },
      },
      expect.objectContaining({ command: ['sh', '-c', 'exit 0'], timeout: 90 * second }),
      expect.objectContaining({ environment: [], timeout: 15 * minute }),
    ]);
    expect(context.files).toContain('deploy/rollout.yml');
  });

  it('substitutes values of the environment safely and redacts them', async () => {
    const environment = { TOKEN: 'x\'\n- y: "${OTHER}', LIMIT: '5m', NOTHING: '' };
    const text = task(
      'environment-variables:',
      '  A: ${TOKEN}',
      "  B: 'a ${TOKEN}'",
      '  C: ${NOTHING}',
      '  D: "\\u0024{TOKEN}"',
      'timeout: ${LIMIT}',
    );
    const { context, said } = await reading(text, environment);
    expect(said).toEqual([]);
    expect(context.rollout?.beforePromote[0]).toMatchObject({
      environment: [
        { name: 'A', value: environment.TOKEN },
        { name: 'B', value: `a ${environment.TOKEN}` },
        { name: 'C', value: '' },
        { name: 'D', value: '${TOKEN}' },
      ],
      timeout: 5 * minute,
    });
    expect(context.substituted).toEqual(['5m', environment.TOKEN]);
  });

  it.each([
    ['stages: []', 'deploy/rollout.yml: stages: is not known (known are strategy, steps, warm-up, ', 1, 1],
    ['steps:\n  - 10', 'deploy/rollout.yml: steps[0]: must be a map of keys and values, but is a number', 2, 5],
    ['before_promote: []', 'deploy/rollout.yml: before_promote: is not known; did you mean before-promote?', 1, 1],
    ['before-promote: []', 'before-promote: is an empty list; remove it, or list one-off tasks', 1, 17],
    ['before-promote:', 'before-promote: must be a list of one-off tasks, but is empty', 1, 16],
    ['before-promote: {}', 'before-promote: must be a list of one-off tasks, but is a map', 1, 17],
    ['- a', 'deploy/rollout.yml:1:1: must be a map of keys and values, but is a list', 1, 1],
    ['', 'deploy/rollout.yml:1:1: the file is empty', 1, 1],
    ['# nothing', 'deploy/rollout.yml:1:1: the file is empty', 1, 1],
    ['before-promote: [a', 'this is not YAML: ', 1, 19],
    ['a: 1\n---\nb: 2', 'this is not YAML: ', 2, 1],
    [task('bin/migrate'), 'before-promote[0]: must be a map of keys and values, but is a string', 2, 5],
    [task('run_command: [a]'), 'before-promote[0].run_command: is not known; did you mean run-command?', 2, 5],
    [task('comand: [a]'), 'before-promote[0].comand: is not known (known are name, container, run-command', 2, 5],
    [task('name: a', 'name: b'), 'before-promote[0].name: is there twice; the first is on line 2', 3, 5],
    [task('name: 5'), 'before-promote[0].name: must be a string (in quotes), but is a number', 2, 11],
    [task(`name: ${'x'.repeat(51)}`), 'must be a name of 1 to 50 characters on one line', 2, 11],
    [task('run-command: []'), 'run-command: is an empty list; leave it out', 2, 18],
    [task('run-command: ""'), 'run-command: is empty; leave it out', 2, 18],
    [
      task('run-command: {a: b}'),
      'run-command: must be a list of strings, or a string with one argument a line',
      2,
      18,
    ],
    [task('run-command: [sleep, 5]'), 'run-command[1]: must be a string (in quotes), but is a number', 2, 26],
    [task('run-command: [[a]]'), 'run-command[0]: must be a string, but is a list', 2, 19],
    [task('environment-variables: [A=b]'), 'must be a map of keys and values, but is a list', 2, 28],
    [task('environment-variables: {A: }'), 'environment-variables.A: has no value; write "" for an empty one', 2, 32],
    [task('environment-variables: {A: [b]}'), 'environment-variables.A: must be a string, but is a list', 2, 32],
    [task('environment-variables: {A: b, A: c}'), 'environment-variables.A: is there twice', 2, 35],
    [task('environment-variables: {"A B": c}'), 'is not the name of a variable: write NAME or container.NAME', 2, 36],
    [task('environment-variables: {"${A}": c}'), 'is not the name of a variable', 2, 37],
    [
      task('timeout: soon'),
      'before-promote[0].timeout: is not a duration; use seconds (15) or a number with s, m or h, such as 90s, 5m or 1h',
      2,
      14,
    ],
    [task('timeout: 0'), 'must be more than 0 and at most 24h', 2, 14],
    [task('timeout: 25h'), 'must be more than 0 and at most 24h', 2, 14],
    [task('run-command: ["${UNSET}"]'), 'run-command[0]: ${UNSET} is not set in the environment', 2, 19],
    [task('run-command: ["${A-B}"]'), '${A-B} is not a variable name', 2, 19],
    [task('run-command: ["${GITHUB_TOKEN}"]'), '${GITHUB_TOKEN} is a credential of the job', 2, 19],
    [task('run-command: ["${A"]'), '${A has no closing }', 2, 19],
    [
      task('container: wbe'),
      'before-promote[0].container: wbe is not a container of the task definition; did you mean web?',
      2,
      16,
    ],
    [task('container: "a b"'), 'is not a valid name; use 1 to 255', 2, 16],
    [task('environment-variables: {wbe.A: b}'), '`wbe.A` is for container `wbe`, which does not exist', 2, 5],
    [`${task('name: a')}  - name: a\n`, 'before-promote[1].name: is the name of before-promote[0] already', 3, 5],
  ])('explains what is wrong with %j', async (text, what, line, column) => {
    const { problems, said, context } = await reading(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(what);
    expect(problems[0]?.at).toEqual({ file: 'deploy/rollout.yml', line, column });
    expect(context.rollout === undefined || said[0]?.includes('container')).toBe(true);
  });

  it('reports every problem in this file and in the others', async () => {
    const { said } = await read({
      task: { ...smallTask, famly: 'x' },
      rollout: `a: 1\n${task('timeout: soon', 'nme: b')}`,
    });
    expect(said).toHaveLength(4);
  });

  it('requires a container if there are several essential ones, and refuses names of secrets', async () => {
    const { said } = await reading(task('name: a'), {}, twoContainers);
    expect(said).toEqual([
      'deploy/rollout.yml: before-promote[0].container: is missing; set it, because the task has several essential containers (web, proxy)',
    ]);
    const secret = await reading(task('container: web', 'environment-variables: {TOKEN: b}'), {}, twoContainers);
    expect(secret.said.join()).toContain('`TOKEN` is a secret of container web');
  });

  it('accepts YAML anchors, but limits their expansion', async () => {
    const shared = 'before-promote:\n  - environment-variables: &shared {A: b}\n  - environment-variables: *shared\n';
    expect((await reading(shared)).context.rollout?.beforePromote[1]?.environment).toEqual([{ name: 'A', value: 'b' }]);
    const own = await reading('before-promote: &a\n  - *a\n');
    expect(own.said.join()).toContain('must be a map of keys and values, but is a list');
  });

  it('reports a rollout.yaml, and is not read by other commands', async () => {
    const root = await workspace({ 'deploy/rollout.yaml': 'a: 1', 'other/rollout.yml': 'a: 1' });
    const options = {
      workspace: root,
      environment: {},
      needs: { service: false, taskDefinition: false, rollout: true },
    };
    const named = await readDeployContext({ ...options, directory: 'deploy' });
    expect(named.problems.map(formatProblem)).toEqual(['deploy/rollout.yaml: is not read; rename it to rollout.yml']);
    const needs = { service: false, taskDefinition: false };
    expect((await readDeployContext({ ...options, needs, directory: 'other' })).problems).toEqual([]);
    expect(join(root, 'deploy')).toContain('deploy');
  });
});
