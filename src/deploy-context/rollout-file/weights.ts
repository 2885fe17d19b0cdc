import { parseArn } from '../../model/arn.ts';
import { readDuration, showDuration } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { WeightedAsked, WeightStep } from '../../model/measures.ts';
import type { Parsed } from '../../model/parsed.ts';
import { leastSettle, mostSteps, readWeight, wrongOrder } from '../../model/weights.ts';
import type { Path } from '../../task-definition/path.ts';
import { readGateNames } from './gates.ts';
import type { Source } from './source.ts';

/** What rollout.yml says about a weighted rollout. Absent members have defaults. */
export type WeightedFiled = Partial<Omit<WeightedAsked, 'guardRole' | 'onSplit'>>;

/** The keys of rollout.yml that only a weighted rollout uses. */
export const weightedKeys = ['steps', 'warm-up', 'traffic', 'canary'] as const;

/** Reads the keys of a weighted rollout. */
export function readWeighted(source: Source): WeightedFiled {
  const steps = readSteps(source);
  const warmUp = source.duration(['warm-up'], { zero: true });
  const rules = readRules(source);
  const settle = source.read(['traffic', 'settle'], parseSettle);
  const tasks = source.read(['canary', 'tasks'], parseTasks);
  const targetGroup = source.read(['canary', 'target-group'], parseTargetGroup);
  return defined({ steps, warmUp, rules, settle, tasks, targetGroup });
}

function readSteps(source: Source): WeightedAsked['steps'] | undefined {
  const path = ['steps'];
  const read = source.items(path, (at) => ({ at, step: readStep(source, at) }));
  if (read === undefined) return undefined;
  const count = (source.value(path) as readonly unknown[]).length;
  if (count === 0) return source.say(path, 'is an empty list; remove it, or list steps such as {weight: 10, wait: 5m}');
  if (count > mostSteps) return source.say(path, `has ${count} steps; at most ${mostSteps} are allowed`);
  const good = read.flatMap(({ at, step }) => (step === undefined ? [] : [{ at, step }]));
  for (const [index, { at, step }] of good.entries()) {
    const before = good[index - 1]?.step;
    const wrong = before && wrongOrder(step, before);
    if (wrong !== undefined) source.say([...at, 'weight'], wrong);
  }
  const [first, ...others] = good.map(({ step }) => step);
  return first && [first, ...others];
}

function readStep(source: Source, path: Path): WeightStep | undefined {
  const weight = source.read([...path, 'weight'], readWeight);
  const wait = source.duration([...path, 'wait'], { zero: true });
  const gates = readGateNames(source, [...path, 'gates']);
  return weight === undefined || wait === undefined ? undefined : { weight, wait, ...defined({ gates }) };
}

function readRules(source: Source): readonly string[] | undefined {
  const path = ['traffic', 'rules'];
  const rules = source.items(path, (at) => ({ at, arn: source.read(at, parseRule) }));
  if (rules === undefined) return undefined;
  if (source.isEmpty(path)) return source.say(path, 'is an empty list; remove it to use all rules of the service');
  for (const [index, { at, arn }] of rules.entries()) {
    if (arn !== undefined && rules.findIndex((other) => other.arn === arn) !== index)
      source.say(at, 'is listed already');
  }
  return rules.flatMap(({ arn }) => arn ?? []);
}

/** A Gateway Load Balancer has no weights. */
function parseRule(value: string): Parsed<string> {
  const arn = parseArn(value);
  if (arn?.service === 'elasticloadbalancing' && /^listener(-rule)?\/(app|net)\//.test(arn.resource)) return { value };
  return { wrong: 'is not the ARN of a listener rule, or of a listener, of an Application or Network Load Balancer' };
}

function parseTargetGroup(value: string): Parsed<string> {
  const arn = parseArn(value);
  if (arn?.service === 'elasticloadbalancing' && arn.resource.startsWith('targetgroup/')) return { value };
  return { wrong: 'is not the ARN of a target group of a load balancer' };
}

function parseSettle(text: string): Parsed<number> {
  const { value, wrong } = readDuration(text, { zero: true });
  if (wrong !== undefined) return { wrong };
  if (value >= leastSettle) return { value };
  return { wrong: `must be at least ${showDuration(leastSettle)}: a load balancer applies a change with a delay` };
}

const parseTasks = (text: string): Parsed<number | 'auto'> => {
  if (text === 'auto') return { value: text };
  const value = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= 1000 ? { value } : { wrong: 'must be auto, or a number of tasks from 1 to 1000' };
};
