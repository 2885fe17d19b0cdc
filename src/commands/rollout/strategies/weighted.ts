import { canaryTask } from './canary-task.ts';
import type { StrategyPlan } from './strategy.ts';

/** Moves traffic to canary tasks in steps, and updates the service after the last one passed. */
export const weighted: StrategyPlan = { ...canaryTask };
