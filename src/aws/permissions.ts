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
  | 'instance'
  | 'log-stream'
  | 'repository'
  | 'role'
  | 'secret';

/**
 * The resource that IAM lets each action be narrowed to, from the Service Authorization Reference. The actions on task
 * definitions and all Describe actions of ELB and CloudWatch know no resource.
 */
const resourceOf: Readonly<Record<string, Resource>> = {
  'ecs:DescribeServices': 'service',
  'ecs:UpdateService': 'service',
  'ecs:CreateService': 'service',
  'ecs:DeleteService': 'service',
  'ecs:ListServiceDeployments': 'service',
  'ecs:DescribeServiceDeployments': 'service-deployment',
  'ecs:DescribeTasks': 'task',
  'ecs:StopTask': 'task',
  'ecs:ListTasks': 'cluster-tasks',
  'ecs:ListServices': 'cluster-services',
  'ecs:ListContainerInstances': 'cluster',
  'ecs:RunTask': 'revision',
  'ecs:StartTask': 'revision',
  'ecs:DescribeContainerInstances': 'instance',
  'elasticloadbalancing:RegisterTargets': 'target-group',
  'elasticloadbalancing:DeregisterTargets': 'target-group',
  'logs:GetLogEvents': 'log-stream',
  'ecr:DescribeImages': 'repository',
  'ecr:BatchGetImage': 'repository',
  'iam:GetRole': 'role',
  'secretsmanager:DescribeSecret': 'secret',
  'ecs:DescribeServiceRevisions': 'service-revision',
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
  // Only to say more after a failure, and to show the log of a one-off task; without them less is said.
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceDeployments',
  'logs:GetLogEvents',
];

/** Commands that use other actions than a rollout does. */
type OtherCommand = 'up' | 'undeploy' | 'dry-run';

/** Every action that such a command can use. */
const actionsOf: Readonly<Record<OtherCommand, readonly string[]>> = {
  up: [
    'ecs:DescribeServices',
    'ecs:CreateService',
    'ecs:DeleteService',
    'ecs:DescribeTaskDefinition',
    'ecs:RegisterTaskDefinition',
    'ecs:DeregisterTaskDefinition',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    // Only to see whether another service uses the target groups.
    'ecs:ListServices',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetHealth',
    // Only to say more after a failure; without them less is said.
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceDeployments',
    'logs:GetLogEvents',
  ],
  undeploy: [
    'ecs:DescribeServices',
    'ecs:UpdateService',
    'ecs:DeleteService',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:StopTask',
    'ecs:DescribeContainerInstances',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetHealth',
    'elasticloadbalancing:DeregisterTargets',
    'application-autoscaling:DescribeScalableTargets',
    // For deregister-revisions.
    'ecs:ListServices',
    'ecs:ListTaskDefinitions',
    'ecs:DeregisterTaskDefinition',
  ],
  /** A rollout or a rollback with dry-run: true. It only reads, and says what it may not. */
  'dry-run': [
    'ecs:DescribeServices',
    'ecs:DescribeTaskDefinition',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:DescribeContainerInstances',
    'ecs:ListContainerInstances',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetHealth',
    'cloudwatch:DescribeAlarms',
    'application-autoscaling:DescribeScalableTargets',
    // Only to find out before what would go wrong.
    'elasticloadbalancing:DescribeLoadBalancers',
    'ec2:DescribeSubnets',
    'ecr:DescribeImages',
    'ecr:BatchGetImage',
    'iam:GetRole',
    'logs:DescribeLogGroups',
    'secretsmanager:DescribeSecret',
    'ssm:DescribeParameters',
    // Only for command: rollback.
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:ListTaskDefinitions',
  ],
};

/** The IAM policy for a set of actions (`service:Operation`), each narrowed to the resource that IAM allows for it. */
export function policyFor(actions: readonly string[], scope: Scope = {}): Policy {
  const groups = new Map<Resource, string[]>();
  for (const action of [...new Set(actions)].sort()) {
    const resource = resourceOf[action] ?? 'any';
    groups.set(resource, [...(groups.get(resource) ?? []), action]);
  }
  const statements = [...groups].map(([resource, Action]): Statement => {
    const Sid = resource === 'any' && Action.every(isRead) ? 'Look' : sids[resource];
    return { Sid, Effect: 'Allow', Action, Resource: arnsOf(resource, scope), ...conditionOf(resource, scope) };
  });
  return { Version: '2012-10-17', Statement: [...statements, ...startStatements(actions, scope)] };
}

const isRead = (action: string): boolean => /:(Describe|List|Get)/.test(action);

/** The policy for everything that a command can do, a rollout by default, with placeholders for a person to fill in. */
function policy(command?: OtherCommand): Policy {
  return policyFor(command === undefined ? everyAction : actionsOf[command], {
    region: 'REGION',
    account: 'ACCOUNT',
    cluster: 'CLUSTER',
    service: 'SERVICE',
    family: 'FAMILY',
    logGroups: ['LOG_GROUP'],
  });
}

/** The policies that the README shows, by the name of their place in it. */
export const policies = (): Readonly<Record<string, Policy>> => ({
  iam: policy(),
  'iam-up': policy('up'),
  'iam-undeploy': policy('undeploy'),
  'iam-dry-run': policy('dry-run'),
});

const sids: Readonly<Record<Resource, string>> = {
  any: 'LookAndRegister',
  service: 'Service',
  'service-deployment': 'CircuitBreaker',
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
function startStatements(actions: readonly string[], scope: Scope): readonly Statement[] {
  if (!actions.some((action) => /^ecs:(RunTask|StartTask|RegisterTaskDefinition)$/.test(action))) return [];
  const { cluster = '*', service = '*', family = '*', roles = [] } = scope;
  const creates = actions.includes('ecs:CreateService');
  const starts = actions.some((action) => /^ecs:(Run|Start)Task$/.test(action));
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

function arn({ partition = 'aws', region = '*', account = '*' }: Scope, service: string, name: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${name}`;
}
