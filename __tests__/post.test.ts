import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopUndo } from '../src/aws/handlers/canary.ts';
import type { Undo } from '../src/model/undos.ts';
import { post } from '../src/post.ts';

const ecs = mockClient(ECSClient);
const sts = mockClient(STSClient);
let directory = '';

beforeEach(() => {
  ecs.reset();
  sts.reset();
  directory = mkdtempSync(join(tmpdir(), 'post-'));
  for (const name of ['state', 'output', 'summary']) writeFileSync(join(directory, name), '');
  vi.stubEnv('GITHUB_STATE', join(directory, 'state'));
  vi.stubEnv('GITHUB_OUTPUT', join(directory, 'output'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'of-the-job');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-job');
  ecs.on(ListTasksCommand).resolves({ taskArns: [] });
  ecs.on(DescribeTasksCommand).resolves({ tasks: [] });
  ecs.on(StopTaskCommand).resolves({});
  sts.on(AssumeRoleCommand).callsFake(({ RoleArn }: { readonly RoleArn: string }) => ({
    Credentials: {
      AccessKeyId: `of-${RoleArn.split('/')[1]}`,
      SecretAccessKey: 'secret-of-the-role',
      SessionToken: 'token-of-the-role',
      Expiration: new Date(Date.now() + 3_600_000),
    },
  }));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** The undo of a canary of a service, in a region, of a run with a role or without. */
function canaryOf(service: string, region: string, role?: string): Undo {
  const place = { region, cluster: 'production', service };
  const task = `arn:aws:ecs:${region}:123456789012:task/production/${service}`;
  const undo = stopUndo({
    place,
    startedBy: 's',
    run: 'r',
    stopWithin: 60_000,
    tasks: [task],
    title: `stop ${service}`,
  });
  return role === undefined ? undo : { ...undo, role: `arn:aws:iam::123456789012:role/${role}` };
}

/** Who has stopped which task where. */
async function stopped(): Promise<readonly (readonly string[])[]> {
  return Promise.all(
    ecs.commandCalls(StopTaskCommand).map(async ({ thisValue, args: [{ input }] }) => {
      const { config } = thisValue as ECSClient;
      const { accessKeyId } = await config.credentials();
      return [input.task?.split('/').at(-1) ?? '', await config.region(), accessKeyId];
    }),
  );
}

/** What the journal still has, as it was saved last. */
function stillLeft(): readonly string[] {
  const saved = readFileSync(join(directory, 'state'), 'utf8').matchAll(/^journal<<(\S+)\n(.*)\n\1$/gm);
  const undos = JSON.parse([...saved].at(-1)?.[2] ?? 'null') as readonly Undo[];
  return undos.map(({ title }) => title);
}

const environmentOf = (journal: readonly Undo[]) => ({
  ...process.env,
  STATE_main: 'began',
  STATE_journal: JSON.stringify(journal),
  GITHUB_STEP_SUMMARY: join(directory, 'summary'),
});

describe('the post step', () => {
  const journal = [
    canaryOf('web', 'us-west-2'),
    canaryOf('api', 'eu-west-1'),
    canaryOf('shop', 'us-west-2', 'deploy'),
    canaryOf('cart', 'eu-west-1', 'deploy'),
    canaryOf('mail', 'eu-west-1', 'other'),
    canaryOf('jobs', 'us-west-2'),
  ];

  it('undoes each thing in its own region, with the role that had made it', async () => {
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await post(environmentOf(journal));
    expect((await stopped()).toSorted()).toEqual([
      ['api', 'eu-west-1', 'of-the-job'],
      ['cart', 'eu-west-1', 'of-deploy'],
      ['jobs', 'us-west-2', 'of-the-job'],
      ['mail', 'eu-west-1', 'of-other'],
      ['shop', 'us-west-2', 'of-deploy'],
      ['web', 'us-west-2', 'of-the-job'],
    ]);
    // One session for each role in each region.
    expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(3);
    expect(print.mock.calls.join('')).toContain('Clean-up requested, not confirmed.');
    expect(stillLeft()).toEqual([]);
  });

  it('goes on with the others when one role cannot be assumed, and says what is left', async () => {
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const denied = Object.assign(new Error('not authorized to assume'), { name: 'AccessDenied', $metadata: {} });
    sts.on(AssumeRoleCommand, { RoleArn: 'arn:aws:iam::123456789012:role/other' }).rejects(denied);
    await post(environmentOf(journal));
    expect((await stopped()).map(([service]) => service).toSorted()).toEqual(['api', 'cart', 'jobs', 'shop', 'web']);
    const said = print.mock.calls.join('');
    expect(said).toMatch(/Could not stop mail: .*not authorized to assume/);
    expect(said).toContain('Clean-up requested in part, not confirmed.');
    expect(readFileSync(join(directory, 'summary'), 'utf8')).toContain('stop mail');
    expect(stillLeft()).toEqual(['stop mail']);
  });
});
