import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const index = join(import.meta.dirname, '../../src/index.ts');

type Json = Readonly<Record<string, unknown>>;

const container = { name: 'web', image: 'registry.example/web:3f9c2ab', portMappings: [{ containerPort: 8080 }] };
const definition = (more: Json = {}): Json => ({
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/web-execution',
  containerDefinitions: [container],
  ...more,
});
const group = (partition: string, region: string): string =>
  `arn:${partition}:elasticloadbalancing:${region}:123456789012:targetgroup/web/6d0ecf831eec9f09`;
const service = (more: Json = {}): Json => ({
  cluster: 'production',
  serviceName: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
  loadBalancers: [{ targetGroupArn: group('aws', 'us-west-2'), containerName: 'web', containerPort: 8080 }],
  ...more,
});

/** Rehearses two files as a step of a job does, with everything that people and later steps get to see. */
async function rehearse(
  files: { service: Json; definition: Json; rollout?: string },
  inputs: Readonly<Record<string, string>> = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'rehearse-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = (name: string, text = ''): string => {
    writeFileSync(join(root, name), text);
    return join(root, name);
  };
  file('service.json', JSON.stringify(files.service));
  file('task-definition.json', JSON.stringify(files.definition));
  if (files.rollout !== undefined) file('rollout.yml', files.rollout);
  const [summary, output, state] = [file('summary'), file('output'), file('state')];
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const env = {
    INPUT_COMMAND: 'rehearse',
    'INPUT_DEPLOY-CONTEXT': '.',
    INPUT_REGION: 'us-west-2',
    GITHUB_ACTIONS: 'true',
    NO_COLOR: '1',
    GITHUB_WORKSPACE: root,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: output,
    GITHUB_STATE: state,
    RUNNER_TEMP: root,
    HOOK_SECRET: 'signs the requests of a webhook',
    ...Object.fromEntries(given),
  };
  const run = promisify(execFile)(process.execPath, [index], { cwd: root, env, maxBuffer: 1e8 });
  const { stdout: log } = await run.catch((error: { readonly stdout: string }) => error);
  const outputs = Object.fromEntries(
    Array.from(
      readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm),
      ([, name = '', , value]) => [name, value ?? ''],
    ),
  );
  const html = readFileSync(outputs['report-html'] ?? '', 'utf8');
  return { log, lines: log.trimEnd().split('\n'), outputs, summary: readFileSync(summary, 'utf8'), html };
}

const passed = /^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/;

describe('a rehearsal', { timeout: 60_000 }, () => {
  it('tries a weighted rollout, and how its canary fails at a weight', async () => {
    const inputs = { strategy: 'weighted', steps: '5:1m, 25:1m, 50:1m' };
    const files = { service: service({ desiredCount: 4 }), definition: definition() };
    const { lines, log } = await rehearse(files, inputs);
    expect(lines.at(-2)).toMatch(passed);
    for (const title of [
      'a canary task crashes while it receives requests',
      'the response to a change of the weights is lost',
      'the job is cancelled while the canary receives requests',
    ]) {
      expect(log).toContain(title);
    }
    expect(log).toContain('targetgroup/canary-*/*');
  });

  it('never looks like a rollout, and ends with what it does not check', async () => {
    const { lines, log, outputs, summary, html } = await rehearse({ service: service(), definition: definition() });
    expect(lines.at(-2)).toMatch(passed);
    expect(lines.at(-1)).toMatch(/^Not checked: .*images.*roles.*permissions.*quotas.*network/);
    expect(summary.split('\n')[0]).toMatch(/^## ✅ Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/);
    expect(summary.indexOf('| the rollout succeeds |')).toBeLessThan(summary.indexOf('The first drill, step by step'));
    expect(summary).toContain('Not checked: ');
    for (const page of [summary, log]) {
      expect(page).not.toMatch(/console\.aws|The service runs the new revision|^Succeeded/m);
    }
    expect(html).toMatch(/<h1>Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.<\/h1>/);
    expect(html).toContain('nothing deployed');
    expect(html).not.toMatch(/console\.aws|Nothing in the service had to be changed/);
    expect(Object.keys(outputs).filter((name) => /-arn$|^deployment-id$/.test(name))).toEqual([]);
    expect(outputs).toMatchObject({ outcome: 'succeeded', 'service-intact': 'true' });
  });

  it("shows the user's own tag, whatever its behavior in the simulated account", async () => {
    const own = { ...container, image: 'registry.example/web:crash' };
    const { log, lines } = await rehearse({
      service: service(),
      definition: definition({ containerDefinitions: [own, { name: 'proxy', image: 'proxy:stable' }] }),
    });
    expect(lines.at(-2)).toMatch(passed);
    expect(log).toContain('Your images are simulated as healthy: registry.example/web:crash, proxy:stable');
    expect(log).toContain('image: registry.example/web:stable -> registry.example/web:crash');
    expect(log).toContain('image: proxy:before -> proxy:stable');
    expect(log).not.toContain(':good');
  });

  it('plays the drills of a deployment in which ECS moves the traffic', async () => {
    const rule =
      'arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8e/9683b2d0';
    const { lines, log } = await rehearse(
      {
        service: service({
          deploymentConfiguration: {
            strategy: 'CANARY',
            canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
          },
          loadBalancers: [
            {
              targetGroupArn: group('aws', 'us-west-2'),
              containerName: 'web',
              containerPort: 8080,
              advancedConfiguration: {
                alternateTargetGroupArn: group('aws', 'us-west-2').replace('/web/', '/green/'),
                productionListenerRule: rule,
                roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
              },
            },
          ],
        }),
        definition: definition(),
      },
      { strategy: 'native' },
    );
    expect(lines.at(-2), log).toMatch(passed);
    expect(log).toMatch(/StopServiceDeployment is denied +re/);
    expect(log).toMatch(/cancelled while the new version has traffic +cancelled/);
    expect(log).toContain('"ecs:StopServiceDeployment"');
  });

  it.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-eusc', 'eusc-de-east-1'],
    ['aws-iso-b', 'us-isob-east-1'],
  ])('finds a cluster that is named by its ARN in partition %s', async (partition, region) => {
    const targetGroupArn = group(partition, region);
    const { lines, log } = await rehearse(
      {
        service: service({
          cluster: `arn:${partition}:ecs:${region}:123456789012:cluster/production`,
          loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
        }),
        definition: definition({ executionRoleArn: `arn:${partition}:iam::123456789012:role/web-execution` }),
      },
      { region },
    );
    expect(lines.at(-2), log).toMatch(passed);
    expect(log).not.toContain('arn:aws:');
  });

  it('simulates a service behind a Classic Load Balancer, with the note of a rollout', async () => {
    const portMappings = [{ containerPort: 8080, hostPort: 80 }];
    const { lines, log } = await rehearse({
      service: service({
        desiredCount: undefined,
        launchType: 'EC2',
        networkConfiguration: undefined,
        loadBalancers: [{ loadBalancerName: 'web-elb', containerName: 'web', containerPort: 8080 }],
      }),
      definition: definition({
        requiresCompatibilities: ['EC2'],
        networkMode: 'bridge',
        containerDefinitions: [{ ...container, portMappings }],
      }),
    });
    expect(lines.at(-2), log).toMatch(passed);
    expect(log).toContain('The canary is not registered with the Classic Load Balancer of the service.');
  });

  it.each(['BLUE_GREEN', 'LINEAR', 'CANARY'])(
    'says of %s what a rollout says, and never that AWS refuses',
    async (strategy) => {
      const { lines, log, outputs } = await rehearse({
        service: service({ deploymentConfiguration: { strategy } }),
        definition: definition(),
      });
      expect(outputs.outcome).toBe('failed');
      expect(log).toContain(
        `the service has the deployment strategy ${strategy}: ECS starts a second set of tasks and moves the traffic itself; use strategy: native`,
      );
      expect(log).not.toMatch(/as AWS would|imulator/);
      expect(lines.filter((line) => line.startsWith('::error'))).toHaveLength(1);
    },
  );

  it('names what it does not model', async () => {
    const { log } = await rehearse({ service: service({ desiredCount: 2500 }), definition: definition() });
    expect(log).toContain('The rehearsal does not model services of more than 1000 tasks');
    expect(log).toContain('This says nothing about AWS.');
  });
});

describe('a rehearsal with gates after the update', () => {
  it('lets them pass, and sees that one that fails restores the service', async () => {
    const rollout = `
after-promote: [smoke, load, window]
gates:
  smoke: { http: 'https://www.example.com/health', contains: ok }
  load: { task: { container: web, run-command: [/load.sh] } }
  window: { webhook: 'https://hooks.example.com/x', secret-env: HOOK_SECRET }
`;
    const { log, outputs } = await rehearse({ service: service(), definition: definition(), rollout });
    expect(log).toMatch(/a gate of after-promote fails/);
    expect(outputs.outcome).toBe('succeeded');
  });
});
