import { readDuration } from '../model/duration.ts';
import type { WeightStep } from '../model/measures.ts';
import type { Parsed } from '../model/parsed.ts';
import { mostSteps, readWeight, showWeight, wrongOrder } from '../model/weights.ts';
import { quoteValue, type Reader } from './input-kinds.ts';

/** Accepts steps such as `5:3m, 25:5m, 50:5m`, separated by commas or lines; weights never decrease. */
export const readSteps: Reader<readonly [WeightStep, ...WeightStep[]]> = (text) => {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  const steps: WeightStep[] = [];
  for (const part of parts.filter((one) => one !== '')) {
    const { value: step, wrong } = readStep(part);
    if (step === undefined) return { wrong };
    const before = steps.at(-1);
    const order = before && wrongOrder(step, before);
    if (order !== undefined) return { wrong: `${quoteValue(part)}: ${showWeight(step.weight)} ${order}` };
    steps.push(step);
  }
  const [first, ...others] = steps;
  if (first === undefined) return { wrong: `${quoteValue(text)} has no step; use steps such as 5:3m, 25:5m, 50:5m` };
  if (steps.length > mostSteps) return { wrong: `has ${steps.length} steps; at most ${mostSteps} are allowed` };
  return { value: [first, ...others] };
};

function readStep(part: string): Parsed<WeightStep> {
  const [, percent, duration] = /^([^:]*):([^:]*)$/.exec(part) ?? [];
  if (percent === undefined || duration === undefined)
    return { wrong: `${quoteValue(part)} is not a step; use weight:duration, such as 5:3m, with commas between steps` };
  const weight = readWeight(percent);
  if (weight.wrong !== undefined) return { wrong: `${quoteValue(part)}: ${quoteValue(percent)} ${weight.wrong}` };
  const wait = readDuration(duration, { zero: true });
  if (wait.wrong !== undefined) return { wrong: `${quoteValue(part)}: ${quoteValue(duration)} ${wait.wrong}` };
  return { value: { weight: weight.value, wait: wait.value } };
}
