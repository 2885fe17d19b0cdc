import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { readRequest } from '../../src/request/build-request.ts';
import { inputDefaults, inputNames } from '../../src/request/input-table.ts';
import { readInputs } from '../../src/request/inputs.ts';
import { workspace } from '../deploy-context/workspace.ts';

const enough = { region: 'us-west-2', 'deploy-context': 'deploy/production' };
type Texts = Readonly<Record<string, string>>;

/** What a step reads whose other inputs have the defaults that the runner fills in. */
function read(inputs: Texts, variables: Texts = {}) {
  const defaults = inputNames.map((name) => [name, inputDefaults[name] ?? ''] as const);
  const all = Object.entries({ ...Object.fromEntries(defaults), ...enough, ...inputs });
  return readInputs({
    ...Object.fromEntries(all.map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
    ...variables,
  });
}

const flags = (text: string, inputs: Texts = {}) => read({ 'cage-options': text, ...inputs });
const problems = (text: string, inputs: Texts = {}) => flags(text, inputs).problems.map(formatProblem);

/** Flag, variable, what it says, and what that is here. */
const settings = [
  ['region', 'CAGE_REGION', 'eu-west-1', { region: 'eu-west-1' }],
  ['cluster', 'CAGE_CLUSTER', 'production', { cluster: 'production' }],
  ['service', 'CAGE_SERVICE', 'web', { service: 'web' }],
  ['taskDefinitionArn', 'CAGE_TASK_DEFINITION_ARN', 'web:7', { taskDefinitionArn: 'web:7' }],
  [
    'canaryInstanceArn',
    'CAGE_CANARY_INSTANCE_ARN',
    'i-0123456789abcdef0',
    { canaryInstanceArn: 'i-0123456789abcdef0' },
  ],
  ['canaryTaskIdleDuration', 'CAGE_CANARY_TASK_IDLE_DURATION', '60', { idleDuration: minute }],
  ['updateService', 'CAGE_UPDATE_SERVIEC', 'true', { updateService: true }],
  ['taskRunningTimeout', 'CAGE_TASK_RUNNING_TIMEOUT', '61', { taskRunningTimeout: 61 * second }],
  ['taskHealthCheckTimeout', 'CAGE_TASK_HEALTH_CHECK_TIMEOUT', '62', { taskHealthCheckTimeout: 62 * second }],
  ['targetHealthCheckTimeout', 'CAGE_TARGET_HEALTH_CHECK_TIMEOUT', '63', { targetHealthyTimeout: 63 * second }],
  ['taskStoppedTimeout', 'CAGE_TASK_STOPPED_TIMEOUT', '64', { taskStoppedTimeout: 64 * second }],
  ['serviceStableTimeout', 'CAGE_SERVICE_STABLE_TIMEOUT', '65', { serviceStableTimeout: 65 * second }],
] as const;

const kebab = (flag: string): string => flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe('a flag of canarycage', () => {
  it.each(settings)('--%s is mapped to our input, in any spelling', (flag, _, value, meant) => {
    const ways = [`--${flag} ${value}`, `--${flag}=${value}`, `-${flag} "${value}"`, `--${kebab(flag)}='${value}'`];
    for (const way of ways) {
      expect(flags(way, { region: '' }).problems.filter(({ where }) => where !== 'region')).toEqual([]);
      expect(flags(way, { region: '' }).inputs).toMatchObject(meant);
    }
  });

  it('is accepted with others: one or more per line, values on separate lines, and comments', () => {
    const text = `
      # the worker is slow to start
      --canaryTaskIdleDuration 90   --taskRunningTimeout=120
      --updateService   #also its network
      --cluster
      "production"
    `;
    expect(flags(text)).toMatchObject({
      problems: [],
      inputs: { idleDuration: 90 * second, taskRunningTimeout: 2 * minute, updateService: true, cluster: 'production' },
    });
  });

  it.each([
    ['--updateService', true],
    ['--updateService --cluster production', true],
    ['--updateService=false', false],
    ['--updateService false', false],
  ])('is a switch: %s', (text, updateService) => {
    expect(flags(text)).toMatchObject({ problems: [], inputs: { updateService } });
  });

  it('is absent if an expression left its value empty', () => {
    expect(flags('--taskDefinitionArn "" --cluster=')).toMatchObject({
      problems: [],
      origins: {},
      inputs: { taskDefinitionArn: undefined, cluster: undefined },
    });
  });

  it.each(['--ci', '--no-color', '--ci=true'])('is ignored if it only affects output: %s', (text) => {
    expect(flags(text)).toMatchObject({ problems: [], origins: {} });
  });

  it('is validated like our input, and reported by its own name', () => {
    expect(problems('--canaryTaskIdleDuration soon\n--taskRunningTimeout 0')).toEqual([
      expect.stringMatching(/^cage-options: --canaryTaskIdleDuration: `soon` is not a duration/),
      expect.stringMatching(/^cage-options: --taskRunningTimeout: `0` must be more than 0/),
    ]);
    expect(problems('--cluster arn:aws:ecs:eu-west-1:123456789012:cluster/web')).toEqual([
      expect.stringMatching(/^cage-options: --cluster: .* is in region eu-west-1, but `region` is us-west-2/),
    ]);
  });

  it('is an error if our input would be', () => {
    expect(problems('--canaryInstanceArn i-0123456789abcdef0', { command: 'rehearse' })).toEqual([
      expect.stringMatching(/^cage-options: --canaryInstanceArn: is not supported by command rehearse/),
    ]);
  });

  it.each([
    ['--canaryTaskIdelDuration 60', 'canaryTaskIdelDuration', 'canaryTaskIdleDuration'],
    ['--task-definition-ARN web:7', 'task-definition-ARN', 'taskDefinitionArn'],
    ['--idle-duration=60', 'idle-duration', 'canaryTaskIdleDuration'],
  ])('that is unknown gets a suggestion: %s', (text, typed, meant) => {
    expect(problems(text)).toEqual([
      expect.stringMatching(
        new RegExp(`^cage-options: --${typed}: is not known; did you mean --${meant}\\? \\(supported: --region, `),
      ),
    ]);
  });

  it('that is unknown consumes its value, and hides no other problem', () => {
    expect(problems('--foo bar --cluster --service "a b" stray')).toEqual([
      expect.stringMatching(/^cage-options: --service: `a b` is not a valid name/),
      expect.stringMatching(/^cage-options: `stray` is neither a flag nor the value of a flag/),
      expect.stringMatching(/^cage-options: --foo: is not known \(supported: .*--serviceStableTimeout\)$/),
      'cage-options: --cluster: has no value; add one',
    ]);
  });

  it.each([
    ['--dryRun', /use the input `dry-run: true`/],
    ['--skipCanary', /`strategy: rolling`/],
    ['--json', /is a flag of `cage audit`/],
    ['-h', /deploys nothing/],
  ])('%s of another command or version gets advice', (text, instead) => {
    expect(problems(text)).toEqual([expect.stringMatching(instead)]);
  });

  it('must have closed quotes', () => {
    expect(problems('--cluster "production\n--service web')).toEqual([
      'cage-options: `--cluster "production` has a quote that is not closed',
    ]);
  });
});

describe('a value set twice', () => {
  it('in different spellings is accepted', () => {
    expect(flags('--canaryTaskIdleDuration 90', { 'idle-duration': '90s' })).toMatchObject({ problems: [] });
    expect(problems('--cluster a --cluster a')).toEqual([]);
  });

  it('differently by a flag and an input is an error', () => {
    expect(problems('--canaryTaskIdleDuration 60 --region eu-west-1', { 'idle-duration': '90s' })).toEqual([
      expect.stringMatching(
        /^cage-options: --region: is `eu-west-1`, but the input `region` is `us-west-2`; set only one/,
      ),
      expect.stringMatching(/^cage-options: --canaryTaskIdleDuration: is `60`, but the input `idle-duration` is `90s`/),
    ]);
  });

  it('differently by two flags is an error', () => {
    expect(problems('--cluster a --cluster b')).toEqual([
      'cage-options: --cluster: is `b`, but was set before to `a`; set only one',
    ]);
  });

  it('by a flag and a default input is accepted', () => {
    expect(flags('--canaryTaskIdleDuration 60', { 'idle-duration': '15s' })).toMatchObject({
      problems: [],
      inputs: { idleDuration: minute },
    });
  });
});

describe('a CAGE_… variable', () => {
  it.each(settings)('for --%s is %s, if nothing else sets it', (_, variable, value, meant) => {
    const { inputs, origins, problems } = read({ region: '' }, { AWS_REGION: 'us-west-2', [variable]: value });
    expect(problems).toEqual([]);
    expect(inputs).toMatchObject(meant);
    expect(Object.values(origins)).toEqual([expect.stringContaining(`(from ${variable})`)]);
  });

  it('is overridden by an input and by a flag', () => {
    const variables = { CAGE_CLUSTER: 'a', CAGE_SERVICE: 'a', CAGE_REGION: 'eu-west-1' };
    expect(read({ cluster: 'b', 'cage-options': '--service c' }, variables)).toMatchObject({
      problems: [],
      origins: { service: 'cage-options: --service' },
      inputs: { region: 'us-west-2', cluster: 'b', service: 'c' },
    });
  });

  it('takes precedence over AWS_REGION', () => {
    const { inputs } = read({ region: '' }, { CAGE_REGION: 'eu-west-1', AWS_REGION: 'us-west-2' });
    expect(inputs.region).toBe('eu-west-1');
  });

  it('is reported by its name if it is invalid', () => {
    expect(read({}, { CAGE_TASK_RUNNING_TIMEOUT: 'long' }).problems.map(formatProblem)).toEqual([
      expect.stringMatching(/^task-running-timeout \(from CAGE_TASK_RUNNING_TIMEOUT\): `long` is not a duration/),
    ]);
  });

  it('is ignored if the command does not support it, or if it is empty or unknown', () => {
    const variables = { CAGE_CANARY_TASK_IDLE_DURATION: 'soon', CAGE_CANARY_INSTANCE_ARN: 'x' };
    expect(read({ command: 'sweep' }, variables).problems).toEqual([]);
    expect(read({}, { CAGE_CLUSTER: ' ', CAGE_VERSION: '5', CAGE_UPDATE_SERVICE: 'yes' })).toEqual(read({}));
  });
});

describe('an input of an earlier version of actions-deploy-cage', () => {
  it('is accepted, and the runner warns about it', () => {
    expect(read({ 'canary-task-idle-duration': '60' })).toMatchObject({
      problems: [],
      inputs: { idleDuration: minute },
    });
    expect(read({ 'cage-version': '3.2.1' })).toEqual(read({}));
  });

  it('must not contradict a flag', () => {
    const { problems } = flags('--canaryTaskIdleDuration 90', { 'canary-task-idle-duration': '60' });
    expect(problems.map(formatProblem)).toEqual([
      'canary-task-idle-duration: is `60`, but `cage-options: --canaryTaskIdleDuration` is `90`; set only one',
    ]);
  });
});

describe('canarycage’s cluster and service', () => {
  /** What is asked with a service.json for web in production. */
  async function ask(variables: Texts) {
    const service = JSON.stringify({ cluster: 'production', serviceName: 'web' });
    const files = { 'service.json': service, 'task-definition.json': '{"family": "${FAMILY}"}' };
    const step = { 'INPUT_DEPLOY-CONTEXT': '.', INPUT_REGION: 'us-west-2', 'INPUT_TASK-DEFINITION-ARN': 'web:7' };
    const { request } = await readRequest({ ...step, GITHUB_WORKSPACE: await workspace(files), ...variables }, 'token');
    return request.place;
  }

  it.each([
    [{ 'INPUT_CAGE-OPTIONS': '--cluster staging --service web' }, 'cage-options: --cluster: is not the cluster in'],
    [{ CAGE_SERVICE: 'worker' }, 'service (from CAGE_SERVICE): is not the serviceName in'],
  ])('must match service.json, which canarycage uses: %j', async (variables, said) => {
    await expect(ask(variables)).rejects.toThrow(`${said} ./service.json, which canarycage uses; the input`);
  });

  it('may match service.json, and an input takes precedence over the file', async () => {
    const arn = 'arn:aws:ecs:us-west-2:123456789012:cluster/production';
    expect(await ask({ CAGE_SERVICE: 'web', 'INPUT_CAGE-OPTIONS': `--cluster ${arn}` })).toMatchObject({
      service: 'web',
    });
    expect(await ask({ CAGE_SERVICE: 'web', INPUT_SERVICE: 'worker' })).toMatchObject({ service: 'worker' });
  });
});
