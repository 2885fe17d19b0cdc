import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shop } from '../commands/stage.ts';
import { type Job, job } from './job.ts';

const image = 'web=registry.example/web:v2';

/** A job whose task definition file has a name of its own. */
async function open(): Promise<Job> {
  const what = shop('fargate', 1);
  const here = await job(what);
  onTestFinished(() => here.end());
  writeFileSync(join(here.workspace, 'rendered.json'), JSON.stringify(what.definition));
  return here;
}

describe('dist/index.js with task-definition', { timeout: 60_000 }, () => {
  it('rolls the file out, with cluster and service alone', async () => {
    const here = await open();
    const place = { cluster: 'production', service: 'web' };
    const { code, outputs, log } = await here.step({ ...place, 'task-definition': 'rendered.json', image });
    expect(log).toContain('Succeeded');
    expect(code).toBe(0);
    expect(outputs['task-definition-arn']).toMatch(/:task-definition\/web:2$/);
    expect(here.account.picture().services['production/web']?.taskDefinition).toBe('web:2');
  });

  it('registers the file and deploys nothing, once', async () => {
    const here = await open();
    const before = here.account.picture().services;
    const inputs = { command: 'register', 'task-definition': 'rendered.json', image };
    const { code, log, outputs, summary, state } = await here.step(inputs);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'succeeded', 'service-intact': 'true' });
    expect(outputs['task-definition-arn']).toMatch(/:task-definition\/web:2$/);
    expect(log).toMatch(/ revision +web:2\n/);
    expect(log).not.toContain('new revision         web');
    expect(summary).toContain('Succeeded: the task definition is registered. Nothing was deployed.');
    expect(here.account.picture().services).toEqual(before);
    const again = await here.step(inputs, { state });
    expect(again.code).toBe(0);
    const third = await here.step(inputs);
    expect(third.outputs['task-definition-arn']).toBe(outputs['task-definition-arn']);
    expect(here.account.picture().revisions.web).toHaveLength(2);
  });

  it('says why nothing was registered, with a page of the console that exists', async () => {
    const here = await open();
    const inputs = { command: 'register', 'base-revision': 'jobs', image };
    const { code, log, outputs } = await here.step(inputs);
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ outcome: 'failed', 'service-intact': 'true' });
    expect(log).toContain('Failed: the task definition was not registered. Nothing was deployed.');
    expect(log).toContain('base-revision: ECS has no revision jobs in us-west-2');
    expect(log).toContain(
      'In the console: https://us-west-2.console.aws.amazon.com/ecs/v2/task-definitions?region=us-west-2',
    );
  });
});
