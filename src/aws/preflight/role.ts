import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { codeOf } from '../client/errors.ts';
import { type Access, answered, ok, type PreflightCheck, problem, type Results, unclear } from './inspect.ts';

/** The service principal that assumes the roles of tasks. */
const tasks = 'ecs-tasks.amazonaws.com';

/** Checks that the roles of a task exist and that ECS can assume them. */
export function roleChecks(definition: RegisterTaskDefinitionRequest, fargate: boolean): readonly PreflightCheck[] {
  const { executionRoleArn: execution, taskRoleArn: own } = definition;
  const named = [
    ...(execution === undefined ? [] : [{ about: 'execution role', role: execution }]),
    ...(own === undefined || own === execution ? [] : [{ about: 'task role', role: own }]),
  ];
  const checks = named.map(({ about, role }): PreflightCheck => {
    return { kind: 'role', about, look: (access) => lookAtRole(role, access) };
  });
  const need = execution === undefined ? needOf(definition, fargate) : undefined;
  if (need === undefined) return checks;
  const missing = problem(`there is none, but ${need}`, 'Set executionRoleArn in the task definition.');
  return [...checks, { kind: 'role', about: 'execution role', look: async () => [missing] }];
}

/** Describes why the task needs an execution role; `undefined` if it needs none. */
function needOf({ containerDefinitions = [] }: RegisterTaskDefinitionRequest, fargate: boolean): string | undefined {
  const by = (uses: (container: (typeof containerDefinitions)[number]) => boolean) =>
    containerDefinitions.find(uses)?.name;
  const secret = by(({ secrets = [], repositoryCredentials, logConfiguration }) => {
    return secrets.length + (logConfiguration?.secretOptions ?? []).length > 0 || repositoryCredentials !== undefined;
  });
  if (secret !== undefined) return `container ${secret} has secrets, which ECS reads with this role`;
  if (!fargate) return undefined;
  const image = by((container) => /\.dkr[.-]ecr/.test(container.image ?? ''));
  if (image !== undefined) return `ECS pulls the image of container ${image} from ECR with this role`;
  const log = by(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs');
  return log === undefined ? undefined : `container ${log} writes to CloudWatch Logs with this role`;
}

async function lookAtRole(role: string, { aws }: Access): Promise<Results> {
  const RoleName = role.slice(role.lastIndexOf('/') + 1);
  const answer = await answered(
    () => aws.call('iam', 'GetRole', { RoleName }),
    (failure) => codeOf(failure).startsWith('NoSuchEntity'),
  );
  if (answer instanceof Failure) {
    return problem(`there is no role ${RoleName}`, 'Create the role, or correct its ARN in the task definition.');
  }
  const { Arn, AssumeRolePolicyDocument } = answer.Role ?? {};
  if (role.startsWith('arn:') && Arn !== undefined && Arn !== role) {
    return problem(
      `${role} is not in this account or not at this path; the role of this name is ${Arn}`,
      'Correct its ARN in the task definition.',
    );
  }
  const trusts = trustsTasks(AssumeRolePolicyDocument ?? '');
  if (trusts === undefined) return unclear(`${RoleName} exists; its trust policy could not be read`);
  if (trusts) return ok(`${RoleName} exists and trusts ${tasks}`);
  return problem(
    `${RoleName} does not trust ${tasks}: ECS cannot start a task with it`,
    `Allow sts:AssumeRole to the service ${tasks} in the trust policy of ${RoleName}.`,
  );
}

type OneOrMore<T> = T | readonly T[] | undefined;
interface Statement {
  readonly Effect?: string;
  readonly Action?: OneOrMore<string>;
  readonly Principal?: string | { readonly Service?: OneOrMore<string>; readonly AWS?: OneOrMore<string> };
}

const all = <T>(some: OneOrMore<T>): readonly T[] =>
  some === undefined ? [] : Array.isArray(some) ? (some as readonly T[]) : [some as T];

/** IAM returns the policy URL-encoded. Its conditions cannot be evaluated here. */
function trustsTasks(document: string): boolean | undefined {
  try {
    const { Statement: statements } = JSON.parse(decodeURIComponent(document)) as { Statement?: OneOrMore<Statement> };
    return all(statements).some(
      ({ Effect, Action, Principal }) =>
        Effect === 'Allow' &&
        all(Action).some((action) => /^(sts:AssumeRole|sts:\*|\*)$/i.test(action)) &&
        (Principal === '*' || (typeof Principal === 'object' && all(Principal.Service).includes(tasks))),
    );
  } catch {
    return undefined;
  }
}
