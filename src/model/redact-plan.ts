import type { Plan, Step } from './plan.ts';
import { redacted, redactSecrets } from './secret.ts';

/** Members of steps that can contain user values: definitions, settings, and task overrides. */
const withValues: ReadonlySet<string> = new Set(['definition', 'settings', 'restore', 'task', 'overrides', 'service']);

/**
 * Returns a plan for display, without values that look like secrets and without the hidden values, however short. The
 * engine executes the original plan.
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
