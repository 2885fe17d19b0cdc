import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { readPages } from '../client/pages.ts';
import { type Access, ok, type PreflightCheck, problem, type Results, unclear } from './inspect.ts';

/** Checks that the log groups of the containers exist. */
export function logGroupChecks({
  containerDefinitions = [],
}: RegisterTaskDefinitionRequest): readonly PreflightCheck[] {
  const writers = containerDefinitions.flatMap(({ name = '', logConfiguration }) => {
    const { logDriver, options = {} } = logConfiguration ?? {};
    const group = options['awslogs-group'];
    if (logDriver !== 'awslogs' || group === undefined) return [];
    return [{ name, group, region: options['awslogs-region'], creates: options['awslogs-create-group'] === 'true' }];
  });
  const keys = [...new Set(writers.map(({ group, region }) => `${region} ${group}`))];
  return keys.flatMap((key) => {
    const groupWriters = writers.filter(({ group, region }) => `${region} ${group}` === key);
    const [first] = groupWriters;
    if (first === undefined) return [];
    const about = `log group of ${groupWriters.map(({ name }) => name).join(', ')}`;
    return [{ kind: 'log-group', about, look: (access) => lookAtGroup(first, access) } satisfies PreflightCheck];
  });
}

async function lookAtGroup(
  {
    group,
    region,
    creates,
  }: { readonly group: string; readonly region: string | undefined; readonly creates: boolean },
  { aws }: Access,
): Promise<Results> {
  if (creates) return ok(`${group} is created if it does not exist (awslogs-create-group)`);
  if (region !== undefined && region !== aws.region) return unclear(`not checked: ${group} is in another region`);
  for await (const answer of readPages(aws, 'logs', 'DescribeLogGroups', { logGroupNamePrefix: group })) {
    if (answer.logGroups?.some(({ logGroupName }) => logGroupName === group)) return ok(`${group} exists`);
  }
  const next = `Create it (aws logs create-log-group --log-group-name ${group}), or set awslogs-create-group to "true".`;
  return problem(`there is no log group ${group}: the container would not start`, next);
}
