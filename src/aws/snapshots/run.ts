import type { Clock } from '../../model/clock.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { RunRequest } from '../../model/request.ts';
import type { Revision, RunSnapshot } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { readAsked, readNewest, readRevision } from '../handlers/revision.ts';
import { findService, isAbsent } from '../handlers/service.ts';

/** Reads what a one-off task needs. The service may be missing: a migration can run before it is created. */
export async function takeRunSnapshot(aws: Aws, request: RunRequest, clock: Clock): Promise<RunSnapshot> {
  const { place, revision } = request;
  const at = clock.now();
  const [service, given, newest] = await Promise.all([
    place.service === '' ? undefined : findService(aws, place),
    revision.kind === 'existing' ? readAsked(aws, revision.name, 'task-definition-arn') : undefined,
    revision.kind === 'new' ? readNewest(aws, revision.definition.family ?? '') : undefined,
  ]);
  const absent = service !== undefined && isAbsent(service) ? service : undefined;
  const live = service !== undefined && !isAbsent(service) ? service : undefined;
  const stable =
    live?.taskDefinition === undefined || revision.kind === 'existing'
      ? undefined
      : await readRevision(aws, live.taskDefinition);
  const base = revision.kind === 'edited' ? await readBase(aws, revision.base, stable, absent?.because) : undefined;
  return {
    at,
    ...defined({ service: live }),
    ...(absent === undefined ? {} : { noService: absent.because }),
    ...defined({ stable, newest, given, base }),
  };
}

/** Reads the revision that the service runs, or the newest ACTIVE one of its family. */
async function readBase(
  aws: Aws,
  base: 'service' | 'latest',
  stable: Revision | undefined,
  because = 'no service is given',
): Promise<Revision> {
  if (stable === undefined) {
    const next = 'Set `service` to run its revision, or set `task-definition` or `task-definition-arn`.';
    throw new Failure('ecs:DescribeServices', { kind: 'refused-call', because, next });
  }
  return base === 'service' ? stable : readRevision(aws, stable.definition.family ?? '');
}
