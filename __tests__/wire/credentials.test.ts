import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { orphans, serviceIn, shop } from '../commands/stage.ts';
import { type Job, job, type StepResult } from './job.ts';

const arn = 'arn:aws:iam::123456789012:role/deployer';
const inputs = { 'deploy-context': 'deploy', 'idle-duration': '1s', 'role-to-assume': arn };
const subject = 'repo:acme/web:ref:refs/heads/main';

/** The variables of an environment that has no AWS credentials, wherever the SDK looks for some. */
const without = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
};

interface GitHub {
  /** What the runner sets for a job with `permissions: id-token: write`. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
}

/** A job in a pretend account, beside a GitHub that gives it tokens. */
async function withGitHub(made: Promise<Job>, use: (here: Job, gitHub: GitHub) => Promise<void>): Promise<void> {
  const secrets = ['the-bearer-of-the-job'];
  const server = createServer((request, response) => {
    const allowed = request.headers.authorization === `Bearer ${secrets[0]}`;
    const aud = new URL(request.url ?? '', 'http://github').searchParams.get('audience');
    const claims = { aud, sub: subject, exp: Date.now() / 1000 + 300, jti: String(secrets.length) };
    const value = `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
    secrets.push(value);
    response.writeHead(allowed ? 200 : 403, { 'content-type': 'application/json' }).end(JSON.stringify({ value }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = await made;
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`;
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets[0] ?? '' };
    await use(here, { env, secrets });
  } finally {
    await here.end();
    server.close();
    server.closeAllConnections();
  }
}

/** The log as the runner shows it: what tells it to mask a value is not in it. */
const shown = (log: string): string =>
  log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
const masked = (log: string): readonly string[] =>
  [...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, secret = '']) => secret);

function expectNothingShown({ log, summary, outputs, state }: StepResult, secrets: readonly string[]): void {
  const report = readFileSync(outputs.report ?? '', 'utf8');
  for (const text of [shown(log), summary, report, JSON.stringify(outputs), JSON.stringify(state)]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
}

describe.concurrent('dist/index.js with role-to-assume', { timeout: 90_000 }, () => {
  it('rolls out by the OIDC token of the job alone, and shows no secret', async () => {
    const made = job(shop('fargate', 1), {
      more: { roles: [{ arn, subject }] },
      faults: [{ service: 'ecs', nth: 9, fault: 'expired' }],
    });
    await withGitHub(made, async (here, { env, secrets }) => {
      const step = await here.step(inputs, { env: { ...without, ...env } });
      expect(step.outputs.outcome, step.log).toBe('succeeded');
      expect(here.account.picture().services['production/web']?.taskDefinition).toBe('web:2');
      const notices = step.log.split('\n').filter((line) => line.startsWith('::notice'));
      expect(notices).toEqual([expect.stringContaining('had expired. They were renewed')]);
      const hidden = masked(step.log);
      // Two sessions of three values each, and the tokens that they were got with.
      expect(hidden.filter((value) => value.startsWith('ASIA'))).toHaveLength(2);
      for (const token of secrets.slice(1)) expect(hidden).toContain(token);
      expectNothingShown(step, [...secrets, ...hidden]);
    });
  });

  it('names session and trust policy if the token is refused, without showing the token', async () => {
    const made = job(shop('fargate', 1), { more: { roles: [{ arn, subject: 'repo:acme/api' }] } });
    await withGitHub(made, async (here, { env, secrets }) => {
      const before = here.account.picture();
      const step = await here.step(inputs, { env: { ...without, ...env } });
      expect(step.code).toBe(1);
      expect(step.outputs).toMatchObject({ outcome: 'failed', 'service-intact': 'true' });
      const errors = step.log.split('\n').filter((line) => line.startsWith('::error'));
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(`trust policy of ${arn} allows sts:AssumeRoleWithWebIdentity`);
      expect(errors[0]).toContain(`sub ${subject}`);
      const names = new Set(here.account.calls.map(({ input }) => input.RoleSessionName));
      expect(names).toEqual(new Set(['ecs-canary-rollout-4711']));
      expect(here.account.picture()).toEqual(before);
      expectNothingShown(step, secrets);
    });
  });

  it('says what to do when there is neither a token nor anything else', async () => {
    await withGitHub(job(shop('fargate', 1)), async (here) => {
      const { code, log } = await here.step(inputs, { env: without });
      expect(code).toBe(1);
      expect(log).toMatch(/::error .*There are no AWS credentials to assume .*id-token: write/);
      expect(here.account.calls).toEqual([]);
    });
  });

  it('assumes the role with the keys of the environment', async () => {
    const made = job(shop('fargate', 1), { more: { roles: [{ arn, externalId: 'ours', trusts: ['keys'] }] } });
    await withGitHub(made, async (here, { env }) => {
      const more = { 'role-external-id': 'ours', 'role-session-name': 'night' };
      const { outputs, log } = await here.step({ ...inputs, ...more }, { env });
      expect(outputs.outcome, log).toBe('succeeded');
      expect(here.account.calls[0]?.input).toMatchObject({ RoleSessionName: 'night', ExternalId: 'ours' });
    });
  });

  it('removes the canary in post by the token when the session of the environment has expired', async () => {
    const session = { accessKeyId: 'ASIAENVIRONMENT', token: 'the-session-token', seconds: 3600 };
    const made = job(shop('fargate', 1), { speed: 30, more: { sessions: [session], roles: [{ arn, subject }] } });
    await withGitHub(made, async (here, { env }) => {
      const before = here.account.picture();
      const keys = { AWS_ACCESS_KEY_ID: session.accessKeyId, AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'other' };
      const main = await here.step(
        { ...inputs, 'role-to-assume': '', 'bake-duration': '5m' },
        {
          env: { ...keys, AWS_SESSION_TOKEN: session.token },
          during: ({ kill, until }) => void until('check that the canary stays healthy').then(() => kill('SIGKILL')),
        },
      );
      expect(orphans(here.account.picture())).not.toEqual([]);
      // Keys that AWS does not know any more, as when the session is over.
      const after = await here.step(inputs, { state: main.state, env: { ...keys, ...env } });
      expect(after.code, after.log).toBe(0);
      expect(orphans(here.account.picture())).toEqual([]);
      expect(serviceIn(here.account.picture())).toEqual(serviceIn(before));
      expect(shown(after.log)).not.toContain('the-session-token');
    });
  });
});

describe.concurrent('dist/index.js with a session that is over', { timeout: 90_000 }, () => {
  it('fails immediately with advice, and changes nothing', async () => {
    const session = { accessKeyId: 'ASIAOLD', token: 'old-token', seconds: 0 };
    await withGitHub(job(shop('fargate', 1), { more: { sessions: [session] } }), async (here) => {
      const before = here.account.picture();
      const keys = { AWS_ACCESS_KEY_ID: 'ASIAOLD', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'old-token' };
      const { code, log, outputs } = await here.step({ ...inputs, 'role-to-assume': '' }, { env: keys });
      expect(code).toBe(1);
      expect(outputs).toMatchObject({ outcome: 'failed', 'service-intact': 'true' });
      expect(log).toMatch(/::error .*is expired .*The AWS credentials are expired or not valid: .*role-to-assume/);
      expect(log).not.toContain('::notice');
      expect(here.account.picture()).toEqual(before);
    });
  });

  it('warns before the start when the environment says that it is too short', async () => {
    await withGitHub(job(shop('fargate', 1)), async (here) => {
      const AWS_CREDENTIAL_EXPIRATION = new Date(Date.now() + 20 * 60_000).toISOString();
      const { log, code } = await here.step(
        { ...inputs, 'role-to-assume': '', 'bake-duration': '1h', 'dry-run': 'true' },
        { env: { AWS_SESSION_TOKEN: 'of-a-session', AWS_CREDENTIAL_EXPIRATION } },
      );
      expect(code).toBe(0);
      expect(log).toMatch(
        /::warning .*The AWS credentials expire in (20m|19m 5\ds), but this rollout takes at least 1h/,
      );
    });
  });

  it.each([
    ['an hour of the role is enough', 20, '30m', undefined],
    ['the role can be assumed again', 180, '2h', undefined],
    ['neither is enough', 20, '1h', /::warning .*The AWS credentials expire in (1h|59m 5\ds), but/],
  ] as const)('warns of a role by what it was assumed with: %s', async (_, minutes, bake, warning) => {
    await withGitHub(job(shop('fargate', 1), { speed: 1 }), async (here) => {
      const AWS_CREDENTIAL_EXPIRATION = new Date(Date.now() + minutes * 60_000).toISOString();
      const { log, code } = await here.step(
        { ...inputs, 'bake-duration': bake, 'dry-run': 'true' },
        { env: { AWS_SESSION_TOKEN: 'of-a-session', AWS_CREDENTIAL_EXPIRATION } },
      );
      expect(code).toBe(0);
      if (warning === undefined) expect(log).not.toContain('::warning');
      else expect(log).toMatch(warning);
    });
  });
});
