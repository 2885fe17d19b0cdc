import type { Clock } from '../core/clock.ts';
import type { UpRequest } from '../core/request.ts';
import type { Site } from '../core/snapshot.ts';
import type { Aws } from './call.ts';
import { readNewest, readRevision } from './revision.ts';
import { findService, isAbsent } from './service.ts';
import { readAttachments } from './target-group.ts';

/** Looks at the place where a service is to be created. */
export async function readSite(aws: Aws, { place, revision, service }: UpRequest, clock: Clock): Promise<Site> {
  const at = clock.now();
  const [there, given, newest, attachments] = await Promise.all([
    findService(aws, place),
    revision.kind === 'existing' ? readRevision(aws, revision.name) : undefined,
    revision.kind === 'new' ? readNewest(aws, revision.definition.family ?? '') : undefined,
    readAttachments(aws, service.loadBalancers ?? []),
  ]);
  return {
    at,
    attachments,
    lifetime: await aws.lifetime(),
    ...(isAbsent(there) ? statusOf(there) : { service: there }),
    ...(given === undefined ? {} : { given }),
    ...(newest === undefined ? {} : { newest }),
  };
}

const statusOf = ({ status }: { readonly status?: string }) => (status === undefined ? {} : { status });
