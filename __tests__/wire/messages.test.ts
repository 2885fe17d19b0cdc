import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Shop, shop } from '../commands/stage.ts';
import { type Job, job } from './job.ts';

const repository = '123456789012.dkr.ecr.us-west-2.amazonaws.com/web';
const annotations = (log: string, level: string) => log.split('\n').filter((line) => line.startsWith(`::${level}`));

/** Tests run at the same time, so their jobs end together. */
const jobs: Job[] = [];
afterAll(() => Promise.all(jobs.map((here) => here.end())));

async function open(what: Shop): Promise<Job> {
  const here = await job(what);
  jobs.push(here);
  return here;
}

/** A job whose definition names an image of ECR with this tag. */
async function withTag(tag: string): Promise<Job> {
  const what = shop('fargate', 1);
  const [web, ...others] = what.definition.containerDefinitions ?? [];
  const containerDefinitions = [{ ...web, image: `${repository}:${tag}` }, ...others];
  return open({ ...what, definition: { ...what.definition, containerDefinitions } });
}

describe.concurrent('a dry run that finds a problem', { timeout: 90_000 }, () => {
  const plan = { 'deploy-context': 'deploy', 'dry-run': 'true' };
  const headline = `Planned, with 1 problem: image of web: there is no image ${repository}:no-pull. Nothing was changed.`;

  it('says so first, everywhere, and leaves the job green', async () => {
    const here = await withTag('no-pull');
    const { code, log, outputs, summary } = await here.step(plan);
    expect(code).toBe(0);
    expect(log).toContain(`\n${headline}\n`);
    expect(annotations(log, 'warning')).toContainEqual(
      expect.stringMatching(/^::warning title=ECS rollout dry run%3A web%3A problem::image of web: .*%0ANext: Build/),
    );
    expect(annotations(log, 'error')).toEqual([]);
    expect(outputs).toMatchObject({ outcome: 'planned', problems: '1', warnings: expect.stringMatching(/^\d+$/) });
    expect(summary.split('\n')[0]).toMatch(/^## ⚠️ Planned, with 1 problem: image of web: /);
    expect(summary.indexOf('### Findings')).toBeLessThan(summary.indexOf('### What changes'));
    const html = readFileSync(outputs['report-html'] ?? '', 'utf8');
    expect(html).toContain(`<h1>${headline}</h1>`);
    expect(html.indexOf('id="findings"')).toBeLessThan(html.indexOf('id="timeline"'));
  });

  it('makes the job red where that is asked, and is planned all the same', async () => {
    const here = await withTag('no-pull');
    for (const failOn of ['problems', 'warnings']) {
      const { code, log, outputs } = await here.step({ ...plan, 'fail-on': failOn });
      expect(code).toBe(1);
      expect(outputs.outcome).toBe('planned');
      expect(annotations(log, 'error')[0]).toMatch(/^::error title=ECS rollout dry run%3A web%3A problem::/);
    }
  });

  it('is green with fail-on where nothing is wrong, and has outputs that say so', async () => {
    const here = await withTag('v2');
    const { code, outputs, log } = await here.step({ ...plan, 'fail-on': 'problems' });
    expect(outputs, log).toMatchObject({ outcome: 'planned', problems: '0' });
    expect(code).toBe(0);
    expect((await here.step({ 'deploy-context': 'deploy', 'image-tag': 'v2' })).outputs.problems).toBeUndefined();
  });

  it('refuses fail-on without dry-run', async () => {
    const here = await withTag('v2');
    const { code, log } = await here.step({ 'deploy-context': 'deploy', 'fail-on': 'problems' });
    expect(code).toBe(1);
    expect(log).toContain('fail-on: `problems` requires `dry-run: true`; set it, or remove fail-on');
    expect(here.account.calls).toEqual([]);
  });
});

describe.concurrent('a message', { timeout: 90_000 }, () => {
  it('names the image that does not exist, and the step', async () => {
    const here = await withTag('no-pull');
    const { log, summary } = await here.step({ 'deploy-context': 'deploy' });
    const said = 'Rejected: image web:no-pull does not exist. The service was not changed.';
    expect(summary.split('\n')[0]).toBe(`## ❌ ${said}`);
    expect(annotations(log, 'error')).toEqual([
      expect.stringMatching(
        /::Rejected: image web:no-pull does not exist\. .*%0AFailed at step 3 of \d+: the canary did not start%0A/,
      ),
    ]);
    expect(`${log}${summary}`).not.toContain('tasks-running');
  });

  it.each([
    ['deploy', 'did you mean rollout?'],
    ['plan', 'did you mean rollout with `dry-run: true`?'],
    ['rolback', 'did you mean rollback?'],
    ['undeplo', '`undeplo` is not a command (choose one of'],
    ['sweeep', '`sweeep` is not a command (choose one of'],
  ])('suggests no command that takes something away: %s', async (command, hint) => {
    const here = await withTag('v2');
    const { code, log } = await here.step({ command, 'deploy-context': 'deploy' });
    expect(code).toBe(1);
    expect(log).toContain(hint);
    expect(log).not.toMatch(/did you mean (undeploy|sweep)/);
  });

  it('has an annotation for each of several problems, with its file and line', async () => {
    const what = shop('fargate', 1);
    const [web] = what.definition.containerDefinitions ?? [];
    const containerDefinitions = [{ ...web, cpus: 1, memoryy: 2 }] as object[];
    const here = await open({ ...what, definition: { ...what.definition, containerDefinitions } } as typeof what);
    const { log } = await here.step({ 'deploy-context': 'deploy' });
    expect(annotations(log, 'error')).toEqual([
      expect.stringMatching(/file=deploy\/task-definition\.json,line=\d+,col=\d+::.*cpus/),
      expect.stringMatching(/file=deploy\/task-definition\.json,line=\d+,col=\d+::.*memoryy/),
    ]);
    expect(log).toContain('2 problems. Nothing was changed, and no call to AWS was made.');
  });

  it('hints at our inputs where those of another action are given, and only there', async () => {
    const here = await withTag('v2');
    const others = { 'aws-region': 'us-west-2', 'container-name': 'web', 'codedeploy-appspec': 'a', 'my-own': 'x' };
    const { log, code } = await here.step({ 'deploy-context': 'deploy', 'dry-run': 'true', ...others });
    expect(code).toBe(0);
    const hints = annotations(log, 'warning').filter((line) => line.includes('another action'));
    expect(hints).toHaveLength(3);
    expect(hints.join('\n')).toMatch(/`aws-region` .*use `region`[\s\S]*`container-name`[\s\S]*`codedeploy-appspec`/);
    expect(log).not.toContain('my-own');
    const refused = await here.step({ 'deploy-context': 'deploy', 'wait-for-minutes': '30', strategy: 'x' });
    expect(refused.log).toContain('use `service-stable-timeout`');
  });

  it('says that a comma does not separate alarms', async () => {
    const here = await withTag('v2');
    const { log } = await here.step({ 'deploy-context': 'deploy', alarms: 'web-5xx, web-p99' });
    expect(log).toContain('there is no CloudWatch alarm web-5xx, web-p99 in this region. Write one name a line');
  });

  it('of a cancelled job names the step, and post ends with what is known', async () => {
    const here = await withTag('v2');
    const inputs = { 'deploy-context': 'deploy', 'bake-duration': '10m' };
    const { log, state, summary } = await here.step(inputs, {
      during: ({ kill, until }) => void until('check that the canary stays healthy').then(() => kill('SIGINT')),
    });
    expect(annotations(log, 'error')[0]).toMatch(
      /::Cancelled during step \d+ of \d+: the rollout of web was stopped\./,
    );
    expect(summary.split('\n')[0]).toMatch(/^## ⏹️ Cancelled during step \d+ of \d+: /);
    const post = await here.step(inputs, { state });
    expect(post.log.trimEnd().split('\n').at(-1)).toMatch(
      /^Clean-up requested, not confirmed\. Service unchanged\. https:\/\/us-west-2\.console\.aws\.amazon\.com\/ecs\/v2\/clusters\/production\/services\/web\//,
    );
  });

  it('calls a green run tidied up, and nothing undone', async () => {
    const here = await withTag('v2');
    const { log, summary } = await here.step({ 'deploy-context': 'deploy', 'idle-duration': '1s' });
    expect(log).toMatch(/clean-up +stop the canary task: done/);
    expect(log).not.toMatch(/ undo |verified|[a-z]+-arn /);
    expect(summary).toContain('section Clean-up');
    expect(summary).not.toMatch(/Put back|^\| +\| +\|$/m);
    expect(summary.split('\n')[0]).toMatch(/^## ✅ Succeeded: /);
  });
});
