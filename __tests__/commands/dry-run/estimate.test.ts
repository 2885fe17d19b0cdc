import { describe, expect, it } from 'vitest';
import { batchOf, capacityOf, sizeOf } from '../../../src/commands/dry-run/capacity.ts';
import { type Pace, timesOf, totalOf } from '../../../src/commands/dry-run/estimate.ts';
import { minute, second } from '../../../src/model/duration.ts';
import { fixedPorts } from '../../../src/model/fixed-ports.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { ResolvedRollout } from '../../../src/model/request.ts';
import type { Attachment } from '../../../src/model/targets.ts';
import { requestOf, snapshotOf } from '../snapshot.ts';
import { place } from '../stage.ts';

const attachment = (interval: number, passes: number, drain: number): Attachment => ({
  targetGroup: 'tg',
  targetType: 'ip',
  ipv6: false,
  container: 'web',
  containerPort: 80,
  healthCheck: { protocol: 'HTTP', path: '/', codes: '200', interval, timeout: second, passes, fails: 2 },
  drain,
});
const pace = (more: Partial<Pace> = {}): Pace => ({
  start: 40 * second,
  containers: 0,
  attachments: [attachment(10 * second, 3, 60 * second)],
  deployment: { desired: 4, least: 4, most: 8, minimumHealthyPercent: 100, maximumPercent: 200 },
  ...more,
});
const check = (gate: 'targets-healthy' | 'tasks-running' | 'service-stable', continued = false): Step => ({
  kind: 'check',
  title: gate,
  gates: [gate === 'service-stable' ? { kind: gate, place } : { kind: gate, of: 'canary', grace: 0 }],
  within: 15 * minute,
  ...(continued ? { since: 'check-before' } : {}),
});
const likely = (step: Step, more?: Partial<Pace>) => timesOf([step], pace(more))[0];

describe('how long a step is likely to take', () => {
  it('is as many health checks as must pass, of the slowest target group', () => {
    const attachments = [attachment(10 * second, 3, 0), attachment(30 * second, 1, 0), attachment(5 * second, 1, 0)];
    expect(likely(check('targets-healthy'), { attachments })?.likely).toBe(30 * second);
    expect(likely(check('targets-healthy'))).toMatchObject({ because: '3 health checks, one every 10s' });
  });

  it('is not told where nobody knows how long tasks take', () => {
    const { start: _, ...unknown } = pace();
    const [first] = timesOf([check('tasks-running')], unknown);
    expect(first).toEqual({ atMost: 15 * minute });
    const [stable] = timesOf([check('service-stable')], unknown);
    expect(stable).toMatchObject({ likely: 90 * second, atLeast: true });
  });

  it('counts the time that tasks have to stay up where no health check watches them', () => {
    const [bare] = timesOf([check('service-stable')], pace({ attachments: [] }));
    expect(bare).toMatchObject({ likely: 130 * second, because: 'start 40s, 1m 30s without a health check' });
    const none = pace({ attachments: [] }).deployment;
    expect(
      likely(check('service-stable'), { attachments: [], deployment: { ...none, desired: 0 } })?.because,
    ).not.toMatch(/health/);
  });

  it('counts the rounds that ECS needs when there is little room', () => {
    const one = likely(check('service-stable'));
    expect(one).toMatchObject({ likely: 130 * second, because: 'start 40s, health 30s, deregistration delay 1m' });
    const tight = { desired: 4, least: 4, most: 5, minimumHealthyPercent: 100, maximumPercent: 125 };
    expect(likely(check('service-stable'), { deployment: tight })).toMatchObject({
      likely: 4 * 130 * second,
      because: expect.stringMatching(/^4 rounds/),
    });
    const none = { desired: 0, least: 0, most: 0, minimumHealthyPercent: 100, maximumPercent: 200 };
    expect(likely(check('service-stable'), { deployment: none })?.likely).toBe(130 * second);
  });

  it('is told once for two checks that are one phase, and so is the most', () => {
    const carries: Step = {
      kind: 'check',
      title: 'carries',
      gates: [{ kind: 'serving-traffic', place }],
      within: 15 * minute,
    };
    const times = timesOf([carries, { kind: 'retire', title: 'r' }, check('service-stable', true)], pace());
    expect(times.map((time) => [time.atMost, time.likely])).toEqual([
      [15 * minute, 70 * second],
      [undefined, 0],
      [undefined, 60 * second],
    ]);
    expect(totalOf(times)).toEqual({ atMost: 15 * minute, likely: 130 * second });
  });
});

describe('what a rollout needs', () => {
  it.each([
    [{ desiredCount: 3 }, { least: 3, most: 6 }],
    [
      { desiredCount: 3, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 } },
      { least: 2, most: 4 },
    ],
    [
      { desiredCount: 2, schedulingStrategy: 'DAEMON' as const },
      { least: 0, most: 2 },
    ],
    [{}, { least: 0, most: 0 }],
  ])('is counted as ECS counts it: %o', (service, counts) => expect(batchOf(service)).toMatchObject(counts));

  it.each([
    [
      { cpu: '1 vCPU', memory: '2 GB', networkMode: 'awsvpc' as const },
      { cpu: 1024, memory: 2048, addresses: 1 },
    ],
    [
      { containerDefinitions: [{ cpu: 64, memory: 512, memoryReservation: 128 }, { memory: 256 }] },
      { cpu: 64, memory: 384, addresses: 0 },
    ],
    [{ containerDefinitions: [{ memory: 256 }] }, { memory: 256, addresses: 0 }],
  ])('is what a task says, or its containers: %o', (definition, size) =>
    expect(sizeOf({ family: 'web', containerDefinitions: [], ...definition })).toEqual(size),
  );

  it('is less where fewer tasks run than there may be', () => {
    const service = { desiredCount: 4, runningCount: 1 };
    const definition = { family: 'web', containerDefinitions: [], cpu: '256', memory: '512' };
    const request = requestOf() as ResolvedRollout;
    expect(capacityOf(request, snapshotOf({ service }), definition, 1).more.tasks).toBe(8);
    const rolling = capacityOf({ ...request, strategy: 'rolling' }, snapshotOf({ service }), definition, 0);
    expect(rolling.more.tasks).toBe(7);
    expect(rolling.canary).toBeUndefined();
  });

  it('does not say what the environment has said of its size', () => {
    const variables = ['${CPU}'];
    const file = 'task-definition.json';
    const usual = { kind: 'file', file } as const;
    const origins = {
      definition: { usual, at: { cpu: { ...usual, variables } } },
      settings: { usual, at: {} },
    };
    const definition = { family: 'web', containerDefinitions: [], cpu: '256', memory: '512' };
    const request = { ...requestOf(), origins } as ResolvedRollout;
    expect(capacityOf(request, snapshotOf(), definition, 1).canary).toEqual({ memory: 512, addresses: 0 });
  });

  it('names the ports of an instance that a task has for itself', () => {
    const containerDefinitions = [{ portMappings: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] }];
    expect(fixedPorts({ family: 'web', containerDefinitions })).toEqual([8080]);
    expect(fixedPorts({ family: 'web', networkMode: 'host', containerDefinitions })).toEqual([80, 81]);
    expect(fixedPorts({ family: 'web', networkMode: 'awsvpc', containerDefinitions })).toEqual([]);
  });
});
