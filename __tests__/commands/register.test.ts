import type { DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { writtenInFiles } from '../../src/model/change.ts';
import type { RegisterRequest } from '../../src/model/request.ts';
import { headline, nextStep } from '../../src/report/messages.ts';
import { place, type Run, type Stage, shop, stage } from './stage.ts';

const what = shop('fargate', 1);
const { definition } = what;
const edits = { images: [{ image: 'registry.example/web:v2' }], environment: [] };
const nowhere = { ...place, cluster: '', service: '' };

const registerCalls = (here: Stage): number =>
  here.account.calls.filter(({ operation }) => operation === 'RegisterTaskDefinition').length;
const operations = (here: Stage): readonly string[] => here.account.calls.map(({ operation }) => operation);
const notes = ({ report }: Run): string => (report.plan?.notes ?? []).join('\n');
const said = ({ outcome }: Run): string => headline(outcome, { command: 'register' });

/** The first image of a revision in the account. */
async function imageOf(here: Stage, taskDefinition: string): Promise<unknown> {
  const answer = await here.account.call('ecs', 'DescribeTaskDefinition', { taskDefinition });
  return (answer as DescribeTaskDefinitionResponse).taskDefinition?.containerDefinitions?.[0]?.image;
}

describe('command: register', () => {
  it('registers a file, outputs the ARN, and deploys nothing', async () => {
    const here = stage(what);
    const run = await here.register({ place: nowhere });
    expect(run.outcome).toEqual({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(run.report.facts['task-definition-arn']).toMatch(/:task-definition\/web:2$/);
    expect(here.after().services).toEqual(here.before.services);
    expect(operations(here)).toEqual(['DescribeTaskDefinition', 'RegisterTaskDefinition']);
    expect(said(run)).toBe('Succeeded: the task definition is registered. Nothing was deployed.');
  });

  it('registers the first revision of a family', async () => {
    const here = stage(what);
    const family = 'jobs';
    const run = await here.register({
      place: nowhere,
      revision: { kind: 'new', definition: { ...definition, family } },
    });
    expect(run.report.facts['task-definition-arn']).toMatch(/:task-definition\/jobs:1$/);
    expect(notes(run)).toContain('jobs has no ACTIVE revision yet.');
  });

  it('registers nothing if the newest revision is the same, and outputs its ARN', async () => {
    const here = stage(what);
    await here.register({ place: nowhere });
    const again = await here.register({ place: nowhere });
    expect(again.outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(again.report.facts['task-definition-arn']).toMatch(/:task-definition\/web:2$/);
    expect(notes(again)).toContain('web:2 is the newest revision of web and is identical; nothing is registered.');
    expect(registerCalls(here)).toBe(1);
  });

  it.each([
    ['what the service runs', 'service', place],
    ['the newest revision of its family', 'latest', place],
    ['the newest revision of a family, without a service', { named: 'web' }, nowhere],
    ['a revision', { named: 'web:1' }, nowhere],
  ] as const)('edits %s', async (_, base, where) => {
    const here = stage(what);
    const run = await here.register({ place: where, revision: { kind: 'edited', base, edits } });
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(run.report.facts['task-definition-arn']).toMatch(/web:2$/);
    expect(await imageOf(here, 'web')).toBe('registry.example/web:v2');
    expect(run.report.plan?.changes).toMatchObject([{ what: 'containerDefinitions[web].image' }]);
    expect(here.after().services).toEqual(here.before.services);
  });

  it.each([
    [{ named: 'nothing' }, nowhere, /base-revision: ECS has no revision nothing in us-west-2/],
    ['service', { ...place, service: 'shop' }, /there is no service shop in cluster production/],
  ] as const)('fails before it registers anything if there is no %j', async (base, where, because) => {
    const here = stage(what);
    const run = await here.register({ place: where, revision: { kind: 'edited', base, edits } });
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(run.outcome.cause?.because).toMatch(because);
    expect(registerCalls(here)).toBe(0);
  });

  it('refuses an edit that fits no container', async () => {
    const here = stage(what);
    const other = { images: [{ container: 'wbe', image: 'registry.example/web:v2' }], environment: [] };
    const run = await here.register({ revision: { kind: 'edited', base: 'service', edits: other } });
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(run.outcome.cause?.because).toContain('wbe');
    expect(registerCalls(here)).toBe(0);
  });

  it('shows in a dry run what would be registered, and changes nothing', async () => {
    const here = stage(what);
    const run = await here.register({ place: nowhere, dryRun: true });
    expect(run.outcome).toMatchObject({ is: 'planned', serviceIntact: true });
    expect(run.report.plan).toMatchObject({
      title: 'Register a new revision of web',
      steps: [{ kind: 'register-revision' }],
    });
    expect(run.report.plan?.changes).not.toEqual([]);
    expect(here.after()).toEqual(here.before);
  });

  it('says why AWS refuses it, and that nothing was deployed', async () => {
    const here = stage(what);
    here.account.inject({ operation: 'RegisterTaskDefinition', fault: 'deny' });
    const run = await here.register({ place: nowhere });
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(run.outcome.cause?.next).toContain('Allow ecs:RegisterTaskDefinition');
    expect(said(run)).toBe('Failed: the task definition was not registered. Nothing was deployed.');
  });

  it.each(['lost-before', 'lost-after'] as const)('registers once if the answer is lost: %s', async (fault) => {
    const here = stage(what);
    here.account.inject({ operation: 'RegisterTaskDefinition', nth: 1, fault });
    const run = await here.register({ place: nowhere });
    expect(run.outcome.is).toBe('succeeded');
    expect(here.after().revisions.web).toHaveLength((here.before.revisions.web?.length ?? 0) + 1);
  });

  it.each([1, 2, 3, 4].flatMap((point) => [true, false].map((arrives) => [point, arrives] as const)))(
    'has nothing to undo if it is killed at call %i (arrives: %s), and another run registers once',
    async (point, arrives) => {
      const here = stage(what, undefined, 'direct');
      here.account.inject({ nth: point, fault: arrives ? 'lost-after' : 'lost-before' });
      const asked: Partial<RegisterRequest> = { revision: { kind: 'edited', base: 'latest', edits } };
      const run = await here.register(asked, (event) => event.kind === 'call' && here.account.calls.length >= point);
      expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: true });
      expect(nextStep(run.outcome, { command: 'register' })).toContain('Run the job again');
      expect(run.left).toEqual([]);
      expect(await here.post(run)).toEqual([]);
      expect(here.after().services).toEqual(here.before.services);
      const again = await here.register(asked);
      expect(again.outcome.is).toBe('succeeded');
      expect(again.report.facts['task-definition-arn']).toMatch(/web:2$/);
      expect(here.after().revisions.web).toHaveLength(2);
    },
  );

  it('hides in the changes what the environment has filled in', async () => {
    const here = stage(what);
    const containerDefinitions = [
      { ...definition.containerDefinitions?.[0], environment: [{ name: 'TOKEN', value: 'hunter2-and-more' }] },
    ];
    const revision = { kind: 'new', definition: { ...definition, containerDefinitions } } as const;
    const run = await here.register({ revision, hidden: ['hunter2-and-more'], origins: writtenInFiles });
    expect(run.outcome.is).toBe('succeeded');
    expect(JSON.stringify(run.report)).not.toContain('hunter2');
  });
});
