/** What is known about a strategy without reading anything from AWS. How it plans a rollout is in `commands/rollout/strategies`. */
export interface StrategyFacts {
  /** Tasks of the new version that run outside the service before the service is updated. */
  readonly canaryTasks: 0 | 1;
  /** Why `wait: false` is refused; absent if it is allowed. */
  readonly mustWait?: string;
  /** The IAM actions that only this strategy uses. */
  readonly permissions: readonly string[];
}

const facts = {
  'canary-task': {
    canaryTasks: 1,
    mustWait: 'a canary must be monitored, and stopped at the end',
    permissions: ['ecs:StartTask', 'ecs:ListContainerInstances', 'elasticloadbalancing:RegisterTargets'],
  },
  rolling: { canaryTasks: 0, permissions: [] },
} as const satisfies Readonly<Record<string, StrategyFacts>>;

/** How a rollout brings a revision into a service: what the input `strategy` can be. */
export type Strategy = keyof typeof facts;

/** The facts of each strategy. */
export const strategyFacts: Readonly<Record<Strategy, StrategyFacts>> = facts;

/** The names of the strategies, as the input has them. */
export const strategyNames = Object.keys(facts) as [Strategy, ...Strategy[]];

/** The strategy if the input is not given. */
export const defaultStrategy: Strategy = 'canary-task';

/** The strategy of a rollback: its revision has served before, and a person wants it back soon. */
export const rollbackStrategy: Strategy = 'rolling';
