import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { inputDefaults, inputNames } from '../../src/request/input-table.ts';
import { readInputs } from '../../src/request/inputs.ts';

const enough = { region: 'us-west-2', 'deploy-context': 'deploy/production' };

/** The environment of a step with these inputs, as the runner makes it. */
function given(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = inputNames.map((name) => [name, inputDefaults[name] ?? ''] as const);
  const all = { ...Object.fromEntries(defaults), ...inputs };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

const read = (inputs: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) =>
  readInputs({ ...given({ ...enough, ...inputs }), ...more });
const problems = (inputs: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) =>
  read(inputs, more).problems.map(formatProblem);

describe('inputs', () => {
  it('are complete with only a region and a deploy context', () => {
    expect(read({})).toEqual({
      problems: [],
      hints: [],
      origins: {},
      inputs: {
        command: 'rollout',
        strategy: undefined,
        steps: undefined,
        guardRole: undefined,
        onSplit: 'fail',
        dryRun: false,
        failOn: 'never',
        region: 'us-west-2',
        deployContext: 'deploy/production',
        cluster: undefined,
        service: undefined,
        taskDefinitionArn: undefined,
        roleToAssume: undefined,
        roleSessionName: undefined,
        roleExternalId: undefined,
        canaryInstanceArn: undefined,
        updateService: false,
        idleDuration: 15 * second,
        bakeDuration: 0,
        taskRunningTimeout: 15 * minute,
        taskHealthCheckTimeout: 15 * minute,
        targetHealthyTimeout: 15 * minute,
        taskStoppedTimeout: 15 * minute,
        serviceStableTimeout: 15 * minute,
        rollbackOnFailure: true,
        alarms: [],
        onConflict: 'fail',
        image: [],
        imageTag: undefined,
        imageTagEnv: undefined,
        baseRevision: undefined,
        environmentVariables: [],
        maxRevisions: undefined,
        desiredCount: undefined,
        minimumHealthyPercent: undefined,
        maximumPercent: undefined,
        forceNewDeployment: false,
        wait: true,
        keep: false,
        shareTargetGroups: false,
        container: undefined,
        runCommand: undefined,
        launchType: undefined,
        capacityProviderStrategy: undefined,
        networkConfiguration: undefined,
        platformVersion: undefined,
        toRevision: undefined,
        confirm: undefined,
        deregisterRevisions: false,
        githubToken: undefined,
        createDeployment: undefined,
        environment: undefined,
        environmentUrl: undefined,
        githubRef: undefined,
        githubRepository: undefined,
        comment: 'auto',
        cageOptions: undefined,
        summary: true,
      },
    });
  });

  it('have their defaults outside GitHub too', () => {
    expect(readInputs({ INPUT_REGION: 'us-west-2', 'INPUT_DEPLOY-CONTEXT': 'deploy/production' })).toEqual(read({}));
  });

  it('are trimmed, and absent if empty', () => {
    const { inputs } = read({ cluster: '  ', service: ' web\n', 'idle-duration': ' ' });
    expect(inputs).toMatchObject({ cluster: undefined, service: 'web', idleDuration: 15 * second });
  });

  it('report all problems together, each with its value and what is allowed', () => {
    const all = problems({
      strategy: 'canary',
      'dry-run': 'yes',
      region: 'us-west-2a',
      'task-definition-arn': 'web',
      'canary-instance-arn': 'worker-1',
      'bake-duration': '5 minutes',
      'task-running-timeout': '0',
      'service-stable-timeout': '25h',
      'on-conflict': 'takeover',
    });
    expect(all).toEqual([
      expect.stringMatching(/^strategy: `canary` .*did you mean canary-task\?/),
      expect.stringMatching(/^dry-run: `yes` is not a boolean; use true or false/),
      expect.stringMatching(/^region: `us-west-2a` .*did you mean us-west-2\?/),
      expect.stringMatching(/^task-definition-arn: `web` .*family:revision/),
      expect.stringMatching(/^canary-instance-arn: `worker-1` .*i-…/),
      expect.stringMatching(
        /^bake-duration: `5 minutes` is not a duration; use seconds \(15\) or a number with s, m or h, such as 90s, 5m or 1h/,
      ),
      expect.stringMatching(/^task-running-timeout: `0` must be more than 0 and at most 24h/),
      expect.stringMatching(/^service-stable-timeout: `25h` must be more than 0 and at most 24h/),
      expect.stringMatching(
        /^on-conflict: `takeover` .*did you mean take-over\? \(choose one of fail, wait, take-over\)/,
      ),
    ]);
  });

  it.each(['true', 'True', 'TRUE'])('accept %s as true', (text) => {
    expect(read({ 'dry-run': text })).toMatchObject({ problems: [], inputs: { dryRun: true } });
  });

  it.each(['False', 'FALSE'])('accept %s as false', (text) => {
    expect(read({ 'rollback-on-failure': text })).toMatchObject({ problems: [], inputs: { rollbackOnFailure: false } });
  });

  it.each(['yes', 'on', '1', 'tRUE', 'n'])('refuse %s as a boolean', (text) => {
    expect(problems({ summary: text })).toHaveLength(1);
  });

  it.each(['us-west-2', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-5', 'us-isob-east-1', 'eusc-de-east-1'])(
    'know %s for a region',
    (region) => {
      expect(read({ region })).toMatchObject({ problems: [], inputs: { region } });
    },
  );

  it.each(['us_west_2', 'Oregon', 'us-west', 'us-west-2.evil.example'])('refuse %s as a region', (region) => {
    expect(problems({ region })).toHaveLength(1);
  });

  it.each(['web:7', 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:7'])('accept %s as a revision', (name) => {
    expect(problems({ 'task-definition-arn': name })).toEqual([]);
  });

  it.each(['web:0', 'web:latest', 'arn:aws:ecs:us-west-2:123456789012:task-definition/web'])(
    'do not take %s for a revision',
    (name) => {
      expect(problems({ 'task-definition-arn': name })).toHaveLength(1);
    },
  );

  it.each([
    'i-0123456789abcdef0',
    '0123456789abcdef0123456789abcdef',
    '01234567-89ab-cdef-0123-456789abcdef',
    'arn:aws:ecs:us-west-2:123456789012:container-instance/prod/0123456789abcdef0123456789abcdef',
  ])('accept %s as an instance', (instance) => {
    expect(problems({ 'canary-instance-arn': instance })).toEqual([]);
  });

  it.each([
    ['role-to-assume', 'arn:aws:iam::123456789012:user/me'],
    ['role-to-assume', 'arn:aws:iam::1234:role/deployer'],
    ['role-session-name', 'a b'],
    ['role-session-name', 'x'],
    ['role-session-name', 'x'.repeat(65)],
    ['role-external-id', 'ä'],
  ])('refuse a %s that IAM would refuse: %s', (name, value) => {
    const role = { 'role-to-assume': 'arn:aws:iam::123456789012:role/deployer' };
    expect(problems({ ...role, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: .* is not `))]);
  });

  it('accept alarms one per line and ignore blank lines', () => {
    expect(read({ alarms: '\n web-5xx \n\n  web latency, p99\n' }).inputs.alarms).toEqual([
      'web-5xx',
      'web latency, p99',
    ]);
  });

  it('refuse a duplicate alarm', () => {
    expect(problems({ alarms: 'a\nb\na' })).toEqual([expect.stringMatching(/^alarms: `a` .*more than once/)]);
  });

  it('report a bad command without problems that depend on the command', () => {
    expect(problems({ command: 'rehears', 'deploy-context': '', 'on-conflict': 'wait' })).toEqual([
      expect.stringMatching(/^command: `rehears` .*did you mean rehearse\?/),
    ]);
  });
});

describe('the region', () => {
  it('comes from AWS_REGION before AWS_DEFAULT_REGION', () => {
    const both = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' };
    expect(read({ region: '' }, both).inputs.region).toBe('eu-west-1');
    expect(read({ region: '' }, { AWS_DEFAULT_REGION: 'eu-west-2' }).inputs.region).toBe('eu-west-2');
    expect(read({}, both).inputs.region).toBe('us-west-2');
  });

  it('is required for a rollout', () => {
    expect(problems({ region: '' })).toEqual([expect.stringMatching(/^region: is missing.*AWS_REGION/)]);
  });

  it('is reported by its variable', () => {
    expect(problems({ region: '' }, { AWS_REGION: 'Ireland' })).toEqual([
      expect.stringMatching(/^region \(from AWS_REGION\): `Ireland` is not an AWS region/),
    ]);
  });

  it('is optional for a rehearsal', () => {
    expect(read({ command: 'rehearse', region: '' })).toMatchObject({ problems: [], inputs: { region: 'us-west-2' } });
    expect(read({ command: 'rehearse', region: '' }, { AWS_REGION: 'eu-west-1' }).inputs.region).toBe('eu-west-1');
  });

  it('must match the given ARNs', () => {
    const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
    expect(problems({ 'task-definition-arn': arn })).toEqual([
      expect.stringMatching(/^task-definition-arn: .*is in region eu-west-1, but `region` is us-west-2/),
    ]);
  });
});

describe('contradictions', () => {
  const named = { cluster: 'prod', service: 'web', 'task-definition-arn': 'web:7' };

  it('are not found without a deploy context if everything is named', () => {
    expect(problems({ 'deploy-context': '', ...named })).toEqual([]);
  });

  it('are one problem with both alternatives if nothing is named', () => {
    const [problem, ...others] = problems({ 'deploy-context': '' });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /either `deploy-context` .* or `cluster` and `service` with one of `image`,.*`task-definition-arn`/,
    );
  });

  it.each(Object.keys(named))('report that %s is missing if only it is', (name) => {
    expect(problems({ 'deploy-context': '', ...named, [name]: '' })).toEqual([
      expect.stringMatching(
        new RegExp(`without deploy-context, ${name === 'task-definition-arn' ? 'what to deploy' : name} is missing`),
      ),
    ]);
  });

  it('include update-service without a service.json', () => {
    expect(problems({ 'deploy-context': '', ...named, 'update-service': 'true' })).toEqual([
      expect.stringMatching(/^update-service: .*deploy-context/),
    ]);
  });

  it('include a session name and an external ID without a role, but not with an invalid role', () => {
    const more = { 'role-session-name': 'deploy', 'role-external-id': 'a:b' };
    expect(problems(more)).toEqual([
      expect.stringMatching(/^role-session-name: requires `role-to-assume`; set both or neither/),
      expect.stringMatching(/^role-external-id: requires `role-to-assume`; set both or neither/),
    ]);
    expect(problems({ ...more, 'role-to-assume': 'deployer' })).toEqual([
      expect.stringMatching(/^role-to-assume: `deployer` is not the ARN of a role/),
    ]);
    expect(problems({ ...more, 'role-to-assume': 'arn:aws:iam::123456789012:role/deployer' })).toEqual([]);
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-west-1', 'aws'],
  ])('allow a role in %s only if it is in partition %s', (region, partition) => {
    const role = (name: string) => ({ region, 'role-to-assume': `arn:${name}:iam::123456789012:role/ci/deployer` });
    expect(problems(role(partition))).toEqual([]);
    expect(problems(role('aws-iso-e'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^role-to-assume: .* is in partition aws-iso-e, .* is in ${partition}; use a role of the same partition`,
        ),
      ),
    ]);
  });

  it('do not include an idle duration that exceeds a timeout', () => {
    expect(problems({ 'idle-duration': '1h', 'task-running-timeout': '5m' })).toEqual([]);
  });
});

describe('a rehearsal', () => {
  const rehearse = { command: 'rehearse' };

  it.each([
    ['dry-run', 'true'],
    ['task-definition-arn', 'web:7'],
    ['canary-instance-arn', 'i-0123456789abcdef0'],
    ['role-to-assume', 'arn:aws:iam::123456789012:role/deployer'],
    ['role-session-name', 'deploy'],
    ['on-conflict', 'wait'],
  ])('does not support %s', (name, value) => {
    expect(problems({ ...rehearse, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: is not supported by command rehearse`)),
    ]);
  });

  it('accepts an unsupported input with its default value, in any spelling', () => {
    expect(problems({ ...rehearse, 'dry-run': 'False', 'on-conflict': 'fail' })).toEqual([]);
  });

  it('needs a deploy context', () => {
    expect(problems({ ...rehearse, 'deploy-context': '' })).toEqual([
      expect.stringMatching(/^deploy-context: is missing/),
    ]);
  });
});

describe('an input that is not ours', () => {
  it('is an error if it resembles one of ours', () => {
    expect(problems({ 'idle-duratoin': '20s' })).toEqual([
      'idle-duratoin: is not an input of this action; did you mean `idle-duration`?',
    ]);
    expect(problems({ dry_run: 'true' })).toEqual([expect.stringMatching(/did you mean `dry-run`\?/)]);
  });

  it('is ignored if it does not resemble one of ours', () => {
    expect(problems({ 'node-version': '24', registry: 'https://example.org' })).toEqual([]);
  });
});
