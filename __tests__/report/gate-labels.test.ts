import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../src/model/event.ts';
import type { Bake, Gate } from '../../src/model/gates.ts';
import type { HttpGate } from '../../src/model/measures.ts';
import { fail, pass } from '../../src/model/verdict.ts';
import { failedGate, failureOf, gateKey, gateLabel, lastVerdicts } from '../../src/report/gate-labels.ts';
import { evidenceLines, evidenceTables } from '../../src/report/tables/evidence.ts';

const probe = (name: string): Gate => ({ kind: 'http-probe', probe: { kind: 'http', name } as HttpGate });
const verdict = (name: string, good: boolean): TimedEvent => ({
  kind: 'verdict',
  gate: 'http-probe',
  name,
  verdict: good ? pass('fine') : fail('bad'),
  at: 0,
});

describe('the label of a gate', () => {
  it('has the name of rollout.yml, so that two gates of one kind are told apart', () => {
    expect(gateLabel(gateKey({ gate: 'measure', name: 'checkout errors' }))).toBe('Metric checkout errors');
    expect(gateLabel(gateKey({ gate: 'http-probe', name: 'smoke' }))).toBe('HTTP smoke');
    expect(gateLabel(gateKey({ gate: 'webhook', name: 'window' }))).toBe('Webhook window');
    expect(gateLabel(gateKey({ gate: 'targets-healthy' }))).toBe('Target healthy');
    expect(gateLabel('something new')).toBe('something new');
  });

  it('is the output failed-gate of a gate that is built in', () => {
    expect(failedGate({ kind: 'targets-healthy' })).toBe('Target healthy');
    expect(failedGate({ kind: 'measure', name: 'checkout' })).toBe('checkout');
  });

  it('is found in the failure of a step with several gates of one kind', () => {
    const bake: Bake & { title: string } = {
      kind: 'bake',
      title: 'bake',
      gates: [probe('first'), probe('second')],
      during: 0,
    };
    const last = lastVerdicts([verdict('second', false), verdict('first', true)]);
    expect(failureOf(bake, last)).toBe('an HTTP gate did not pass (second)');
  });
});

describe('the evidence of a named gate', () => {
  const at = Date.UTC(2026, 10, 20, 9, 1, 0);
  const metric = {
    kind: 'metric',
    gate: 'checkout',
    metric: 'Sum of CheckoutErrors (Shop)',
    period: 60_000,
    bounds: 'at most 1',
    values: [
      { at, value: 0 },
      { at: at + 60_000, value: 4.123456789 },
    ],
  } as const;
  const web = { kind: 'web', gate: 'smoke', request: 'GET https://shop.example/', status: 503, answer: 'no' } as const;

  it('has the values, the bound and the period of a metric', () => {
    expect(evidenceLines([metric])).toEqual([
      ['metric checkout', 'Sum of CheckoutErrors (Shop): 0, 4.12346 in periods of 1m, allowed: at most 1'],
    ]);
    expect(JSON.stringify(evidenceTables([metric]))).toContain('0, 4.12346');
  });

  it('has what came back to a request', () => {
    expect(evidenceLines([web])).toEqual([['gate smoke', 'GET https://shop.example/: 503: no']]);
    expect(JSON.stringify(evidenceTables([web]))).toContain('503');
  });
});
