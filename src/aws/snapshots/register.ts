import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { RegisterRequest } from '../../model/request.ts';
import type { RegisterSnapshot, Revision } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { readAsked, readNewest, readRevision } from '../handlers/revision.ts';
import { readService } from '../handlers/service.ts';

/** Reads the newest revision of the family, and the one that is edited, where one is. */
export async function takeRegisterSnapshot(aws: Aws, { place, revision }: RegisterRequest): Promise<RegisterSnapshot> {
  const base = revision.kind === 'edited' ? await readBase(aws, place, revision.base) : undefined;
  const family = revision.kind === 'new' ? revision.definition.family : base?.definition.family;
  const newest = await readNewest(aws, family ?? '');
  return defined({ base, newest });
}

type Base = Extract<RegisterRequest['revision'], { kind: 'edited' }>['base'];

async function readBase(aws: Aws, place: Place, base: Base): Promise<Revision> {
  if (typeof base !== 'string') return readAsked(aws, base.named, 'base-revision');
  const service = await readService(aws, place);
  const stable = await readRevision(aws, service.taskDefinition ?? '');
  return base === 'service' ? stable : readRevision(aws, stable.definition.family ?? '');
}
