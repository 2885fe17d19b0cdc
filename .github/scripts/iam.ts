import { everyAction, type Policy, policies, policyFor } from '../../src/aws/permissions.ts';

/** The policy of each command, by the name of its file in docs/iam. */
export type CommandPolicies = Readonly<Record<string, Policy>>;

/** What a person replaces. */
const placeholders = {
  region: 'REGION',
  account: 'ACCOUNT',
  cluster: 'CLUSTER',
  service: 'SERVICE',
  family: 'FAMILY',
  logGroups: ['LOG_GROUP'],
};

const runActions: readonly string[] = [
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StopTask',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'logs:GetLogEvents',
];

/** DescribeServices is only for `base-revision: service` or `latest`. */
const registerActions: readonly string[] = [
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
];

/** A rollback starts no task and registers nothing, and reads the history of the service. */
const notForRollback = [
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StartTask',
  'ecs:ListContainerInstances',
  'elasticloadbalancing:RegisterTargets',
];
const rollbackActions: readonly string[] = [
  ...everyAction.filter((action) => !notForRollback.includes(action)),
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:ListTaskDefinitions',
];

const sweepActions: readonly string[] = [
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:StopTask',
  'ecs:DescribeContainerInstances',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:DeregisterTargets',
];

/** The policies of docs/iam. `rehearse` needs none: it calls nobody. */
export function commandPolicies(): CommandPolicies {
  const { iam, 'iam-up': up, 'iam-undeploy': undeploy, 'iam-dry-run': dryRun } = policies();
  if (iam === undefined || up === undefined || undeploy === undefined || dryRun === undefined)
    throw new Error('src/aws/permissions.ts lacks a policy that docs/iam has');
  return {
    rollout: iam,
    rollback: policyFor(rollbackActions, placeholders),
    run: policyFor(runActions, placeholders),
    register: policyFor(registerActions, placeholders),
    up,
    undeploy,
    sweep: policyFor(sweepActions, placeholders),
    // The rollout's own dry run does not need this; that of up and undeploy does.
    'dry-run': policyFor([...permissionsOf(dryRun), 'ecs:ListServices'], placeholders),
  };
}

/** Every action that a policy allows. */
export const permissionsOf = (policy: Policy | undefined): readonly string[] =>
  (policy?.Statement ?? []).flatMap(({ Action }) => Action);
