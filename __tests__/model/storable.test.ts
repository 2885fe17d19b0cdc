import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { redactPlan } from '../../src/model/redact.ts';
import type { RunState } from '../../src/model/run-state.ts';
import { storable } from '../../src/model/storable.ts';
import { place } from '../engine/world.ts';

const value = 'from-the-environment';
const url = `https://example.com/${value}`;
const metric = { namespace: 'Shop', name: 'Errors', dimensions: { Stage: value }, statistic: 'Sum', period: 60_000 };
const [second, minute] = [1000, 60_000];

/** A plan with a gate of each kind that has values of rollout.yml. */
const plan: Plan = {
  title: 'roll out',
  notes: [],
  changes: [],
  steps: [
    {
      kind: 'bake',
      title: 'bake',
      during: minute,
      gates: [
        {
          kind: 'measure',
          warmUp: 0,
          place,
          measure: { kind: 'metric', name: 'errors', bounds: { max: 1 }, onNoData: 'wait', metric },
        },
        {
          kind: 'http-probe',
          probe: {
            kind: 'http',
            name: 'smoke',
            url: value,
            method: 'GET',
            status: 200,
            timeout: second,
            every: second,
            failures: 3,
          },
        },
        {
          kind: 'webhook',
          place,
          step: 0,
          weight: 50,
          hook: { kind: 'webhook', name: 'window', url, secretEnv: 'HOOK_SECRET', every: second, timeout: minute },
        },
      ],
    },
  ],
};

describe('the values of a gate', () => {
  it('are not saved, but that there is a gate is', () => {
    const saved = storable({
      plan,
      learned: { tasks: {} },
      unwinding: { always: { left: [] }, 'on-failure': { left: [] } },
    } as unknown as RunState);
    expect(JSON.stringify(saved)).not.toContain(value);
    expect(saved.plan.steps).toMatchObject([
      { kind: 'bake', gates: [{ kind: 'measure' }, { kind: 'http-probe' }, { kind: 'webhook', step: 0, weight: 50 }] },
    ]);
  });

  it('are not shown with the plan if they are hidden, or look like a secret', () => {
    const secret = 'https://user:hunter2-hunter2@example.com/';
    const shown = JSON.stringify(redactPlan(plan, [value, url]));
    expect(shown).not.toContain(value);
    expect(shown).toContain('"Errors"');
    const odd = JSON.parse(JSON.stringify(plan).replaceAll(url, secret)) as Plan;
    expect(JSON.stringify(redactPlan(odd))).not.toContain('hunter2');
  });
});
