import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { familyIn, nameIn, numberIn } from '../../model/arn.ts';
import { isRefusedCall } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import { Refusal } from '../../model/problem.ts';
import type { Revision } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { readAll, readInChunks, readPages } from '../client/pages.ts';
import { readAsked, readRevision } from '../handlers/revision.ts';

/** A revision that the service ran before, and how it was found. */
export interface Past {
  readonly revision: Revision;
  /** Absent if the revision was given by its number. */
  readonly why?: string;
}

/** Reads the revision with a number in the family of `current`, an ARN; without a number, the previous revision of the service. */
export async function readPast(aws: Aws, place: Place, current: string, number: number | undefined): Promise<Past> {
  if (number === undefined) return readPrevious(aws, place, current);
  return { revision: await readAsked(aws, current.replace(/:\d+$/, `:${number}`), 'to-revision') };
}

/** Finds the revision that the service ran before `current`, an ARN. Throws a Refusal if it cannot be determined. */
async function readPrevious(aws: Aws, place: Place, current: string): Promise<Past> {
  const known = await lastCompleted(aws, place, current);
  if (known !== undefined) {
    refuseNewer(known.revision, current);
    const when = known.finishedAt === undefined ? '' : `, completed ${known.finishedAt.toISOString()}`;
    const why = `${nameIn(known.revision)} was deployed by the previous completed deployment (${known.deployment}${when}).`;
    return { revision: await readRevision(aws, known.revision), why };
  }
  const below = await nextBelow(aws, current);
  if (below === undefined) throw noPast(current);
  const why = `ECS lists no completed deployment before ${nameIn(current)}: ${nameIn(below)} is the ACTIVE revision with the next lower number.`;
  return { revision: await readRevision(aws, below), why };
}

/** A newer previous revision means that the service was rolled back already; deploying it again is probably not intended. */
function refuseNewer(before: string, current: string): void {
  if (familyIn(before) !== familyIn(current) || numberIn(before) < numberIn(current)) return;
  const what = `the service runs ${nameIn(current)} and ran the newer ${nameIn(before)} before, so it seems to be rolled back already. Name the revision`;
  const examples = [numberIn(current) - 1, numberIn(before)].filter((number) => number > 0);
  throw new Refusal({ where: 'to-revision', what: `${what}, for example ${examples.join(' or ')}` });
}

function noPast(current: string): Refusal {
  const what = `no previous revision found for ${nameIn(current)}: there is neither a completed deployment nor an ACTIVE revision before it`;
  return new Refusal({ where: 'to-revision', what: `${what}. Name the revision` });
}

interface Completed {
  readonly deployment: string;
  readonly revision: string;
  readonly finishedAt: Date | undefined;
}

/** Returns the newest completed deployment of another revision; `undefined` if there is none or the calls are denied. */
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
    // Services and IAM policies can be older than this API; fall back to the revision numbers.
    if (isRefusedCall(error)) return undefined;
    throw error;
  }
}

/** Yields pages of completed deployments, newest first; DescribeServiceRevisions accepts 20 ARNs. */
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

/** Returns the task definitions of the target service revisions of a page of deployments. */
async function taskDefinitionsOf(
  aws: Aws,
  page: readonly ServiceDeploymentBrief[],
): Promise<ReadonlyMap<string, string>> {
  const arns = [...new Set(page.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []))];
  if (arns.length === 0) return new Map();
  const serviceRevisions = await readInChunks(arns, 20, async (serviceRevisionArns) => {
    return (await aws.call('ecs', 'DescribeServiceRevisions', { serviceRevisionArns })).serviceRevisions;
  });
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

/** Returns the ARNs of the ACTIVE revisions of a family, oldest first. */
export async function activeRevisions(aws: Aws, family: string): Promise<readonly string[]> {
  const input = { familyPrefix: family, status: 'ACTIVE' as const, sort: 'ASC' as const };
  const arns = await readAll(aws, 'ecs', 'ListTaskDefinitions', input, ({ taskDefinitionArns }) => taskDefinitionArns);
  // Revisions read here can be deregistered, so never trust the answer to contain only this family.
  const own = arns.filter((arn) => familyIn(arn) === family);
  return own.toSorted((a, b) => numberIn(a) - numberIn(b));
}
