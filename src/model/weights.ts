import { type Duration, minute, second } from './duration.ts';
import type { WeightStep } from './measures.ts';

/** A value that a person has written, or what is wrong with it. */
type Read<T> =
  | { readonly value: T; readonly wrong?: undefined }
  | { readonly value?: undefined; readonly wrong: string };

/** Parses a share of the traffic in percent, 0.1 to 100 with at most one decimal; the value is in permille. */
export function readWeight(text: string): Read<number> {
  const [, percent] = /^(\d{1,3}(?:\.\d)?)$/.exec(text.trim()) ?? [];
  const value = Math.round(Number(percent ?? Number.NaN) * 10);
  if (value >= 1 && value <= 1000) return { value };
  return { wrong: 'is not a weight; use a percentage from 0.1 to 100 with at most one decimal, without %' };
}

/** Formats a weight in percent, without `%`. */
export const showWeight = (weight: number): string => String(weight / 10);

/** The most steps that a rollout can have. */
export const mostSteps = 100;

/** What is wrong with a step after another one; equal weights hold the traffic where it is. */
export function wrongOrder(step: Pick<WeightStep, 'weight'>, before: Pick<WeightStep, 'weight'>): string | undefined {
  if (step.weight >= before.weight) return undefined;
  return `is less than ${showWeight(before.weight)}, the weight of the step before; weights must not decrease`;
}

/** The steps if neither the input nor rollout.yml has any. */
export const defaultSteps: readonly [WeightStep, WeightStep] = [
  { weight: 100, wait: 5 * minute },
  { weight: 500, wait: 5 * minute },
];

/** A load balancer follows a change of its rules with a delay of some seconds. */
export const leastSettle: Duration = 5 * second;

/** How long to wait after a change of the weights unless rollout.yml says so. */
export const defaultSettle: Duration = 30 * second;
