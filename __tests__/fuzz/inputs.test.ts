import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isName, isReference, nameIn } from '../../src/model/arn.ts';
import { minute } from '../../src/model/duration.ts';
import { Refusal } from '../../src/model/problem.ts';
import { type Inputs, inputDefaults, inputNames } from '../../src/request/input-table.ts';
import { readInputs } from '../../src/request/inputs.ts';
import { expectClean, expectClear, holds, patience } from './property.ts';
import { environmentText, slipped } from './texts.ts';

/** Texts that some input takes. */
const good = fc.constantFrom(
  'rollout',
  'rehearse',
  'canary-task',
  'true',
  'FALSE',
  'us-west-2',
  'eu-central-1a',
  'deploy/production',
  'web',
  'arn:aws:ecs:us-west-2:123456789012:cluster/production',
  'arn:aws:ecs:us-west-2:123456789012:service/production/web',
  'web:7',
  'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
  'i-0123456789abcdef0',
  '0123456789abcdef0123456789abcdef',
  '15',
  '90s',
  '5m',
  '1h',
  '24h',
  '25h',
  '0',
  '0.0001',
  '9'.repeat(400),
  'errors\nlatency',
  'errors\n errors ',
  'wait',
  'take-over',
);
const value = fc.oneof({ weight: 3, arbitrary: good }, slipped(good), environmentText);
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...inputNames) },
  slipped(fc.constantFrom(...inputNames)),
  fc.constantFrom('canary-task-idle-duration', 'token'),
  environmentText,
);
const flag = fc.constantFrom(
  '--region',
  '--cluster',
  '--service',
  '--taskDefinitionArn',
  '--updateService',
  '-ci',
  '--x',
  '"',
);
const options = fc.array(fc.oneof(flag, slipped(flag), value), { maxLength: 8 }).map((words) => words.join(' '));
const noise = fc.array(fc.oneof(fc.tuple(name, value), fc.tuple(fc.constant('cage-options'), options)), {
  maxLength: 8,
});
const enough = [
  ['region', 'us-west-2'],
  ['deploy-context', 'deploy'],
] as const;
const durations = inputNames.filter((name) => /-(duration|timeout)$/.test(name));
/** One that may be wrong among others that are not. */
const one = fc.oneof(fc.tuple(name, value), fc.tuple(fc.constantFrom(...durations), value));
const given = fc.oneof(
  noise,
  one.map((given) => [...enough, given]),
);
const around = fc.record(
  { AWS_REGION: value, AWS_DEFAULT_REGION: value, GITHUB_WORKSPACE: value, CAGE_CLUSTER: value, CAGE_REGION: value },
  { requiredKeys: [] },
);

const environmentOf = (inputs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

/** What action.yml and the README promise of the values that come through. */
function expectInRange({ inputs }: { readonly inputs: Inputs }): void {
  const { idleDuration, bakeDuration, region, cluster, service, taskDefinitionArn, alarms } = inputs;
  const timeouts = [
    inputs.taskRunningTimeout,
    inputs.taskHealthCheckTimeout,
    inputs.targetHealthyTimeout,
    inputs.taskStoppedTimeout,
    inputs.serviceStableTimeout,
  ];
  for (const duration of [idleDuration, bakeDuration, ...timeouts]) {
    expect(Number.isInteger(duration)).toBe(true);
    expect(duration).toBeGreaterThanOrEqual(0);
    expect(duration).toBeLessThanOrEqual(24 * 60 * minute);
  }
  for (const timeout of timeouts) expect(timeout).toBeGreaterThan(0);
  expect(region).toMatch(/^[a-z]+(-[a-z]+)+-\d+$/);
  if (cluster !== undefined) expect(isReference(cluster, 'cluster')).toBe(true);
  if (service !== undefined) expect(isName(nameIn(service))).toBe(true);
  if (taskDefinitionArn !== undefined) expect(taskDefinitionArn).toMatch(/(^|\/)[\w-]+:[1-9]\d*$/);
  expect(alarms.every((alarm) => alarm.trim() === alarm && alarm !== '')).toBe(true);
  expect(new Set(alarms).size).toBe(alarms.length);
  expect(inputs.deployContext ?? (cluster && service && taskDefinitionArn)).toBeTruthy();
}

describe('any inputs', () => {
  it('are accepted within their ranges, or refused by name', patience, async () => {
    const some = fc.tuple(given, around);
    await holds(
      fc.property(some, ([inputs, environment]) => {
        const read = readInputs({ ...environment, ...environmentOf(inputs) });
        const [first, ...others] = read.problems;
        expectClean();
        if (first === undefined) return expectInRange(read);
        const { problems } = new Refusal(first, ...others);
        expectClear(problems);
        const names = [...inputNames, ...inputs.map(([name]) => name.toUpperCase().toLowerCase())];
        for (const { where } of read.problems) {
          expect(names).toContain(
            where.replace(/ \(from (AWS|CAGE)_\w+\)$/, '').replace(/^(cage-options): --.*/, '$1'),
          );
        }
      }),
      5,
    );
  });

  it('have the defaults of action.yml', patience, async () => {
    const defaults = Object.fromEntries(inputNames.map((name) => [name, inputDefaults[name] ?? '']));
    await holds(
      fc.property(given, (inputs) => {
        const bare = readInputs(environmentOf(inputs));
        expect(readInputs(environmentOf([...Object.entries(defaults), ...inputs]))).toEqual(bare);
      }),
    );
  });
});
