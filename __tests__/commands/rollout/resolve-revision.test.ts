import { describe, expect, it } from 'vitest';
import type { Edits } from '../../../src/model/edits.ts';
import { serviceIn, shop, stage } from '../stage.ts';

const none: Edits = { images: [], environment: [] };
const edited = (edits: Partial<Edits>, base: 'service' | 'latest' = 'service') =>
  ({ revision: { kind: 'edited', base, edits: { ...none, ...edits } } }) as const;
const image = (text: string) => edited({ images: [{ image: text }] });

/** What a revision says, as AWS describes it. */
async function described(s: ReturnType<typeof stage>, name: string): Promise<Record<string, unknown>> {
  const { taskDefinition } = (await s.account.call('ecs', 'DescribeTaskDefinition', { taskDefinition: name })) as {
    taskDefinition: Record<string, unknown>;
  };
  return taskDefinition;
}
const containerIn = (definition: Record<string, unknown>) =>
  (definition.containerDefinitions as Record<string, unknown>[])[0];

describe('a rollout of another image, without any file', () => {
  it('deploys what the service runs with the new image, and changes nothing else', async () => {
    const s = stage(shop('fargate', 1, { tag: 'v1', healthCheck: true }));
    const before = await described(s, 'web:1');
    const { outcome, report } = await s.rollout(image('registry.example/web:v2'));
    expect(outcome.is).toBe('succeeded');
    expect(serviceIn(s.after())).toMatchObject({ taskDefinition: 'web:2' });
    const after = await described(s, 'web:2');
    expect(containerIn(after)).toEqual({ ...containerIn(before), image: 'registry.example/web:v2' });
    expect(report.plan?.changes).toEqual([
      expect.objectContaining({ before: 'registry.example/web:stable', after: 'registry.example/web:v2' }),
    ]);
  });

  it.each([
    [
      'that nothing has',
      image('registry.example/wep:v2'),
      /image: .*registry\.example\/wep.*web = registry\.example\/web/,
    ],
    ['that is there already', image('registry.example/web:stable'), /image: .*changes nothing/],
    ['for no such container', edited({ images: [{ container: 'wep', image: 'x:1' }] }), /image: .*did you mean `?web/],
    [
      'by a tag that is there already',
      edited({ tag: { from: 'image-tag', value: 'stable' } }),
      /image-tag: .*changes nothing/,
    ],
  ])('registers nothing for an image %s', async (_, asked, said) => {
    const s = stage(shop());
    const { outcome, report } = await s.rollout(asked);
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(said);
    expect(report.calls['ecs:RegisterTaskDefinition']).toBeUndefined();
    expect(s.after()).toEqual(s.before);
  });

  it('deploys the same image once more where that is requested', async () => {
    const s = stage(shop());
    const { outcome } = await s.rollout({ ...image('registry.example/web:stable'), forceNewDeployment: true });
    expect(outcome.is).toBe('succeeded');
    expect(serviceIn(s.after())).toMatchObject({ taskDefinition: 'web:1' });
  });

  it('is content with what an earlier attempt of the job has brought in', async () => {
    const s = stage(shop());
    const run = { id: 'run-1', token: 't' };
    await s.rollout({ ...image('registry.example/web:v2'), run: { ...run, attempt: 1 } });
    const { outcome, report } = await s.rollout({ ...image('registry.example/web:v2'), run: { ...run, attempt: 2 } });
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(report.calls['ecs:UpdateService']).toBeUndefined();
  });

  it('edits the newest revision of the family where that is requested', async () => {
    const s = stage(shop());
    const { taskDefinition: _, ...rest } = shop('fargate', 1).definition as never as Record<string, unknown>;
    await s.account.call('ecs', 'RegisterTaskDefinition', { ...rest, cpu: '512', memory: '1024' });
    const { outcome } = await s.rollout(edited({ tag: { from: 'image-tag', value: 'v3' } }, 'latest'));
    expect(outcome.is).toBe('succeeded');
    expect(await described(s, 'web:3')).toMatchObject({ cpu: '512', memory: '1024' });
  });

  it('sets variables, and shows none of their values', async () => {
    const s = stage(shop());
    const environment = [{ name: 'API_KEY', value: 'hush-hush' }];
    const { outcome, report } = await s.rollout({ ...edited({ environment }), hidden: ['hush-hush'] });
    expect(outcome.is).toBe('succeeded');
    expect(containerIn(await described(s, 'web:2'))).toMatchObject({ environment });
    expect(JSON.stringify(report.plan?.changes)).not.toContain('hush');
  });

  it('works through a canary and at once alike, and a bad image never reaches the service', async () => {
    const s = stage(shop());
    const rejected = await s.rollout(image('registry.example/web:crash'));
    expect(rejected.outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    const back = await s.rollout({ ...image('registry.example/web:no-pull'), strategy: 'rolling' });
    expect(back.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(serviceIn(s.after())).toEqual(serviceIn(s.before));
  });
});

describe('max-revisions', () => {
  const tag = (value: string) => edited({ tag: { from: 'image-tag', value } });
  const active = async (s: ReturnType<typeof stage>): Promise<readonly string[]> => {
    const { taskDefinitionArns = [] } = (await s.account.call('ecs', 'ListTaskDefinitions', {
      familyPrefix: 'web',
      status: 'ACTIVE',
    })) as { taskDefinitionArns?: readonly string[] };
    return taskDefinitionArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  };

  it('keeps the newest that were good, and the failed ones go first', async () => {
    const s = stage(shop());
    await s.rollout(tag('v2'));
    await s.rollout(tag('v3'));
    expect((await s.rollout(tag('crash'))).outcome.is).toBe('rejected');
    const { outcome } = await s.rollout({ ...tag('v5'), maxRevisions: 4 });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(await active(s)).toEqual(['web:1', 'web:2', 'web:3', 'web:5']);
    await s.rollout({ ...tag('v6'), maxRevisions: 3 });
    expect(await active(s)).toEqual(['web:3', 'web:5', 'web:6']);
  });

  it('never takes away what the service runs or ran before, after a failed rollout in between too', async () => {
    const s = stage(shop());
    await s.rollout(tag('v2'));
    await s.rollout({ ...tag('crash'), maxRevisions: 1 });
    expect(await active(s)).toEqual(['web:1', 'web:2', 'web:3']);
    await s.rollout({ ...tag('v4'), maxRevisions: 1 });
    expect(await active(s)).toEqual(['web:2', 'web:4']);
    const back = await s.rollout({ command: 'rollback', strategy: 'rolling', revision: { kind: 'past' } });
    expect(back.outcome.is).toBe('succeeded');
    expect(serviceIn(s.after())).toMatchObject({ taskDefinition: 'web:2' });
  });

  it('is not what a rollout fails by: what could not go is left over', async () => {
    const s = stage(shop());
    s.account.inject({ service: 'ecs', operation: 'DeregisterTaskDefinition', fault: 'deny' });
    await s.rollout(tag('v2'));
    const { outcome } = await s.rollout({ ...tag('v3'), maxRevisions: 1 });
    expect(outcome).toMatchObject({
      is: 'succeeded',
      leftovers: [{ what: expect.stringMatching(/old revisions of web/) }],
    });
    expect(serviceIn(s.after())).toMatchObject({ taskDefinition: 'web:3' });
  });
});
