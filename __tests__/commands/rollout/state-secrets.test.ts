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

  it('does not have what was registered any more, not even before it is stored', async () => {
    const here = stage(secretive('good'), undefined, 'direct');
    const saved: RunState[] = [];
    await here.rollout({}, undefined, undefined, (state) => saved.push(state));
    const last = JSON.stringify(saved.at(-1));
    expect(last).toContain('"register-revision"');
    for (const secret of canaries) expect(last).not.toContain(secret);
  });
});
