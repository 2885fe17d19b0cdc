import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import {
  type Conflict,
  type Conflicts,
  eachContainer,
  type FileKind,
  inService,
  inTask,
  type Pair,
  type Rule,
  runsOnFargate,
} from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
/** ECS accepts the name of a role of the account, with its path if it has one. */
const roleName = /^\/?(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** Checks a role name, where allowed, or an ARN; ECS answers "Role is not valid" to others. */
function roleAt(
  pair: Pair,
  file: FileKind,
  path: Path,
  role: string | undefined,
  names: 'names' | 'arns' = 'arns',
): Conflicts {
  if (role === undefined || roleArn.test(role)) return undefined;
  const at = (what: string): Conflict => ({ file, path, what: `${pair.written(file, path)} ${what}` });
  if (role === '') return { file, path, what: 'is empty; use the ARN of a role, or remove the key' };
  if (isPlaceholder(role) || /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(role)) return at(notFilledIn);
  const rule = 'is not the ARN of a role; use an ARN such as arn:aws:iam::123456789012:role/name';
  if (role.startsWith('arn:')) {
    const kind = /^arn:[^:]*:iam::[^:]*:([a-z-]+)\//.exec(role)?.[1];
    return at(kind === undefined || kind === 'role' ? rule : `is the ARN of a ${kind}; use the ARN of a role`);
  }
  return (names === 'arns' || !roleName.test(role)) && at(rule);
}

const rolesAreRoles: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  const { loadBalancers = [], volumeConfigurations = [], vpcLatticeConfigurations = [] } = service ?? {};
  const inItem = (path: Path, role: string | undefined) => roleAt(pair, 'service', [...path, 'roleArn'], role);
  return [
    roleAt(pair, 'taskDefinition', ['executionRoleArn'], taskDefinition?.executionRoleArn, 'names'),
    roleAt(pair, 'taskDefinition', ['taskRoleArn'], taskDefinition?.taskRoleArn, 'names'),
    roleAt(pair, 'service', ['role'], service?.role, 'names'),
    loadBalancers.map(({ advancedConfiguration }, at) =>
      inItem(['loadBalancers', at, 'advancedConfiguration'], advancedConfiguration?.roleArn),
    ),
    volumeConfigurations.map(({ managedEBSVolume }, at) =>
      inItem(['volumeConfigurations', at, 'managedEBSVolume'], managedEBSVolume?.roleArn),
    ),
    vpcLatticeConfigurations.map(({ roleArn: role }, at) => inItem(['vpcLatticeConfigurations', at], role)),
  ];
};

/** Returns the first feature of a container that requires an execution role, and its path. */
function needOf(container: ContainerDefinition, fargate: boolean): { path: Path; what: string } | undefined {
  const { environmentFiles = [], image = '', logConfiguration, repositoryCredentials, secrets = [] } = container;
  if (secrets.length > 0) return { path: ['secrets'], what: 'secrets' };
  if ((logConfiguration?.secretOptions ?? []).length > 0) {
    return { path: ['logConfiguration', 'secretOptions'], what: 'secretOptions of a logConfiguration' };
  }
  if (repositoryCredentials !== undefined) return { path: ['repositoryCredentials'], what: 'repositoryCredentials' };
  if (!fargate) return undefined;
  if (environmentFiles.length > 0) return { path: ['environmentFiles'], what: 'environmentFiles on Fargate' };
  if (/^\d{12}\.dkr[.-]ecr/.test(image)) return { path: ['image'], what: 'an image in Amazon ECR on Fargate' };
  if (logConfiguration?.logDriver === 'awslogs') {
    return { path: ['logConfiguration'], what: 'the log driver awslogs on Fargate' };
  }
  return undefined;
}

/** Reports one conflict per task, because one role solves all. */
const executionRoleIsGiven: Rule = (pair) => {
  if (pair.taskDefinition === undefined || pair.taskDefinition.executionRoleArn !== undefined) return undefined;
  const [need] = eachContainer(pair, (container, path) => {
    const need = needOf(container, runsOnFargate(pair));
    const what = `needs an execution role for ${need?.what}, but executionRoleArn is missing; set it`;
    return need && inTask([...path, ...need.path], what);
  });
  return need;
};

/** "The service couldn't be created because a valid taskRoleArn is not being used." */
const commandsNeedATaskRole: Rule = ({ service, taskDefinition, names }) =>
  service?.enableExecuteCommand === true &&
  taskDefinition !== undefined &&
  taskDefinition.taskRoleArn === undefined &&
  inService(['enableExecuteCommand'], `needs a taskRoleArn, which is missing in ${names.taskDefinition}`);

export const roleRules: readonly Rule[] = [rolesAreRoles, executionRoleIsGiven, commandsNeedATaskRole];
