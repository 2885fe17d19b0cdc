/** What is known about a strategy without reading anything from AWS. How it plans a rollout is in `commands/rollout/strategies`. */
export interface StrategyFacts {
  /** Tasks of the new version that run outside the service before the service is updated. */
  readonly canaryTasks: 0 | 1;
  /** Why `wait: false` is refused; absent if it is allowed. */
  readonly mustWait?: string;
  /** Whether traffic moves to the new version in steps, so that `steps` and what belongs to them is used. */
  readonly movesTraffic: boolean;
  /** Whether it follows a service deployment, in which ECS moves the traffic itself. */
  readonly followsServiceDeployment?: true;
  /** Inputs that it does not use, and why. */
  readonly ignores: Readonly<Record<string, string>>;
  /** The IAM actions that only this strategy uses. */
  readonly permissions: readonly string[];
}

const noCanary = 'it starts no canary';

const facts = {
  'canary-task': {
    canaryTasks: 1,
    mustWait: 'a canary must be monitored, and stopped at the end',
    movesTraffic: false,
    ignores: {},
    permissions: ['ecs:StartTask', 'ecs:ListContainerInstances', 'elasticloadbalancing:RegisterTargets'],
  },
  rolling: {
    canaryTasks: 0,
    movesTraffic: false,
    ignores: { 'canary-instance-arn': noCanary, 'idle-duration': noCanary, 'bake-duration': noCanary },
    permissions: [],
  },
  weighted: {
    canaryTasks: 1,
    mustWait: 'traffic moves in steps that are watched',
    movesTraffic: true,
    ignores: {
      'canary-instance-arn': 'ECS places its canary tasks',
      'idle-duration': 'its canary tasks always have a load balancer',
      'bake-duration': 'each step has its own wait, as in `steps: 5:3m, 25:5m`',
    },
    permissions: [
      'ecs:StartTask',
      'ecs:ListContainerInstances',
      'elasticloadbalancing:RegisterTargets',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:AddTags',
      'elasticloadbalancing:RemoveTags',
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:ModifyListener',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:RegisterScalableTarget',
      'cloudwatch:GetMetricData',
      'scheduler:CreateSchedule',
      'scheduler:UpdateSchedule',
      'scheduler:DeleteSchedule',
      'iam:PassRole',
    ],
  },
  native: {
    canaryTasks: 0,
    mustWait: 'ECS goes on with its deployment whether the new version is good or not',
    movesTraffic: false,
    followsServiceDeployment: true,
    ignores: {
      'canary-instance-arn': noCanary,
      'idle-duration': noCanary,
      'bake-duration': "the service's deployment configuration has the bake times",
    },
    permissions: [
      'ecs:StopServiceDeployment',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeRules',
    ],
  },
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
