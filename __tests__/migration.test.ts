import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAction } from '../.github/scripts/docs.ts';
import { minute } from '../src/model/duration.ts';
import { formatProblem } from '../src/model/problem.ts';
import { type Inputs, inputNames } from '../src/request/input-table.ts';
import { readInputs } from '../src/request/inputs.ts';
import { lint } from './actionlint.ts';
import {
  asWorkflow,
  blocksIn,
  brokenLinks,
  codesIn,
  environmentOf,
  isOurs,
  job,
  type Step,
  stepsOf,
  tablesIn,
} from './markdown.ts';

const root = join(import.meta.dirname, '..');
const docs = join(root, 'docs', 'migration');
const action = readAction(join(root, 'action.yml'));
const read = (path: string): string => readFileSync(path, 'utf8');

/** Inputs that are on the pages and not yet in action.yml. */
const coming: readonly string[] = [];
/** The same for outputs. */
const comingOutputs: readonly string[] = [];
const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com/web';
const web = { region: 'us-west-2', cluster: 'production', service: 'web' } as const;
const network = '{"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d4e5f60718"]}}';

/** What a step asks for beside the defaults, by page and name of the step. */
const asked: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'from-actions-deploy-cage.md': {
    'Deploy web with cage': {
      region: 'us-west-2',
      deployContext: 'deploy/production',
      cageOptions: '--canaryTaskIdleDuration 60 --updateService',
      idleDuration: minute,
      updateService: true,
      createDeployment: true,
      environment: 'production',
      githubRepository: 'octo-org/web',
      githubToken: 'token',
      githubRef: 'sha',
    },
    'Deploy web': {
      region: 'us-west-2',
      deployContext: 'deploy/production',
      idleDuration: minute,
      updateService: true,
      createDeployment: true,
      environment: 'production',
    },
  },
  'from-ecs-deploy.md': {
    'New image': {
      ...web,
      roleToAssume: 'arn:aws:iam::123456789012:role/deploy-web',
      strategy: 'rolling',
      image: [{ image: `${registry}:sha` }],
      desiredCount: 4,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      serviceStableTimeout: 10 * minute,
      maxRevisions: 10,
    },
    'New tag': { ...web, strategy: 'rolling', imageTag: '1.4.2', baseRevision: 'latest' },
    'Tag from a variable': {
      ...web,
      strategy: 'rolling',
      image: [{ image: registry }],
      imageTagEnv: 'CI_TIMESTAMP',
      wait: false,
    },
    Again: { ...web, strategy: 'rolling', forceNewDeployment: true },
    Migrate: {
      command: 'run',
      region: 'us-west-2',
      cluster: 'production',
      taskDefinitionArn: 'migrate:12',
      launchType: 'FARGATE',
      networkConfiguration: network,
    },
    Register: {
      command: 'register',
      region: 'us-west-2',
      baseRevision: 'migrate',
      image: [{ image: `${registry}:sha` }],
    },
  },
  'from-aws-actions.md': {
    'Deploy web': {
      ...web,
      taskDefinition: 'deploy/task-definition.json',
      image: [{ container: 'web', image: `${registry}:sha` }],
      environmentVariables: [
        { container: 'web', name: 'LOG_LEVEL', value: 'info' },
        { container: 'web', name: 'RELEASE', value: 'ref_name' },
      ],
      desiredCount: 4,
      serviceStableTimeout: 10 * minute,
    },
    Migrate: {
      ...web,
      command: 'run',
      taskDefinition: 'deploy/task-definition.json',
      image: [{ container: 'web', image: `${registry}:sha` }],
      container: 'web',
      runCommand: ['bin/migrate', '--all'],
      launchType: 'FARGATE',
      networkConfiguration:
        '{"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d4e5f60718"], "securityGroups": ["sg-0a1b2c3d4e5f60718"]}}',
    },
    Register: {
      command: 'register',
      region: 'us-west-2',
      taskDefinition: 'deploy/task-definition.json',
      image: [{ container: 'web', image: `${registry}:sha` }],
    },
  },
  'from-aws-cli.md': {
    'Deploy web': { ...web, deployContext: 'deploy', desiredCount: 4 },
    Again: { ...web, forceNewDeployment: true },
    'Another revision, without waiting': {
      ...web,
      strategy: 'rolling',
      taskDefinitionArn: 'web:42',
      minimumHealthyPercent: 50,
      maximumPercent: 200,
      wait: false,
    },
    Migrate: {
      command: 'run',
      region: 'us-west-2',
      cluster: 'production',
      taskDefinitionArn: 'migrate:12',
      container: 'migrate',
      runCommand: ['bin/migrate', '--all'],
      launchType: 'FARGATE',
      networkConfiguration: network,
    },
  },
};

/** Every flag and input of the other tools, by the page and the first heading of the table that must have it. */
const theirs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'from-actions-deploy-cage.md': {
    'actions-deploy-cage': `deploy-context region create-deployment cage-options environment github-ref github-repository
      github-token update-service canary-task-idle-duration cage-version`,
    flag: `--region --cluster --service --taskDefinitionArn --canaryInstanceArn --canaryTaskIdleDuration --updateService
      --taskRunningTimeout --taskHealthCheckTimeout --targetHealthCheckTimeout --taskStoppedTimeout --serviceStableTimeout
      --ci --no-color`,
    variable: `CAGE_REGION CAGE_CLUSTER CAGE_SERVICE CAGE_TASK_DEFINITION_ARN CAGE_CANARY_INSTANCE_ARN
      CAGE_CANARY_TASK_IDLE_DURATION CAGE_UPDATE_SERVIEC CAGE_TASK_RUNNING_TIMEOUT CAGE_TASK_HEALTH_CHECK_TIMEOUT
      CAGE_TARGET_HEALTH_CHECK_TIMEOUT CAGE_TASK_STOPPED_TIMEOUT CAGE_SERVICE_STABLE_TIMEOUT`,
  },
  'from-ecs-deploy.md': {
    flag: `-n --service-name -d --task-definition -c --cluster -i --image -k --aws-access-key -s --aws-secret-key -r --region
      -p --profile --aws-instance-profile -a --aws-assume-role -D --desired-count -m --min -M --max -t --timeout
      -e --tag-env-var -to --tag-only --max-definitions --task-definition-file --enable-rollback --use-latest-task-def
      --force-new-deployment --skip-deployments-check --run-task --wait-for-success --launch-type --platform-version
      --network-configuration --copy-task-definition-tags -v --verbose --version`,
    'exit code': '0 1 3 4 5 6 7 8 9 10 11 12 13 255',
  },
  'from-aws-actions.md': {
    input: `task-definition service cluster desired-count wait-for-service-stability wait-for-minutes
      wait-max-delay-seconds force-new-deployment max-retries enable-ecs-managed-tags propagate-tags keep-null-value-keys
      service-managed-ebs-volume-name service-managed-ebs-volume run-task run-task-container-overrides
      run-task-security-groups run-task-subnets run-task-assign-public-IP run-task-capacity-provider-strategy
      run-task-launch-type run-task-started-by run-task-tags run-task-managed-ebs-volume-name run-task-managed-ebs-volume
      wait-for-task-stopped codedeploy-appspec codedeploy-application codedeploy-deployment-group
      codedeploy-deployment-description codedeploy-deployment-config
      task-definition-arn task-definition-family task-definition-revision container-name image environment-variables
      log-configuration-log-driver log-configuration-options docker-labels command task-role-arn execution-role-arn
      env-files secrets`,
    output: 'task-definition-arn run-task-arn codedeploy-deployment-id task-definition',
  },
  'from-aws-cli.md': {
    option: `--cluster --service --desired-count --task-definition --capacity-provider-strategy --deployment-configuration
      --availability-zone-rebalancing --network-configuration --placement-constraints --placement-strategy
      --platform-version --force-new-deployment --health-check-grace-period-seconds --deployment-controller
      --enable-execute-command --enable-ecs-managed-tags --load-balancers --propagate-tags --service-registries
      --service-connect-configuration --volume-configurations --vpc-lattice-configurations
      --count --group --launch-type --overrides --reference-id --started-by --tags --client-token`,
    waiter: 'services-stable services-inactive tasks-running tasks-stopped',
  },
};

const inputs: readonly string[] = [...inputNames, ...coming];
const outputs = [...Object.keys(action.outputs), ...comingOutputs, ...codesIn(action.outputs.outcome?.description)];

const pages = readdirSync(docs).filter((name) => name.startsWith('from-'));

it('there is a page for every tool, and something is expected of each', () => {
  expect(pages.toSorted()).toEqual(Object.keys(asked).toSorted());
  expect(pages.toSorted()).toEqual(Object.keys(theirs).toSorted());
});

it('nothing is waited for any more that is there', () => {
  expect(coming.filter((name) => name in action.inputs)).toEqual([]);
  expect(comingOutputs.filter((name) => name in action.outputs)).toEqual([]);
});

describe.each(pages)('%s', (name) => {
  const path = join(docs, name);
  const page = read(path);
  const workflows = blocksIn(page, 'yaml').map(asWorkflow);
  const steps = workflows.flatMap(stepsOf);
  const tables = tablesIn(page);

  it('has workflows in which actionlint finds nothing', async () => {
    expect(workflows.length).toBeGreaterThan(1);
    for (const workflow of workflows) expect(await lint(workflow, 'page.md')).toEqual([]);
  });

  it('has steps that ask for what is expected of them, and nothing else', () => {
    const readable = steps.filter((step) => isOurs(step) || step.uses?.startsWith('loilo-inc/actions-deploy-cage@'));
    expect(readable.map((step) => step.name)).toEqual(Object.keys(asked[name] ?? {}));
    for (const step of readable) {
      const { inputs, problems } = readInputs(environmentOf(step));
      expect(problems.map(formatProblem)).toEqual([]);
      expect(inputs).toEqual({ ...readInputs(job).inputs, ...known(asked[name]?.[step.name ?? ''] ?? {}) });
    }
  });

  it('names no input and no output that there is not', () => {
    const given = steps.filter(isOurs).flatMap((step: Step) => Object.keys(step.with ?? {}));
    expect(given.filter((input) => !inputs.includes(input))).toEqual([]);
    // Beside names there are values, files, fields and variables; a table without a first heading compares.
    const named = tables.filter(({ head }) => head[0] !== '');
    const told = named.flatMap(({ head, rows }) => rows.flatMap((row) => codesIn(row[head.indexOf('here')])));
    const names = told.map((code) => code.split(':')[0] ?? '').filter((code) => /^[a-z]+(-[a-z]+)*$/.test(code));
    expect(names.filter((word) => ![...inputs, ...outputs].includes(word))).toEqual([]);
  });

  it.each(Object.entries(theirs[name] ?? {}))('says of every %s what it is here', (kind, list) => {
    const rows = tables.flatMap(({ head, rows }) => rows.flatMap((row) => codesIn(row[head.indexOf(kind)])));
    expect(rows.toSorted()).toEqual(expect.arrayContaining(list.split(/\s+/)));
    expect(list.split(/\s+/)).toEqual(expect.arrayContaining(rows));
  });

  it('links to what there is, and is linked from the README', () => {
    expect(brokenLinks(page, path, read)).toEqual([]);
    expect(read(join(root, 'README.md'))).toContain(`(docs/migration/${name})`);
  });
});

/** Without what the inputs that are still to come would be. */
function known(expected: object): Partial<Inputs> {
  const later = coming.map(camel);
  return Object.fromEntries(Object.entries(expected).filter(([key]) => !later.includes(key)));
}
