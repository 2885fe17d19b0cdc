import type { ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs';
import { familyIn, nameIn, numberIn } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import { Refusal } from '../../model/problem.ts';
import type { Revision } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { inChunks, readAll, readPages } from '../client/pages.ts';
import { readAsked, readRevision } from '../handlers/revision.ts';

/** A revision that the service has run before, and how it was found. */
export interface Past {
  readonly revision: Revision;
  /** Absent where its number was given. */
  readonly why?: string;
}

/** The revision of the family of `current`, an ARN, with a number; without a number what the service ran before. */
export async function readPast(aws: Aws, place: Place, current: string, number: number | undefined): Promise<Past> {
  if (number === undefined) return readPrevious(aws, place, current);
  return { revision: await readAsked(aws, current.replace(/:\d+$/, `:${number}`), 'to-revision') };
}

/** Looks for what the service ran before `current`, an ARN; throws a Refusal when nobody can say. */
async function readPrevious(aws: Aws, place: Place, current: string): Promise<Past> {
  const known = await lastCompleted(aws, place, current);
  if (known !== undefined) {
    refuseNewer(known.revision, current);
    const when = known.finishedAt === undefined ? '' : `, completed ${known.finishedAt.toISOString()}`;
    const why = `${nameIn(known.revision)} is what the last deployment before brought in (${known.deployment}${when}).`;
    return { revision: await readRevision(aws, known.revision), why };
  }
  const below = await nextBelow(aws, current);
  if (below === undefined) throw noPast(current);
  const why = `ECS tells of no completed deployment before ${nameIn(current)}: ${nameIn(below)} is the ACTIVE revision with the next lower number.`;
  return { revision: await readRevision(aws, below), why };
}

/** What somebody has left by going back is newer: to go there again may be what nobody wants. */
function refuseNewer(before: string, current: string): void {
  if (familyIn(before) !== familyIn(current) || numberIn(before) < numberIn(current)) return;
  const what = `the service runs ${nameIn(current)} and ran ${nameIn(before)}, a newer one, before: it looks as if it had been brought back already. Say which revision is meant`;
  const examples = [numberIn(current) - 1, numberIn(before)].filter((number) => number > 0);
  throw new Refusal({ where: 'to-revision', what: `${what}, for example ${examples.join(' or ')}` });
}

function noPast(current: string): Refusal {
  const what = `nobody knows what the service ran before ${nameIn(current)}: there is neither a completed deployment nor an ACTIVE revision before it`;
  return new Refusal({ where: 'to-revision', what: `${what}. Name the revision` });
}

interface Completed {
  readonly deployment: string;
  readonly revision: string;
  readonly finishedAt: Date | undefined;
}

/** The newest completed deployment of another revision; nothing where ECS knows of none, or may not be asked. */
async function lastCompleted(aws: Aws, place: Place, current: string): Promise<Completed | undefined> {
  try {
    for await (const page of completedDeployments(aws, place)) {
      const revisions = await taskDefinitionsOf(aws, page);
      for (const { serviceDeploymentArn = '', targetServiceRevisionArn = '', finishedAt } of page) {
        const revision = revisions.get(targetServiceRevisionArn);
        if (revision === undefined || revision === current) continue;
        return { deployment: nameIn(serviceDeploymentArn), revision, finishedAt };
      }
    }
    return undefined;
  } catch (error) {
    // Services from before this API, and policies from before it: the numbers of the revisions are left.
    if (error instanceof Failure && error.kind === 'refused-call') return undefined;
    throw error;
  }
}

/** Pages of completed deployments, the newest first; DescribeServiceRevisions takes 20 at once. */
async function* completedDeployments(
  aws: Aws,
  { cluster, service }: Place,
): AsyncGenerator<readonly ServiceDeploymentBrief[]> {
  const input = { cluster, service, status: ['SUCCESSFUL' as const], maxResults: 20 };
  for await (const answer of readPages(aws, 'ecs', 'ListServiceDeployments', input)) {
    const time = ({ createdAt }: ServiceDeploymentBrief): number => createdAt?.getTime() ?? 0;
    yield (answer.serviceDeployments ?? [])
      .filter(({ status }) => status === 'SUCCESSFUL')
      .toSorted((a, b) => time(b) - time(a));
  }
}

/** The task definitions of the service revisions that a page of deployments has led to. */
async function taskDefinitionsOf(
  aws: Aws,
  page: readonly ServiceDeploymentBrief[],
): Promise<ReadonlyMap<string, string>> {
  const arns = [...new Set(page.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []))];
  if (arns.length === 0) return new Map();
  const serviceRevisions: ServiceRevision[] = [];
  for (const part of inChunks(arns, 20)) {
    const answer = await aws.call('ecs', 'DescribeServiceRevisions', { serviceRevisionArns: [...part] });
    serviceRevisions.push(...(answer.serviceRevisions ?? []));
  }
  return new Map(
    serviceRevisions.flatMap(({ serviceRevisionArn, taskDefinition }) =>
      serviceRevisionArn === undefined || taskDefinition === undefined ? [] : [[serviceRevisionArn, taskDefinition]],
    ),
  );
}

async function nextBelow(aws: Aws, current: string): Promise<string | undefined> {
  const active = await activeRevisions(aws, familyIn(current));
  return active.findLast((arn) => numberIn(arn) < numberIn(current));
}

/** The ACTIVE revisions of a family as ARNs, the oldest first. */
export async function activeRevisions(aws: Aws, family: string): Promise<readonly string[]> {
  const input = { familyPrefix: family, status: 'ACTIVE' as const, sort: 'ASC' as const };
  const arns = await readAll(aws, 'ecs', 'ListTaskDefinitions', input, ({ taskDefinitionArns }) => taskDefinitionArns);
  // What is taken out of use by what is read here must be of this family, whatever the answer says.
  const own = arns.filter((arn) => familyIn(arn) === family);
  return own.toSorted((a, b) => numberIn(a) - numberIn(b));
}
