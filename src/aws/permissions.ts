import { strategyFacts } from '../model/strategy.ts';

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
  | 'service-revision'
  | 'task'
  | 'revision'
  | 'cluster'
  | 'cluster-tasks'
  | 'cluster-services'
  | 'target-group'
  | 'route'
  | 'scalable-target'
  | 'schedule'
  | 'instance'
  | 'log-stream'
  | 'repository'
  | 'role'
  | 'secret';

/** The commands that call AWS, and the dry run of any of them. */
export const policyNames = [
  ...(['rollout', 'rollback', 'run', 'register', 'up', 'undeploy', 'sweep', 'dry-run'] as const),
  ...(['status', 'follow', 'continue', 'abort'] as const),
] as const;
export type PolicyName = (typeof policyNames)[number];

interface Use {
  /** The resource that IAM lets the action be narrowed to; absent where there is none. */
  readonly on?: Resource;
  readonly by: readonly PolicyName[];
}

/** Commands for a service deployment, no matter what started it. */
const looking = ['status', 'follow', 'continue', 'abort'] as const;
const withTasks = ['rollout', 'rollback', 'run', 'up', 'undeploy', 'sweep', 'dry-run', 'follow'] as const;
const deploying = ['rollout', 'rollback'] as const;
/** They undo what a weighted rollout has left. */
const sweeping = ['rollout', 'rollback', 'sweep'] as const;
const withTargets = ['rollout', 'rollback', 'up', 'undeploy', 'sweep', 'dry-run'] as const;

/**
 * Every action and the commands that use it. What only one strategy of a rollout uses is in the table of strategies. The
 * resources are those of the Service Authorization Reference: the actions on task definitions and the Describe actions of
 * ELB and CloudWatch know none.
 */
const actions: Readonly<Record<string, Use>> = {
  'ecs:DescribeServices': { on: 'service', by: policyNames },
  'ecs:CreateService': { on: 'service', by: ['up'] },
  'ecs:UpdateService': { on: 'service', by: [...deploying, 'undeploy'] },
  'ecs:DeleteService': { on: 'service', by: ['up', 'undeploy'] },
  // `up` looks whether another service uses the target groups, `undeploy` whether one runs the same family.
  'ecs:ListServices': { on: 'cluster-services', by: ['up', 'undeploy', 'dry-run'] },
  'ecs:DescribeTaskDefinition': { by: [...deploying, 'run', 'register', 'up', 'dry-run', 'follow'] },
  'ecs:ListTaskDefinitions': { by: ['rollback', 'undeploy', 'dry-run'] },
  'ecs:RegisterTaskDefinition': { by: ['rollout', 'run', 'register', 'up'] },
  'ecs:DeregisterTaskDefinition': { by: ['up', 'undeploy'] },
  'ecs:RunTask': { on: 'revision', by: ['rollout', 'run'] },
  'ecs:StartTask': { on: 'revision', by: [] },
  'ecs:StopTask': { on: 'task', by: [...deploying, 'run', 'undeploy', 'sweep'] },
  'ecs:ListTasks': { on: 'cluster-tasks', by: withTasks },
  'ecs:DescribeTasks': { on: 'task', by: withTasks },
  'ecs:ListContainerInstances': { on: 'cluster', by: ['dry-run'] },
  'ecs:DescribeContainerInstances': { on: 'instance', by: [...deploying, 'undeploy', 'sweep', 'dry-run'] },
  'elasticloadbalancing:DescribeTargetGroups': { by: withTargets },
  'elasticloadbalancing:DescribeTargetGroupAttributes': { by: withTargets },
  'elasticloadbalancing:DescribeTargetHealth': { by: withTargets },
  'elasticloadbalancing:RegisterTargets': { on: 'target-group', by: [] },
  'elasticloadbalancing:DeregisterTargets': { on: 'target-group', by: [...deploying, 'undeploy', 'sweep'] },
  // Where the requests of a service come from, and to which canary they go.
  'elasticloadbalancing:DescribeLoadBalancers': { by: [...sweeping, 'dry-run'] },
  'elasticloadbalancing:DescribeListeners': { by: [...sweeping, 'dry-run'] },
  'elasticloadbalancing:DescribeRules': { by: [...sweeping, 'dry-run'] },
  'elasticloadbalancing:DescribeTags': { by: [...sweeping, 'dry-run'] },
  'elasticloadbalancing:CreateTargetGroup': { on: 'target-group', by: [] },
  'elasticloadbalancing:ModifyTargetGroupAttributes': { on: 'target-group', by: [] },
  'elasticloadbalancing:AddTags': { on: 'target-group', by: [] },
  'elasticloadbalancing:RemoveTags': { on: 'target-group', by: sweeping },
  'elasticloadbalancing:DeleteTargetGroup': { on: 'target-group', by: sweeping },
  'elasticloadbalancing:ModifyRule': { on: 'route', by: sweeping },
  'elasticloadbalancing:ModifyListener': { on: 'route', by: sweeping },
  'application-autoscaling:RegisterScalableTarget': { on: 'scalable-target', by: sweeping },
  'scheduler:CreateSchedule': { on: 'schedule', by: [] },
  'scheduler:UpdateSchedule': { on: 'schedule', by: [] },
  'scheduler:DeleteSchedule': { on: 'schedule', by: sweeping },
  'cloudwatch:DescribeAlarms': { by: [...deploying, 'dry-run'] },
  // Only for metric gates of rollout.yml, and to see what load the tasks of the service have.
  'cloudwatch:GetMetricData': { by: ['rollout', 'dry-run'] },
  'application-autoscaling:DescribeScalableTargets': { by: [...deploying, 'undeploy', 'dry-run'] },
  // A failure is explained with these, and the log of a one-off task is shown; without them the report says less.
  'ecs:ListServiceDeployments': { on: 'service', by: [...deploying, 'up', 'dry-run', ...looking] },
  'ecs:DescribeServiceDeployments': { on: 'service-deployment', by: [...deploying, 'up', 'dry-run', ...looking] },
  'logs:GetLogEvents': { on: 'log-stream', by: [...deploying, 'run', 'up', 'follow'] },
  // A rollback finds the revision before in the history of the service.
  'ecs:DescribeServiceRevisions': { on: 'service-revision', by: ['rollback', 'dry-run', ...looking] },
  // Services whose traffic ECS moves: a rollback takes the strategy that fits.
  'ecs:StopServiceDeployment': { on: 'service-deployment', by: ['rollback', 'abort'] },
  'ecs:ContinueServiceDeployment': { on: 'service-deployment', by: ['continue'] },
  // A dry run finds out what would go wrong, and says what it may not look up.
  'ec2:DescribeSubnets': { by: ['dry-run'] },
  'ecr:DescribeImages': { on: 'repository', by: ['dry-run'] },
  'ecr:BatchGetImage': { on: 'repository', by: ['dry-run'] },
  'iam:GetRole': { on: 'role', by: ['dry-run'] },
  'logs:DescribeLogGroups': { by: ['dry-run'] },
  'secretsmanager:DescribeSecret': { on: 'secret', by: ['dry-run'] },
  'ssm:DescribeParameters': { by: ['dry-run'] },
};

/** Every action that a command can use, a rollout with any strategy. */
function actionsOf(name: PolicyName): readonly string[] {
  const used = Object.keys(actions).filter((action) => actions[action]?.by.includes(name));
  const facts = name === 'rollout' ? Object.values(strategyFacts) : [];
  return [...used, ...facts.flatMap(({ permissions }) => permissions)];
}

/** The policy for everything that a command can do, with placeholders in capitals for a person to fill in. */
export const policyOf = (name: PolicyName): Policy =>
  policyFor(actionsOf(name), {
    region: 'REGION',
    account: 'ACCOUNT',
    cluster: 'CLUSTER',
    service: 'SERVICE',
    family: 'FAMILY',
    logGroups: ['LOG_GROUP'],
  });

/** Every action that a policy allows. */
export const permissionsIn = ({ Statement }: Policy): readonly string[] => Statement.flatMap(({ Action }) => Action);

/** The IAM policy for a set of actions (`service:Operation`), each narrowed to the resource that IAM allows for it. */
export function policyFor(allowed: readonly string[], scope: Scope = {}): Policy {
  const groups = new Map<Resource, string[]>();
  // A role is passed under a condition, in a statement of its own.
  for (const action of [...new Set(allowed)].sort().filter((one) => one !== 'iam:PassRole')) {
    const resource = actions[action]?.on ?? 'any';
    groups.set(resource, [...(groups.get(resource) ?? []), action]);
  }
  const statements = [...groups].map(([resource, Action]): Statement => {
    const Sid = resource === 'any' && Action.every(isRead) ? 'Look' : sids[resource];
    const copies = copiesFor(Action, scope);
    const own = arnsOf(resource, scope);
    const Resource = copies.length === 0 ? own : [own, copies].flat();
    return { Sid, Effect: 'Allow', Action, Resource, ...conditionOf(resource, scope) };
  });
  const more = [...startStatements(allowed, scope), ...guardStatements(allowed, scope)];
  return { Version: '2012-10-17', Statement: [...statements, ...more] };
}

/** A weighted rollout creates target groups for its canary, whose names begin like this. */
const copiesFor = (allowed: readonly string[], scope: Scope): readonly string[] =>
  allowed.includes('elasticloadbalancing:CreateTargetGroup') && (scope.targetGroups ?? []).length > 0
    ? [arn(scope, 'elasticloadbalancing', 'targetgroup/canary-*/*')]
    : [];

const isRead = (action: string): boolean => /:(Describe|List|Get)/.test(action);

const sids: Readonly<Record<Resource, string>> = {
  any: 'LookAndRegister',
  service: 'Service',
  'service-deployment': 'ServiceDeployments',
  'service-revision': 'ServiceRevisions',
  repository: 'Images',
  role: 'Roles',
  secret: 'Secrets',
  task: 'CanaryTask',
  cluster: 'Cluster',
  'cluster-tasks': 'ListTasks',
  'cluster-services': 'ListServices',
  revision: 'StartCanary',
  'target-group': 'CanaryTarget',
  route: 'CanaryWeights',
  'scalable-target': 'ScaleIn',
  schedule: 'CanaryGuard',
  instance: 'ContainerInstance',
  'log-stream': 'ContainerLogs',
};

function arnsOf(resource: Resource, scope: Scope): string | readonly string[] {
  const { cluster = '*', service = '*', family = '*', targetGroups = [], roles = [], logGroups = ['*'] } = scope;
  const ecs = (name: string) => arn(scope, 'ecs', name);
  const arns: Readonly<Record<Resource, () => string | readonly string[]>> = {
    any: () => '*',
    service: () => ecs(`service/${cluster}/${service}`),
    'service-deployment': () => ecs(`service-deployment/${cluster}/${service}/*`),
    'service-revision': () => ecs(`service-revision/${cluster}/${service}/*`),
    repository: () => arn(scope, 'ecr', 'repository/*'),
    role: () => (roles.length > 0 ? roles : `arn:${scope.partition ?? 'aws'}:iam::${scope.account ?? '*'}:role/*`),
    secret: () => arn(scope, 'secretsmanager', 'secret:*'),
    task: () => ecs(`task/${cluster}/*`),
    revision: () => ecs(`task-definition/${family}:*`),
    cluster: () => ecs(`cluster/${cluster}`),
    'cluster-tasks': () => '*',
    'cluster-services': () => '*',
    instance: () => ecs(`container-instance/${cluster}/*`),
    'target-group': () =>
      targetGroups.length > 0 ? targetGroups : arn(scope, 'elasticloadbalancing', 'targetgroup/*/*'),
    route: () => ['listener/*/*', 'listener-rule/*/*'].map((name) => arn(scope, 'elasticloadbalancing', name)),
    'scalable-target': () => arn(scope, 'application-autoscaling', 'scalable-target/*'),
    schedule: () => arn(scope, 'scheduler', 'schedule/default/canary-*'),
    'log-stream': () => logGroups.map((group) => arn(scope, 'logs', `log-group:${group}:log-stream:*`)),
  };
  return arns[resource]();
}

/** ListTasks names a container instance as its resource, ListServices none; the cluster can only be a condition. */
function conditionOf(resource: Resource, scope: Scope): { readonly Condition?: object } {
  const ofCluster = resource === 'cluster-tasks' || resource === 'cluster-services';
  if (!ofCluster || scope.cluster === undefined) return {};
  return { Condition: { ArnEquals: { 'ecs:cluster': arn(scope, 'ecs', `cluster/${scope.cluster}`) } } };
}

/** What is made with tags needs leave to be tagged, and what is started is handed the roles of the task definition. */
function startStatements(allowed: readonly string[], scope: Scope): readonly Statement[] {
  if (!allowed.some((action) => /^ecs:(RunTask|StartTask|RegisterTaskDefinition)$/.test(action))) return [];
  const { cluster = '*', service = '*', family = '*', roles = [] } = scope;
  const creates = allowed.includes('ecs:CreateService');
  const starts = allowed.some((action) => /^ecs:(Run|Start)Task$/.test(action));
  const made = creates ? [`service/${cluster}/${service}`] : starts ? [`task/${cluster}/*`] : [];
  return [
    {
      Sid: creates ? 'TagService' : starts ? 'TagCanary' : 'TagRevision',
      Effect: 'Allow',
      Action: ['ecs:TagResource'],
      Resource: [...made, `task-definition/${family}:*`].map((name) => arn(scope, 'ecs', name)),
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

/** The schedules that return the traffic are handed the role that they assume. */
function guardStatements(allowed: readonly string[], scope: Scope): readonly Statement[] {
  if (!allowed.includes('scheduler:CreateSchedule')) return [];
  return [
    {
      Sid: 'PassGuardRole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: `arn:${scope.partition ?? 'aws'}:iam::${scope.account ?? '*'}:role/GUARD_ROLE`,
      Condition: { StringLike: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ];
}

function arn({ partition = 'aws', region = '*', account = '*' }: Scope, service: string, name: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${name}`;
}
