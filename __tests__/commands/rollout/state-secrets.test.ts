import { describe, expect, it } from 'vitest';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { RunState } from '../../../src/model/run-state.ts';
import { storable } from '../../../src/model/storable.ts';
import { settingsAsked, shop, stage } from '../stage.ts';

/** Replaces what a user writes by values that nobody else has; names, images and places stay what they are. */
const canaries: string[] = [];
const canary = (): string => {
  const value = `canary-${canaries.length}-of-a-secret`;
  canaries.push(value);
  return value;
};

/** A shop whose task definition has a secret wherever a text can stand that only containers read. */
function secretive(tag: string) {
  const what = shop('fargate', 1, { tag });
  const [web] = what.definition.containerDefinitions ?? [];
  const container = {
    ...web,
    environment: [{ name: 'PASSWORD', value: canary() }],
    command: [canary()],
    entryPoint: [canary()],
    dockerLabels: { label: canary() },
    workingDirectory: `/${canary()}`,
    user: canary(),
  };
  const tags = [{ key: 'owner', value: canary() }];
  return { ...what, definition: { ...what.definition, containerDefinitions: [container], tags } };
}

const request = (): Partial<RolloutRequest> => ({
  ...settingsAsked({
    serviceConnectConfiguration: { enabled: false, namespace: canary() },
    deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 },
  }),
  beforePromote: [
    {
      name: 'migrate',
      command: [canary()],
      environment: [{ name: 'TOKEN', value: canary() }],
      timeout: 600_000,
      written: { where: 'rollout.yml' },
    },
  ],
});

describe('what is saved of a run', () => {
  it.each(['good', 'crash', 'http-500', 'fails-in-service'])('has no value of the user in it: %s', async (tag) => {
    const here = stage(secretive(tag), undefined, 'direct');
    const saved: RunState[] = [];
    await here.rollout(request(), undefined, undefined, (state) => saved.push(state));
    expect(saved.length).toBeGreaterThan(5);
    const texts = saved.map((state) => JSON.stringify(storable(state)));
    for (const secret of canaries) expect(texts.some((text) => text.includes(secret))).toBe(false);
  });

  it.each([
    ['RegisterTaskDefinition', 1],
    ['RunTask', 1],
    ['RunTask', 2],
    ['UpdateService', 1],
  ])('is enough for a process with the same inputs to go on when %s %i was lost', async (operation, nth) => {
    const asked = { ...request(), run: { id: 'killed', attempt: 1, token: 'first' } };
    const here = stage(secretive('good'), undefined, 'direct');
    here.account.inject({ operation, nth, fault: 'lost-before' });
    const texts: string[] = [];
    const saves = (state: RunState) => texts.push(JSON.stringify(storable(state)));
    let calls = 0;
    const killed = await here.rollout(
      asked,
      (event) => event.kind === 'call' && event.operation.endsWith(operation) && ++calls === nth,
    );
    expect(killed.outcome.is).toBe('cancelled');
    const stored = JSON.stringify(storable(JSON.parse(killed.saved ?? '')));
    const other = { ...asked, run: { ...asked.run, token: 'second' } };
    const { outcome, report } = await here.continue(stored, other, undefined, saves);
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    for (const secret of canaries) expect([stored, ...texts].some((text) => text.includes(secret))).toBe(false);
    // With the tokens of the first process a task is started once, whichever of the calls arrive.
    const tokens = here.account.calls.flatMap(({ operation, input }) =>
      operation === 'RunTask' && input.clientToken !== undefined ? [String(input.clientToken)] : [],
    );
    expect(tokens.every((token) => token.startsWith('first'))).toBe(true);
    // AWS has got what the user has written all the same.
    const sent = JSON.stringify(here.account.calls.filter((call) => call.outcome === 'ok').map(({ input }) => input));
    for (const secret of canaries.slice(-10)) expect(sent).toContain(secret);
    expect(report.phases.map(({ is }) => is)).not.toContain('not-begun');
    expect(report.plan?.steps.map(({ title }) => title)).toEqual(killed.report.plan?.steps.map(({ title }) => title));
  });

  it('is enough to unwind for a process without the inputs, which says what it has not', async () => {
    const here = stage(secretive('good'), undefined, 'direct');
    here.account.inject({ operation: 'RunTask', nth: 1, fault: 'lost-before' });
    const killed = await here.rollout(request(), ({ kind, ...event }) => {
      return kind === 'call' && 'operation' in event && event.operation.endsWith('RunTask');
    });
    const { outcome } = await here.resume(JSON.stringify(storable(JSON.parse(killed.saved ?? ''))));
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/what it sends is not in the saved state/);
    expect(here.account.calls.filter(({ operation }) => operation === 'RunTask')).toHaveLength(1);
  });

  it('does not have what was registered any more, not even before it is stored', async () => {
    const here = stage(secretive('good'), undefined, 'direct');
    const saved: RunState[] = [];
    await here.rollout({}, undefined, undefined, (state) => saved.push(state));
    const last = JSON.stringify(saved.at(-1));
    expect(last).toContain('"register-revision"');
    for (const secret of canaries) expect(last).not.toContain(secret);
  });
});
