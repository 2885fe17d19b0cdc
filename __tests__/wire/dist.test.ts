import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { awslogs, orphans, serviceIn, shop } from '../commands/stage.ts';
import { type Job, job } from './job.ts';

const inputs = { 'deploy-context': 'deploy', 'idle-duration': '1s' };
const annotations = (log: string, level: string) => log.split('\n').filter((line) => line.startsWith(`::${level}`));

async function withJob(made: Promise<Job>, use: (job: Job) => Promise<void>): Promise<void> {
  const here = await made;
  try {
    await use(here);
  } finally {
    await here.end();
  }
}

/** Waits in real time until the account shows it. */
async function eventually(look: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !look(); i++) await pause(200);
}

describe.concurrent('dist/index.js, started as the runner starts it', { timeout: 90_000 }, () => {
  it('rolls out a good image, and reports it everywhere', async () => {
    await withJob(job(shop('fargate', 1)), async (here) => {
      const { code, log, outputs, summary, state } = await here.step(inputs);
      expect(log).toContain('Succeeded');
      expect(code).toBe(0);
      expect(outputs).toMatchObject({ outcome: 'succeeded', 'service-intact': 'false' });
      expect(outputs['task-definition-arn']).toMatch(/task-definition\/web:2$/);
      expect(outputs['previous-task-definition-arn']).toMatch(/task-definition\/web:1$/);
      expect(outputs['deployment-id']).toMatch(/^ecs-svc\//);
      expect(outputs['canary-task-arn']).toMatch(/:task\/production\//);
      expect(JSON.parse(readFileSync(outputs.report ?? '', 'utf8'))).toMatchObject({
        schema: 2,
        outcome: { is: 'succeeded' },
      });
      expect(outputs['report-html']).toBe(outputs.report?.replace(/json$/, 'html'));
      expect(readFileSync(outputs['report-html'] ?? '', 'utf8')).toMatch(/<h1>Succeeded: [\s\S]*<tr id="e20"/);
      expect(summary).toContain('Succeeded');
      expect(summary).toContain('```mermaid');
      expect(annotations(log, 'error')).toEqual([]);
      expect(orphans(here.account.picture())).toEqual([]);
      expect(here.account.picture().services['production/web']?.taskDefinition).toBe('web:2');
      expect(JSON.parse(state.journal ?? '')).toEqual([]);
      // Nothing is left for `post`, which then makes no call.
      const calls = here.account.calls.length;
      expect(await here.step(inputs, { state })).toMatchObject({ code: 0 });
      expect(here.account.calls.length).toBe(calls);
    });
  });

  it('asks EC2 and Systems Manager in a dry run', async () => {
    const what = shop('fargate', 1);
    const valueFrom = 'arn:aws:ssm:us-west-2:123456789012:parameter/web/url';
    const executionRoleArn = 'arn:aws:iam::123456789012:role/execution';
    const [container] = what.definition.containerDefinitions ?? [];
    const containerDefinitions = [{ ...container, secrets: [{ name: 'URL', valueFrom }] }];
    const definition = { ...what.definition, executionRoleArn, containerDefinitions };
    await withJob(job({ ...what, definition }), async (here) => {
      const { code, log } = await here.step({ ...inputs, 'dry-run': 'true' });
      expect(log).toMatch(/ok +parameter for web URL/);
      expect(log).toMatch(/ok .*subnet-1 \d+, subnet-2 \d+/);
      expect(code).toBe(0);
    });
  });

  it.each([
    ['no-pull', /CannotPullContainerError/],
    ['crash', /exit code 1/],
    ['http-404', /404/],
  ])('rejects %s, with the cause in one annotation and in the summary', async (tag, cause) => {
    await withJob(job(shop('fargate', 1, { tag })), async (here) => {
      const before = here.account.picture();
      const { code, log, outputs, summary } = await here.step(inputs);
      expect(code).toBe(1);
      expect(outputs).toMatchObject({ outcome: 'rejected', 'service-intact': 'true' });
      const errors = annotations(log, 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(cause);
      expect(errors[0]).toContain('The service was not changed.');
      expect(summary).toMatch(cause);
      // An image that is not there is named in the user's own file.
      if (tag === 'no-pull') expect(errors[0]).toMatch(/[ ,]file=[\w/]+\/task-definition\.json,line=\d+/);
      expect(orphans(here.account.picture())).toEqual([]);
      expect(here.account.picture().services).toEqual(before.services);
    });
  });

  it('shows the last lines of what crashed, without secrets and without commands, and what it probably was', async () => {
    const what = shop('fargate', 1, { tag: 'crash', log: awslogs() });
    const [container] = what.definition.containerDefinitions ?? [];
    const secret = 'hunter2-and-more';
    const definition = {
      ...what.definition,
      containerDefinitions: [{ ...container, environment: [{ name: 'TOKEN', value: '${TOKEN}' }] }],
    };
    await withJob(job({ ...what, definition }), async (here) => {
      const { code, log, summary, outputs } = await here.step(inputs, {
        env: { TOKEN: secret },
        during: async ({ until }) => {
          await until('canary task    ');
          const [canary] = here.account.picture().standaloneTasks;
          const stream = `app/web/${canary?.taskArn.split('/').at(-1)}`;
          here.account.writeLog('/ecs/web', stream, [`token ${secret}`, '::error::forged', '```\n</details>']);
        },
      });
      expect(code).toBe(1);
      expect(log).toContain('    | token ***\n');
      expect(log).toContain('    | Error: DATABASE_URL is not set\n');
      expect(log).toMatch(/^In the console: https:\/\/us-west-2\.console\.aws\.amazon\.com\/cloudwatch\S+log-events/m);
      expect(annotations(log, 'error')).toEqual([expect.stringContaining('Probable cause: The program ended because')]);
      expect(summary).toContain('**Probable cause:** The program ended because a setting is missing.');
      expect(summary).toMatch(/````text\n[\s\S]*```\n<\/details>[\s\S]*\n````\n/);
      const report = readFileSync(outputs.report ?? '', 'utf8');
      expect(report).toContain('DATABASE_URL is not set');
      // The runner itself hides what it is told to; only our own text counts.
      const said = log.replaceAll(/^::add-mask::.*$/gm, '');
      expect(said + summary + report).not.toContain(secret);
    });
  });

  it.each<readonly [string, FaultRule]>([
    ['RunTask is lost on its way', { operation: 'RunTask', nth: 1, fault: 'lost-before' }],
    ["RunTask's answer is lost", { operation: 'RunTask', nth: 1, fault: 'lost-after' }],
    ["RegisterTaskDefinition's answer is lost", { operation: 'RegisterTaskDefinition', nth: 1, fault: 'lost-after' }],
    ["RegisterTargets' answer is lost", { operation: 'RegisterTargets', nth: 1, fault: 'lost-after' }],
    ["UpdateService's answer is lost", { operation: 'UpdateService', nth: 1, fault: 'lost-after' }],
    ['AWS throttles', { from: 5, times: 3, fault: 'throttle' }],
    ['AWS has trouble', { from: 5, times: 4, fault: 'server-error' }],
  ])('gets through without a duplicate when %s', async (_, fault) => {
    await withJob(job(shop('fargate', 1), { faults: [fault] }), async (here) => {
      const { outputs, log } = await here.step(inputs);
      expect(outputs.outcome, log).toBe('succeeded');
      const after = here.account.picture();
      expect(orphans(after)).toEqual([]);
      expect(after.revisions.web).toEqual([1, 2]);
      const started = new Set(
        here.account.calls.filter(({ operation }) => operation === 'RunTask').map(({ input }) => input.clientToken),
      );
      expect(started.size).toBe(1);
      expect(after.services['production/web']?.deployments).toHaveLength(1);
    });
  });

  it('reports every problem in a separate error, without a call', async () => {
    await withJob(job(shop('fargate', 1)), async (here) => {
      const service = JSON.parse(readFileSync(join(here.workspace, 'deploy/service.json'), 'utf8'));
      const { desiredCount: _, ...others } = service;
      writeFileSync(
        join(here.workspace, 'deploy/service.json'),
        JSON.stringify({ ...others, desiredCuont: 2 }, null, 2),
      );
      const definition = readFileSync(join(here.workspace, 'deploy/task-definition.json'), 'utf8');
      writeFileSync(
        join(here.workspace, 'deploy/task-definition.json'),
        definition.replace('web:good', 'web:${IMAGE_TAG}'),
      );
      const { code, log, outputs } = await here.step({ ...inputs, 'update-service': 'yes', 'bake-duration': 'soon' });
      expect(code).toBe(1);
      const errors = annotations(log, 'error');
      expect(errors).toHaveLength(4);
      for (const said of ['desiredCount', 'desiredCuont', 'IMAGE_TAG', 'update-service', 'bake-duration']) {
        expect(errors.join('\n')).toContain(said);
      }
      expect(outputs).toMatchObject({ outcome: 'failed', 'service-intact': 'true' });
      expect(here.account.calls).toEqual([]);
    });
  });

  it('removes the canary in post when the job is cancelled', async () => {
    await withJob(job(shop('fargate', 1), { speed: 10 }), async (here) => {
      const before = here.account.picture();
      const main = await here.step(
        { ...inputs, 'bake-duration': '5m' },
        { during: ({ kill, until }) => void until('check that the canary stays healthy').then(() => kill('SIGINT')) },
      );
      expect(main.outputs).toMatchObject({ outcome: 'cancelled', 'service-intact': 'true' });
      expect(main.code).toBe(1);
      const after = await here.step(inputs, { state: main.state });
      expect(after.code).toBe(0);
      expect(after.summary).toContain('Clean-up after the job');
      expect(orphans(here.account.picture())).toEqual([]);
      expect(serviceIn(here.account.picture())).toEqual(serviceIn(before));
    });
  });

  it('rolls the service back in post when the process was killed during a deployment', async () => {
    await withJob(job(shop('fargate', 1), { speed: 10 }), async (here) => {
      const before = here.account.picture();
      const main = await here.step(inputs, {
        during: ({ kill, until }) => void until('deployment         ').then(() => kill('SIGKILL')),
      });
      expect(main.code).toBe(null);
      expect(JSON.parse(main.state.journal ?? '').length).toBeGreaterThan(0);
      await here.step(inputs, { state: main.state });
      await eventually(() => here.account.picture().services['production/web']?.deployments.length === 1);
      expect(orphans(here.account.picture())).toEqual([]);
      expect(here.account.picture().services['production/web']?.taskDefinition).toBe('web:1');
      expect(serviceIn(here.account.picture())).toEqual(serviceIn(before));
    });
  });

  /** Real signals at real calls: what the kill matrix does in virtual time, on a sample of its points. */
  const points = [3, 8, 9, 12, 16, 20, 24, 28, 32, 36] as const;

  /** Kills the step as soon as the account has seen so many calls; false when it has ended before. */
  async function killAt(here: Job, calls: number, signals: readonly NodeJS.Signals[]) {
    return here.step(inputs, {
      during: async ({ kill }) => {
        while (here.account.calls.length < calls) await pause(5);
        for (const signal of signals) {
          kill(signal);
          await pause(50);
        }
      },
    });
  }

  /** The service is whole, and nothing of a canary is left. */
  async function isPutBack(here: Job, before: ReturnType<Job['account']['picture']>): Promise<void> {
    const now = () => here.account.picture().services['production/web'];
    await eventually(() => now()?.deployments.length === 1 && orphans(here.account.picture()).length === 0);
    expect(orphans(here.account.picture())).toEqual([]);
    const [was, is] = [serviceIn(before), serviceIn(here.account.picture())].map((one) => JSON.stringify(one));
    expect([was, was?.replaceAll('web:1', 'web:2')]).toContain(is);
  }

  it.each(points)('leaves nothing after post when it is killed at call %i', async (point) => {
    await withJob(job(shop('fargate', 1), { speed: 10 }), async (here) => {
      const before = here.account.picture();
      const signals = point % 2 === 0 ? (['SIGKILL'] as const) : (['SIGINT', 'SIGTERM', 'SIGKILL'] as const);
      const main = await killAt(here, point, signals);
      expect(main.state.main).toBe('began');
      await here.step(inputs, { state: main.state });
      await isPutBack(here, before);
    });
  });

  it.each(points.slice(1))('leaves what a later attempt finishes when it vanishes at call %i', async (point) => {
    await withJob(job(shop('fargate', 1), { speed: 10 }), async (here) => {
      const before = here.account.picture();
      await killAt(here, point, ['SIGKILL']);
      // The canary must be in ECS's lists by now, as it is when a person runs a job again.
      await pause(1_500);
      const again = await here.step(inputs, { env: { GITHUB_RUN_ATTEMPT: '2' } });
      expect(again.outputs.outcome, again.log).toBe('succeeded');
      await isPutBack(here, before);
      expect(here.account.picture().revisions.web).toEqual([1, 2]);
    });
  });

  it('sweeps the leftovers of a vanished job', async () => {
    await withJob(job(shop('fargate', 1), { speed: 10 }), async (here) => {
      const before = here.account.picture();
      await here.step(
        { ...inputs, 'bake-duration': '5m' },
        { during: ({ kill, until }) => void until('check that the canary stays healthy').then(() => kill('SIGKILL')) },
      );
      expect(orphans(here.account.picture())).toHaveLength(2);
      const place = { cluster: 'production', service: 'web' };
      const careful = await here.step({ command: 'sweep', ...place }, { env: { GITHUB_RUN_ID: '4712' } });
      expect(careful).toMatchObject({ code: 0, outputs: { outcome: 'succeeded', 'service-intact': 'true' } });
      for (const told of [careful.log, careful.summary]) {
        expect(told).toContain('Left alone: run 4711-deploy is running a canary of this service (task ');
      }
      expect(orphans(here.account.picture())).toHaveLength(2);
      const swept = await here.step({ command: 'sweep', ...place, 'on-conflict': 'take-over' });
      expect(swept).toMatchObject({ code: 0, outputs: { outcome: 'succeeded', 'service-intact': 'true' } });
      await isPutBack(here, before);
    });
  });

  it('runs a one-off task, with its log as it runs and its exit code in every place', async () => {
    await withJob(job(shop('fargate', 1, { log: awslogs() })), async (here) => {
      const before = here.account.picture();
      const asked = { command: 'run', 'deploy-context': 'deploy', 'run-command': 'sh\n-c\nhostile-log' };
      const { code, log, outputs, summary } = await here.step(asked);
      expect(code).toBe(1);
      expect(outputs).toMatchObject({ outcome: 'rejected', 'service-intact': 'true', 'exit-code': '1' });
      expect(outputs['task-arn']).toMatch(/:task\/production\//);
      expect(log).toContain('    | ::error file=app.js,line=1::this is no error of the workflow');
      const errors = annotations(log, 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/::Failed: web ended with exit code 1\./);
      expect(summary).toMatch(/^## ❌ Failed: web ended with exit code 1\./);
      expect(summary).toContain('progress 20 %');
      expect(here.account.picture().services).toEqual(before.services);
      expect(orphans(here.account.picture())).toEqual([]);
    });
  });

  it('stops a one-off task in post when the job is cancelled', async () => {
    await withJob(job(shop('fargate', 1, { log: awslogs() }), { speed: 10 }), async (here) => {
      const asked = { command: 'run', 'deploy-context': 'deploy', 'run-command': 'works-3000' };
      const main = await here.step(asked, {
        during: ({ kill, until }) => void until('10 of 3000 s done').then(() => kill('SIGINT')),
      });
      expect(main).toMatchObject({ code: 1, outputs: { outcome: 'cancelled', 'service-intact': 'true' } });
      const after = await here.step(asked, { state: main.state });
      expect(after.summary).toContain('stop the one-off task web');
      await eventually(() => orphans(here.account.picture()).length === 0);
      expect(orphans(here.account.picture())).toEqual([]);
    });
  });

  it('runs what rollout.yml wants before the service is updated', async () => {
    await withJob(job(shop('fargate', 1, { log: awslogs() })), async (here) => {
      writeFileSync(
        join(here.workspace, 'deploy/rollout.yml'),
        'before-promote:\n  - name: migrate\n    run-command: [exit-3]\n    environment-variables: {TOKEN: "${TOKEN}"}\n',
      );
      const before = here.account.picture();
      const { code, log, outputs, summary } = await here.step(inputs, { env: { TOKEN: 'hunter2-and-more' } });
      expect(code).toBe(1);
      expect(outputs).toMatchObject({ outcome: 'rejected', 'service-intact': 'true' });
      expect(outputs['exit-code']).toBeUndefined();
      expect(annotations(log, 'error')[0]).toContain('migrate ended with exit code 3, so web was not updated');
      const report = readFileSync(outputs.report ?? '', 'utf8');
      expect(`${log} ${summary} ${report}`).not.toContain('hunter2');
      expect(here.account.calls.some(({ input }) => JSON.stringify(input).includes('hunter2-and-more'))).toBe(true);
      expect(here.account.picture().services).toEqual(before.services);
      expect(orphans(here.account.picture())).toEqual([]);
    });
  });

  it('works without files, from cluster, service and revision', async () => {
    await withJob(job(shop('fargate', 1)), async (here) => {
      here.account.someone('RegisterTaskDefinition', { ...structuredClone(shop('fargate', 1).definition) } as never);
      const { outputs, log } = await here.step({
        cluster: 'production',
        service: 'web',
        'task-definition-arn': 'web:2',
        'idle-duration': '1s',
      });
      expect(outputs.outcome, log).toBe('succeeded');
      expect(here.account.picture().revisions.web).toEqual([1, 2]);
    });
  });

  it('never prints a value that was substituted from the environment', async () => {
    const what = shop('fargate', 1, { tag: 'crash' });
    const [container, ...others] = what.definition.containerDefinitions ?? [];
    const secret = { ...container, environment: [{ name: 'TOKEN', value: '${TOKEN}' }] };
    const definition = { ...what.definition, containerDefinitions: [secret, ...others] };
    await withJob(job({ ...what, definition }), async (here) => {
      const { log, summary, outputs, state } = await here.step(inputs, { env: { TOKEN: 'hunter2-and-more' } });
      expect(outputs.outcome).toBe('rejected');
      const report = readFileSync(outputs.report ?? '', 'utf8');
      for (const text of [log, summary, report, JSON.stringify(outputs), JSON.stringify(state)]) {
        expect(text).not.toContain('hunter2');
      }
      const registered = here.account.calls.find(({ operation }) => operation === 'RegisterTaskDefinition');
      expect(JSON.stringify(registered?.input)).toContain('hunter2-and-more');
    });
  });

  it('never prints a substituted value in a rehearsal, on a terminal neither', async () => {
    const what = shop('fargate', 1);
    const [container, ...others] = what.definition.containerDefinitions ?? [];
    const secret = { ...container, environment: [{ name: 'TOKEN', value: '${TOKEN}' }] };
    const definition = { ...what.definition, containerDefinitions: [secret, ...others] };
    await withJob(job({ ...what, definition }), async (here) => {
      const { log, outputs } = await here.step(
        { command: 'rehearse', 'deploy-context': 'deploy' },
        { env: { TOKEN: 'hunter2-and-more', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' } },
      );
      expect(log).toMatch(/^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/m);
      expect(`${log} ${readFileSync(outputs.report ?? '', 'utf8')}`).not.toContain('hunter2');
    });
  });

  it('rehearses without credentials, network or runner', async () => {
    await withJob(job(shop('fargate', 1)), async (here) => {
      const { code, log, outputs } = await here.step(
        { command: 'rehearse', 'deploy-context': 'deploy' },
        { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } },
      );
      expect(log).toMatch(/^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/m);
      expect(code).toBe(0);
      expect(outputs.outcome).toBe('succeeded');
      expect(Number(outputs.duration)).toBeLessThan(90);
      expect(readFileSync(outputs['report-html'] ?? '', 'utf8')).toContain('Drills');
      expect(here.account.calls).toEqual([]);
    });
  });

  it.each([
    ['no tasks', { desiredCount: 0 }, 'succeeded', 'Nothing was deployed.'],
    ['CodeDeploy', { deploymentController: { type: 'CODE_DEPLOY' } }, 'failed', 'is deployed by CODE_DEPLOY'],
  ] as const)('rehearses a service with %s to an end that it can have', async (_, service, outcome, said) => {
    const what = shop('fargate', 1);
    await withJob(job(what), async (here) => {
      writeFileSync(join(here.workspace, 'deploy/service.json'), JSON.stringify({ ...what.service, ...service }));
      const { log, outputs } = await here.step({ command: 'rehearse', 'deploy-context': 'deploy' });
      expect(outputs.outcome, log).toBe(outcome);
      expect(log).toContain(said);
      expect(annotations(log, 'error').length).toBe(outcome === 'failed' ? 1 : 0);
    });
  });

  it('reports in one error that a size of Fargate does not exist', async () => {
    const what = shop('fargate', 1);
    await withJob(job(what), async (here) => {
      const definition = { ...what.definition, cpu: '100' };
      writeFileSync(join(here.workspace, 'deploy/task-definition.json'), JSON.stringify(definition));
      const { code, log } = await here.step({ command: 'rehearse', 'deploy-context': 'deploy' });
      expect(code).toBe(1);
      expect(annotations(log, 'error')).toHaveLength(1);
      expect(log).toContain("cpu: '100' is not a Fargate size");
      expect(log).not.toContain('bug');
    });
  });
});
