import type { Plan, Step } from './plan.ts';
import { redacted, redactSecrets } from './secret.ts';

/** Members of steps in which there can be values of the user: definitions, settings, what a task is started with. */
const withValues: ReadonlySet<string> = new Set(['definition', 'settings', 'restore', 'task', 'overrides', 'service']);

/**
 * A plan as it may be told: what is to be registered and set without what looks like a secret, and without the hidden
 * values, however short. What is carried out is the plan itself.
 */
export function redactPlan(plan: Plan, hidden: readonly string[] = []): Plan {
  const values = new Set(hidden);
  return { ...plan, steps: plan.steps.map((step) => tellableStep(step, values)) };
}

function tellableStep(step: Step, hidden: ReadonlySet<string>): Step {
  const members = Object.entries(step).map(([name, value]: [string, unknown]) => [
    name,
    withValues.has(name) && typeof value === 'object' ? without(redactSecrets(value), hidden) : value,
  ]);
  return Object.fromEntries(members) as Step;
}

function without(value: unknown, hidden: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return hidden.has(value) ? redacted : value;
  if (Array.isArray(value)) return value.map((item) => without(item, hidden));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, without(member, hidden)]));
}
