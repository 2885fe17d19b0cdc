/** What a policy is narrowed with; a name that is not known is `*`. */
export interface Scope {
  readonly partition?: string;
  readonly region?: string;
  readonly account?: string;
  readonly cluster?: string;
  readonly service?: string;
  readonly family?: string;
  /** Target groups and roles, as ARNs. */
  readonly targetGroups?: readonly string[];
  readonly roles?: readonly string[];
  /** Names of the log groups that the containers write to. */
  readonly logGroups?: readonly string[];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

type Resource =
  | 'any'
  | 'service'
  | 'service-deployment'
  | 'task'
  | 'revision'
  | 'cluster'
  | 'cluster-tasks'
  | 'target-group'
  | 'instance'
  | 'log-stream';

/**
 * The resource that IAM lets each action be narrowed to, from the Service Authorization Reference. DescribeTaskDefinition,
 * RegisterTaskDefinition and all Describe actions of ELB and CloudWatch know no resource.
 */
const resourceOf: Readonly<Record<string, Resource>> = {
  'ecs:DescribeServices': 'service',
  'ecs:UpdateService': 'service',
  'ecs:ListServiceDeployments': 'service',
  'ecs:DescribeServiceDeployments': 'service-deployment',
  'ecs:DescribeTasks': 'task',
  'ecs:StopTask': 'task',
  'ecs:ListTasks': 'cluster-tasks',
  'ecs:ListContainerInstances': 'cluster',
  'ecs:RunTask': 'revision',
  'ecs:StartTask': 'revision',
  'ecs:DescribeContainerInstances': 'instance',
  'elasticloadbalancing:RegisterTargets': 'target-group',
  'elasticloadbalancing:DeregisterTargets': 'target-group',
  'logs:GetLogEvents': 'log-stream',
};

/** Every action that a rollout can use: the policy of the README. */
export const everyAction: readonly string[] = [
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StartTask',
  'ecs:StopTask',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeContainerInstances',
  'ecs:ListContainerInstances',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'cloudwatch:DescribeAlarms',
  'application-autoscaling:DescribeScalableTargets',
  // Only to say more after a failure; without them less is said.
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceDeployments',
  'logs:GetLogEvents',
];

/** The IAM policy for a set of actions (`service:Operation`), each narrowed to the resource that IAM allows for it. */
export function policyFor(actions: readonly string[], scope: Scope = {}): Policy {
  const groups = new Map<Resource, string[]>();
  for (const action of [...new Set(actions)].sort()) {
    const resource = resourceOf[action] ?? 'any';
    groups.set(resource, [...(groups.get(resource) ?? []), action]);
  }
  const statements = [...groups].map(([resource, Action]): Statement => {
    const Sid = sids[resource];
    return { Sid, Effect: 'Allow', Action, Resource: arnsOf(resource, scope), ...conditionOf(resource, scope) };
  });
  const starts = actions.some((action) => /^ecs:(RunTask|StartTask|RegisterTaskDefinition)$/.test(action));
  return { Version: '2012-10-17', Statement: starts ? [...statements, ...startStatements(scope)] : statements };
}

/** The policy for everything that a rollout can do, with placeholders for a person to fill in. */
export function policy(): Policy {
  return policyFor(everyAction, {
    region: 'REGION',
    account: 'ACCOUNT',
    cluster: 'CLUSTER',
    service: 'SERVICE',
    family: 'FAMILY',
    logGroups: ['LOG_GROUP'],
  });
}

const sids: Readonly<Record<Resource, string>> = {
  any: 'LookAndRegister',
  service: 'Service',
  'service-deployment': 'CircuitBreaker',
  task: 'CanaryTask',
  cluster: 'Cluster',
  'cluster-tasks': 'ListTasks',
  revision: 'StartCanary',
  'target-group': 'CanaryTarget',
  instance: 'ContainerInstance',
  'log-stream': 'ContainerLogs',
};

function arnsOf(resource: Resource, scope: Scope): string | readonly string[] {
  const { cluster = '*', service = '*', family = '*', targetGroups = [], logGroups = ['*'] } = scope;
  const ecs = (name: string) => arn(scope, 'ecs', name);
  const arns: Readonly<Record<Resource, () => string | readonly string[]>> = {
    any: () => '*',
    service: () => ecs(`service/${cluster}/${service}`),
    'service-deployment': () => ecs(`service-deployment/${cluster}/${service}/*`),
    task: () => ecs(`task/${cluster}/*`),
    revision: () => ecs(`task-definition/${family}:*`),
    cluster: () => ecs(`cluster/${cluster}`),
    'cluster-tasks': () => '*',
    instance: () => ecs(`container-instance/${cluster}/*`),
    'target-group': () =>
      targetGroups.length > 0 ? targetGroups : arn(scope, 'elasticloadbalancing', 'targetgroup/*/*'),
    'log-stream': () => logGroups.map((group) => arn(scope, 'logs', `log-group:${group}:log-stream:*`)),
  };
  return arns[resource]();
}

/** ListTasks names a container instance as its resource; the cluster can only be a condition. */
function conditionOf(resource: Resource, scope: Scope): { readonly Condition?: object } {
  if (resource !== 'cluster-tasks' || scope.cluster === undefined) return {};
  return { Condition: { ArnEquals: { 'ecs:cluster': arn(scope, 'ecs', `cluster/${scope.cluster}`) } } };
}

/** RunTask writes tags on what it starts, and hands the roles of the task definition on. */
function startStatements(scope: Scope): readonly Statement[] {
  const { cluster = '*', roles = [] } = scope;
  return [
    {
      Sid: 'TagCanary',
      Effect: 'Allow',
      Action: ['ecs:TagResource'],
      Resource: [arn(scope, 'ecs', `task/${cluster}/*`), arn(scope, 'ecs', `task-definition/${scope.family ?? '*'}:*`)],
    },
    {
      Sid: 'PassRolesOfTask',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource:
        roles.length > 0
          ? roles
          : `arn:${scope.partition ?? 'aws'}:iam::${scope.account ?? '*'}:role/TASK_AND_EXECUTION_ROLES`,
      Condition: { StringLike: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
  ];
}

function arn({ partition = 'aws', region = '*', account = '*' }: Scope, service: string, name: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${name}`;
}
