import type { Service } from '@aws-sdk/client-ecs';
import { Failure } from '../core/failure.ts';
import type { Act, Place, Undo } from '../core/plan.ts';
import type { Aws } from './call.ts';
import type { Found } from './found.ts';
import { shortRevision } from './revision.ts';
import { evidenceOfDeployment, primaryOf, readService } from './service.ts';
import { healthyTargets, keyOf } from './target.ts';

type Promote = Extract<Act, { kind: 'promote' }>;
type RestoreService = Extract<Undo, { kind: 'restore-service' }>;

/** How the service is put back when the new revision fails in it. */
export function restoreUndo({ place, restore }: Promote, ours: string): RestoreService {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'restore-service',
    title: `bring the service back to ${shortRevision(restore.to)}`,
    region,
    place,
    ours,
    restore,
    verify: {
      kind: 'check',
      gates: [{ kind: 'service-restored', place, to: restore.to, ours, before: restore.before }],
      within: restore.within,
    },
    byHand: `aws ecs update-service --region ${region} --cluster ${cluster} --service ${service} --task-definition ${restore.to}`,
  };
}

/** Updates the service to the new revision, unless somebody else has deployed since we looked. */
export async function promote(aws: Aws, act: Promote, ours: string, found: Found, now: () => number): Promise<void> {
  const { place, restore, settings } = act;
  const groups = [...new Set(found.targets.map(({ targetGroup }) => targetGroup))];
  const [seen, ...healthy] = await Promise.all([
    readService(aws, place),
    ...groups.map((group) => healthyTargets(aws, group)),
  ]);
  refuseNewer(seen, restore.before);
  const startedAt = now();
  const { service } = await aws.call(
    'ecs',
    'UpdateService',
    { cluster: place.cluster, service: place.service, taskDefinition: ours, ...settings },
    { carriedOut: () => updated(aws, place, ours, restore.before) },
  );
  const id = (service === undefined ? undefined : primaryOf(service)?.id) ?? '';
  const stillBefore = id === restore.before && ours !== restore.to;
  found.deployment = {
    id: stillBefore ? '' : id,
    before: restore.before,
    previous: restore.to,
    startedAt,
    known: new Set([...healthy.flat(), ...found.targets].map(keyOf)),
    seenEvents: new Set((seen.events ?? []).flatMap((event) => event.id ?? [])),
  };
}

function refuseNewer(service: Service, before: string): void {
  const primary = primaryOf(service);
  if (primary === undefined || primary.id === before) return;
  throw new Failure('ecs:UpdateService', {
    kind: 'superseded',
    because: `somebody else has deployed ${shortRevision(primary.taskDefinition ?? '')} (${primary.id}) since this run began`,
    evidence: [evidenceOfDeployment(primary)],
    next: 'Run the job again to bring this version in after theirs.',
  });
}

async function updated(aws: Aws, place: Place, ours: string, before: string) {
  const service = await readService(aws, place);
  const primary = primaryOf(service);
  return primary?.taskDefinition === ours && primary.id !== before ? { service, $metadata: {} } : undefined;
}

/** Asks ECS to bring the service back; does nothing where ours never arrived, or somebody else's is there. */
export async function restoreService(aws: Aws, undo: RestoreService): Promise<void> {
  const { place, restore, ours } = undo;
  const service = await readService(aws, place);
  const primary = primaryOf(service);
  const changed = primary?.id !== restore.before && primary?.taskDefinition === ours;
  const settingsOnly = restore.to === ours;
  if (!changed && !settingsOnly) return;
  if (restore.unless !== undefined) {
    throw new Failure('ecs:UpdateService', {
      kind: 'verdict',
      because: `${restore.unless}; the service is left at ${shortRevision(ours)}`,
    });
  }
  await aws.call('ecs', 'UpdateService', {
    cluster: place.cluster,
    service: place.service,
    taskDefinition: restore.to,
    ...restore.settings,
  });
}
