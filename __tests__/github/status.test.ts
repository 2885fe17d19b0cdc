import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/github/comment.ts';
import { second } from '../../src/model/duration.ts';
import type { Event } from '../../src/model/event.ts';
import { vanishedOutcome } from '../../src/report/messages.ts';
import { orphans, shop } from '../commands/stage.ts';
import { hub, pullRequest, runUrl } from './hub.ts';
import { PretendGitHub, tooMany, unavailable } from './pretend-github.ts';

const began = (kind: string) => (event: Event) => event.kind === 'fact' && event.name === kind;
const push = { repository: { full_name: 'octo-org/web' }, ref: 'refs/heads/main' };

describe('a rollout that goes well', () => {
  it('is a deployment that succeeds, and one comment that says so', async () => {
    const { github, rollout, told, left } = hub();
    const { outcome } = await rollout({ inputs: { 'environment-url': 'https://staging.example.com' } });
    expect(outcome.is).toBe('succeeded');
    expect(github.deployments).toHaveLength(1);
    expect(github.deployments[0]).toMatchObject({
      ref: 'feature',
      environment: 'staging',
      transient_environment: false,
      production_environment: false,
      description: 'ECS rollout of web in production (us-west-2)',
      payload: { service: 'web', cluster: 'production', region: 'us-west-2' },
    });
    expect(github.history()).toEqual(['queued', 'in_progress', 'success']);
    expect(github.deployments[0]?.statuses.at(-1)).toEqual({
      state: 'success',
      description: 'Succeeded: the rollout of web is complete. The service runs the new revision, and it is stable.',
      log_url: runUrl,
      environment_url: 'https://staging.example.com',
    });
    expect(github.commentsOf(12)).toHaveLength(1);
    const [comment] = github.ours();
    expect(comment?.body).toContain('### ✅ Succeeded: the rollout of web is complete.');
    expect(comment?.body).toContain(`ECS Canary Rollout · [Job summary, log and report](${runUrl})`);
    expect(comment?.body).toContain('environment <code>staging</code>');
    expect(told).toEqual([]);
    expect(left()).toBeUndefined();
  });

  it('has its deployment before anything is changed', async () => {
    const { github, rollout, stage } = hub();
    await rollout({ kill: (event) => event.kind === 'step' && event.is === 'begun' });
    expect(github.history()).toEqual(['queued']);
    expect(stage.account.calls.filter(({ operation }) => /^(Register|Run|Update)/.test(operation))).toEqual([]);
  });

  it('writes its comment on the way, and never twice in ten seconds but for the last word', async () => {
    const { github, rollout } = hub();
    const bodies: string[] = [];
    const look = (event: Event): boolean => {
      const body = github.ours()[0]?.body;
      if (event.kind === 'step' && body !== undefined) bodies.push(body);
      return false;
    };
    await rollout({ cancel: look });
    expect(bodies.some((body) => /### Under way: rollout of web\. Step \d+ of \d+: /.test(body))).toBe(true);
    expect(bodies.some((body) => body.includes('| under way |'))).toBe(true);
    const written = github.ours()[0]?.written ?? [];
    expect(written.length).toBeGreaterThan(3);
    const pauses = written.slice(1, -1).map((at, i) => at - (written[i] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10 * second);
  });

  it('makes the deployment before it inactive', async () => {
    const { github, rollout } = hub();
    await rollout();
    await rollout({ request: { forceNewDeployment: true } });
    expect(github.history(0)).toEqual(['queued', 'in_progress', 'success', 'inactive']);
    expect(github.history(1).at(-1)).toBe('success');
  });

  it('updates the comment of the push before', async () => {
    const { github, rollout } = hub();
    await rollout();
    const [before] = github.ours();
    await rollout({ request: { forceNewDeployment: true } });
    expect(github.ours().map(({ id }) => id)).toEqual([before?.id]);
  });

  it('finds its comment behind a hundred others', async () => {
    const { github, rollout } = hub();
    for (let n = 0; n < 150; n++) github.say('octocat', `comment ${n}`);
    await rollout();
    await rollout({ request: { forceNewDeployment: true } });
    expect(github.ours()).toHaveLength(1);
  });

  it('has one comment for each service, and for each environment', async () => {
    const { github, rollout } = hub();
    const other = hub(shop(), github);
    await Promise.all([rollout(), other.rollout({ inputs: { environment: 'preview' } })]);
    expect(github.ours()).toHaveLength(2);
    expect(new Set(github.ours().map(({ body }) => body.split('\n')[0])).size).toBe(2);
    expect(github.deployments.map(({ environment }) => environment).sort()).toEqual(['preview', 'staging']);
  });

  it('writes a new comment when somebody has deleted it meanwhile', async () => {
    const { github, rollout } = hub();
    let once = true;
    await rollout({
      cancel: (event) => {
        if (once && began('deployment-id')(event)) github.pulls.set(12, []);
        once &&= !began('deployment-id')(event);
        return false;
      },
    });
    expect(github.ours()).toHaveLength(1);
    expect(github.ours()[0]?.body).toContain('Succeeded');
  });

  it('knows the environment of a pull request by its number', async () => {
    const { github, rollout } = hub();
    await rollout({ inputs: { environment: 'pr-12' } });
    expect(github.deployments[0]).toMatchObject({ environment: 'pr-12', transient_environment: true });
  });

  it('comments nowhere after a push, and deploys the branch', async () => {
    const { github, rollout, told } = hub();
    await rollout({ event: push, inputs: { 'github-ref': 'refs/heads/main' } });
    expect(github.ours()).toEqual([]);
    expect(github.deployments[0]).toMatchObject({ ref: 'main' });
    expect(told).toEqual([]);
  });
});

describe('a rollout that does not', () => {
  it('is a failure when the canary is rejected, and the deployment before stays active', async () => {
    const github = new PretendGitHub();
    await hub(shop(), github).rollout();
    const { rollout } = hub(shop('fargate', 1, { tag: 'no-pull' }), github);
    await rollout();
    expect(github.history(0).at(-1)).toBe('success');
    expect(github.history(1)).toEqual(['queued', 'in_progress', 'failure']);
    expect(github.deployments[1]?.statuses.at(-1)?.description).toMatch(/^Rejected: .* The service was not changed\.$/);
    const [comment] = github.ours();
    expect(comment?.body).toMatch(
      /### ❌ Rejected[\s\S]*CannotPullContainerError[\s\S]*What to do next[\s\S]*<summary>Details[\s\S]*Stop code/,
    );
    expect(github.ours()).toHaveLength(1);
  });

  it('is a failure when the service was put back', async () => {
    const { github, rollout } = hub(shop('fargate', 1, { tag: 'fails-in-service' }));
    const { outcome } = await rollout();
    expect(outcome.is).toBe('rolled-back');
    expect(github.history()).toEqual(['queued', 'in_progress', 'failure']);
    expect(github.ours()[0]?.body).toContain('### ↩️ Rolled back');
  });

  it('is an error when it could not be tried', async () => {
    const { github, rollout, stage } = hub();
    stage.account.inject({ operation: 'RunTask', fault: 'deny' });
    const { outcome } = await rollout();
    expect(outcome.is).toBe('failed');
    expect(github.history()).toEqual(['queued', 'in_progress', 'error']);
  });

  it('has no deployment when nothing was planned, and a comment that says why', async () => {
    const { github, rollout, stage } = hub();
    stage.account.inject({ operation: 'DescribeServices', fault: 'deny' });
    await rollout();
    expect(github.deployments).toEqual([]);
    expect(github.ours()[0]?.body).toMatch(/### ❌ Failed[\s\S]*ecs:DescribeServices/);
  });

  it('waits in the queue while somebody else deploys', async () => {
    const { github, rollout, stage } = hub();
    stage.account.someone('UpdateService', {
      cluster: 'production',
      service: 'web',
      forceNewDeployment: true,
    } as never);
    const states: string[] = [];
    await rollout({
      request: { onConflict: 'wait' },
      cancel: (event) => {
        if (event.kind === 'planned' || (event.kind === 'step' && event.index === 0)) {
          states.push(github.history().at(-1) ?? 'none');
        }
        return false;
      },
    });
    expect(states).toEqual(['none', 'none', 'queued', 'queued', 'queued', 'in_progress']);
    expect(github.history()).toEqual(['queued', 'in_progress', 'success']);
  });

  it('is inactive when somebody else has deployed since', async () => {
    const { github, rollout, stage } = hub();
    let once = true;
    const { outcome } = await rollout({
      cancel: (event) => {
        if (once && began('deployment-id')(event)) {
          once = false;
          stage.account.someone('UpdateService', {
            cluster: 'production',
            service: 'web',
            forceNewDeployment: true,
          } as never);
        }
        return false;
      },
    });
    expect(outcome.is).toBe('superseded');
    expect(github.history()).toEqual(['queued', 'in_progress', 'inactive']);
  });
});

describe('a rollout that is stopped', () => {
  it('says nothing while the job is cancelled, and in post how it ended', async () => {
    const { github, rollout, post, stage, left } = hub();
    const run = await rollout({ cancel: began('canary-task-arn') });
    expect(run.outcome.is).toBe('cancelled');
    expect(github.history()).toEqual(['queued', 'in_progress']);
    expect(left()).toMatchObject({ deployment: github.deployments[0]?.id });
    await stage.post(run);
    await post(run.report, '## Clean-up after the job\n\n- stop the canary task');
    expect(github.history()).toEqual(['queued', 'in_progress', 'failure']);
    expect(github.deployments[0]?.statuses.at(-1)?.description).toMatch(/^Cancelled: .* had not been touched\.$/);
    expect(github.ours()).toHaveLength(1);
    expect(github.ours()[0]?.body).toMatch(/### ⏹️ Cancelled[\s\S]*- stop the canary task/);
    expect(left()).toBeUndefined();
  });

  it.each(['service-arn', 'canary-task-arn', 'deployment-id'])(
    'does not stay in progress when the process was killed at %s',
    async (fact) => {
      const { github, rollout, post } = hub();
      const run = await rollout({ kill: began(fact) });
      const vanished = { ...run.report, outcome: vanishedOutcome(fact === 'deployment-id'), phases: [], events: [] };
      await post(vanished);
      expect(github.deployments.length).toBeLessThanOrEqual(1);
      expect(['failure', undefined]).toContain(github.history().at(-1));
      expect(github.ours().length).toBeLessThanOrEqual(1);
      if (github.ours()[0] !== undefined) expect(github.ours()[0]?.body).toContain('### ⏹️ Cancelled');
    },
  );

  it('is stopped at once, also while GitHub is silent', async () => {
    const { github, rollout, stage } = hub();
    github.troubles.push({ is: 'silent' });
    const from = stage.clock.now();
    const { outcome } = await rollout({ cancel: (event) => event.kind === 'planned' });
    expect(outcome.is).toBe('cancelled');
    expect(stage.clock.now() - from).toBeLessThan(second);
  });

  it('finds in post the deployment of which the answer never came', async () => {
    const { github, rollout, post } = hub();
    github.troubles.push({ method: 'POST', path: /deployments$/, is: 'lost' });
    github.troubles.push({ method: 'GET', path: /deployments/, is: unavailable });
    const run = await rollout({ kill: (event) => event.kind === 'step' });
    expect(github.history()).toEqual([]);
    github.troubles.length = 0;
    await post(run.report);
    expect(github.deployments).toHaveLength(1);
    expect(github.history()).toEqual(['failure']);
  });
});

describe('a dry run', () => {
  it('is a comment with the plan, and no deployment', async () => {
    const { github, rollout } = hub();
    const { outcome } = await rollout({ inputs: { 'dry-run': 'true' } });
    expect(outcome.is).toBe('planned');
    expect(github.deployments).toEqual([]);
    const [comment, ...others] = github.ours();
    expect(others).toEqual([]);
    expect(comment?.written).toHaveLength(1);
    expect(comment?.body).toMatch(/### 📋 Planned[\s\S]*### \d+ steps\n\n\|/);
  });
});

describe('a token that may only read', () => {
  const readOnly = (): PretendGitHub => {
    const github = new PretendGitHub();
    github.tokens.set('ghs_job-token', { login: 'github-actions[bot]', deployments: 'read', pullRequests: 'read' });
    return github;
  };

  it('costs one notice on a pull request from a fork', async () => {
    const { github, rollout, told } = hub(shop(), readOnly());
    const fork = pullRequest('stranger/web');
    const { outcome } = await rollout({ event: fork, inputs: { 'create-deployment': 'false' } });
    expect(outcome.is).toBe('succeeded');
    expect(github.ours()).toEqual([]);
    expect(told).toEqual([
      { at: expect.any(Number), kind: 'notice', message: expect.stringContaining('pull-requests: write') },
    ]);
    expect(github.heard.filter(({ method, path }) => method === 'POST' && path !== '/graphql')).toHaveLength(1);
  });

  it('is a warning for whoever has asked for a comment and a deployment', async () => {
    const { rollout, told } = hub(shop(), readOnly());
    const { outcome } = await rollout({ inputs: { comment: 'true' } });
    expect(outcome.is).toBe('succeeded');
    expect(told.map(({ kind }) => kind)).toEqual(['warning', 'warning']);
    const said = told.map(({ message }) => message).join('\n');
    expect(said).toContain('403 Resource not accessible by integration');
    expect(said).toContain('deployments: write');
  });
});

describe('GitHub on a bad day', () => {
  it('is one warning when it is down, and the rollout goes on', async () => {
    const { github, rollout, told, left, stage } = hub();
    github.troubles.push({ is: unavailable });
    const { outcome } = await rollout();
    expect(outcome.is).toBe('succeeded');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: 'warning', message: expect.stringContaining('GitHub says 503') });
    // And `post` tries once more.
    expect(left()).toMatchObject({ asked: true });
    expect(orphans(stage.after())).toEqual([]);
  });

  it.each(['silent', 'reset'] as const)('holds the rollout up for ten seconds at most when it is %s', async (is) => {
    const fair = hub();
    const bad = hub();
    bad.github.troubles.push({ is });
    const took = async ({ rollout, stage }: typeof fair): Promise<number> => {
      const from = stage.clock.now();
      const { outcome } = await rollout();
      expect(outcome.is).toBe('succeeded');
      return stage.clock.now() - from;
    };
    expect((await took(bad)) - (await took(fair))).toBeLessThanOrEqual(21 * second);
    expect(bad.told).toHaveLength(1);
  });

  it('makes one deployment and one comment when answers are lost', async () => {
    const { github, rollout, told } = hub();
    github.troubles.push({ method: 'POST', path: /(deployments|comments)$/, times: 2, is: 'lost' });
    await rollout();
    expect(github.deployments).toHaveLength(1);
    expect(github.ours()).toHaveLength(1);
    expect(github.history().at(-1)).toBe('success');
    expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
    expect(told.length).toBeLessThanOrEqual(1);
  });

  it('is not called again before the time that it has said', async () => {
    const { github, rollout, told } = hub();
    github.troubles.push({ method: 'PATCH', times: 1, is: tooMany(45) });
    await rollout();
    const refused = github.heard.findIndex(({ method }) => method === 'PATCH');
    const [at, next] = [github.heard[refused]?.at ?? 0, github.heard[refused + 1]?.at ?? 0];
    expect(next - at).toBeGreaterThanOrEqual(45 * second);
    expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
    expect(told).toEqual([]);
  });

  it('refuses a ref that it does not know: a warning that says which, and the rollout goes on', async () => {
    const { github, rollout, told } = hub();
    const { outcome } = await rollout({ inputs: { 'github-ref': 'never-pushed' } });
    expect(outcome.is).toBe('succeeded');
    expect(github.deployments).toEqual([]);
    expect(told).toEqual([
      expect.objectContaining({
        kind: 'warning',
        message: expect.stringContaining('422 No ref found for: never-pushed'),
      }),
    ]);
    expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
  });

  it('does not know the token', async () => {
    const { rollout, told } = hub();
    const { outcome } = await rollout({ inputs: { 'github-token': 'ghp_expired' } });
    expect(outcome.is).toBe('succeeded');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('401 Bad credentials'),
      expect.stringContaining('401 Bad credentials'),
    ]);
    for (const { message } of told) expect(message).not.toContain('ghp_expired');
  });
});

describe('what others write', () => {
  it('is not taken for our comment, even with our first line', async () => {
    const { github, rollout } = hub();
    await rollout();
    const [ours] = github.ours();
    const forged = github.say('mallory', ours?.body ?? '');
    github.pulls.set(12, [forged, ...github.commentsOf(12).filter((one) => one !== forged)]);
    const before = forged.body;
    await rollout({ request: { forceNewDeployment: true } });
    expect(forged.body).toBe(before);
    expect(forged.written).toHaveLength(1);
    expect(ours?.written.length).toBeGreaterThan(4);
  });

  it('notifies nobody, refers to nothing, and breaks out of nothing', async () => {
    const nasty =
      'ask @octocat, .@octo-org/team, see #1, GH-2, octo-org/web#3 </details> <!-- ecs-canary-rollout --> |';
    const { github, rollout, stage } = hub();
    stage.account.inject({ operation: 'RunTask', fault: { failures: [{ reason: nasty, detail: nasty }] } });
    await rollout();
    const page = github.ours()[0]?.body ?? '';
    expect(page).toContain('octocat');
    const [first = '', ...rest] = page.split('\n');
    expect(first).toMatch(/^<!-- [^<>]* -->$/);
    const shown = rest.join('\n');
    expect(shown).not.toContain('<!--');
    expect(shown).not.toMatch(/@(octocat|octo-org)/);
    expect(shown.replaceAll('&#35;', '#').replaceAll(/&#\d+;/g, '')).not.toMatch(/#\d|\bGH-\d/);
    expect(shown.split('<details').length).toBe(shown.split('</details>').length);
  });

  it('cannot get out of the first line by a name', async () => {
    const { github, rollout } = hub();
    await rollout({ inputs: { environment: '--> <b>@octocat</b> <!-- é =' } });
    const first = github.ours()[0]?.body.split('\n')[0] ?? '';
    expect(first).toMatch(/^<!-- ecs-canary-rollout [^<>]* -->$/);
    expect(first.slice(4, -3)).not.toContain('--');
    expect(subjectOf(github.ours()[0]?.body ?? '')?.environment).toBe('--> <b>@octocat</b> <!-- é =');
    await rollout({ inputs: { environment: '--> <b>@octocat</b> <!-- é =' }, request: { forceNewDeployment: true } });
    expect(github.ours()).toHaveLength(1);
  });
});

describe('the token', () => {
  it('is in nothing that is said, and in nothing that is sent but the header', async () => {
    const { github, rollout, told, left } = hub(shop('fargate', 1, { tag: 'crash' }));
    const { report } = await rollout();
    const said = JSON.stringify([github.heard, github.deployments, github.commentsOf(12), told, left(), report]);
    expect(said).not.toContain('ghs_job-token');
  });
});
