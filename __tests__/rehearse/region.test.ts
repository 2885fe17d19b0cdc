import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shop } from '../commands/stage.ts';

/** What a rehearsal prints of its policy, without a region in inputs and variables. */
async function policyOf(service: object, taskDefinition: object): Promise<string> {
  const workspace = mkdtempSync(join(tmpdir(), 'rehearse-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  writeFileSync(join(workspace, 'service.json'), JSON.stringify(service));
  writeFileSync(join(workspace, 'task-definition.json'), JSON.stringify(taskDefinition));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', '..', 'src', 'index.ts')],
    {
      env: {
        PATH: process.env.PATH,
        GITHUB_WORKSPACE: workspace,
        INPUT_COMMAND: 'rehearse',
        'INPUT_DEPLOY-CONTEXT': '.',
      },
      maxBuffer: 10_000_000,
    },
  );
  return stdout.slice(stdout.indexOf('IAM policy with the actions'));
}

describe('the policy that a rehearsal prints', () => {
  const { service, definition } = shop('fargate', 1);

  it('has the region of the target group, and its account', async () => {
    const [balancer] = service.loadBalancers ?? [];
    const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-central-1:444455556666:targetgroup/web/6d0ecf831eec9f09';
    const there = { ...service, loadBalancers: [{ ...balancer, targetGroupArn }] };
    const said = await policyOf(there, { ...definition, executionRoleArn: undefined });
    expect(said).toContain('"arn:aws:ecs:eu-central-1:444455556666:service/production/web"');
    expect(said).not.toMatch(/us-west-2|REGION/);
  }, 60_000);

  it('has a placeholder with a note if nothing names a region', async () => {
    const said = await policyOf({ ...service, loadBalancers: [] }, definition);
    expect(said).toContain('"arn:aws:ecs:REGION:123456789012:service/production/web"');
    expect(said).toMatch(/No input, variable or file names the region: replace REGION/);
    expect(said).not.toContain('us-west-2');
  }, 60_000);
});
