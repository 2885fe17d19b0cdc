import type { Service } from '@aws-sdk/client-ecs';
import { nameIn } from '../core/arn.ts';
import { second } from '../core/duration.ts';
import { Failure } from '../core/failure.ts';
import type { Act, Undo } from '../core/plan.ts';
import { primaryOf } from '../core/service.ts';
import type { Aws } from './call.ts';
import type { Found } from './found.ts';
import { type Ground, sleepOn } from './ground.ts';
import { evidenceOfDeployment, readService } from './service.ts';
import { healthyTargets, keyOf } from './target.ts';

type Promote = Extract<Act, { kind: 'promote' }>;
type RestoreService = Extract<Undo, { kind: 'restore-service' }>;

/** How the service is put back when the new revision fails in it. */
export function restoreUndo({ place, restore }: Promote, ours: string): RestoreService {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'restore-service',
    title: `bring the service back to ${nameIn(restore.to)}`,
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
export async function promote(ground: Ground, act: Promote, ours: string, found: Found): Promise<void> {
  const { aws, clock } = ground;
  const { place, restore, settings } = act;
  const groups = [...new Set(found.targets.map(({ targetGroup }) => targetGroup))];
  const [seen, ...healthy] = await Promise.all([
    readService(aws, place),
    ...groups.map((group) => healthyTargets(aws, group)),
  ]);
  refuseNewer(seen, restore.before);
  const startedAt = clock.now();
  const { service } = await aws.call(
    'ecs',
    'UpdateService',
    { cluster: place.cluster, service: place.service, taskDefinition: ours, ...settings },
    { carriedOut: () => updated(ground, act, ours) },
  );
  const id = (service === undefined ? undefined : primaryOf(service)?.id) ?? '';
  const stillBefore = id === restore.before && ours !== restore.to;
  found.deployment = {
    place,
    id: stillBefore ? '' : id,
    before: restore.before,
    previous: restore.to,
    startedAt,
    known: new Set([...healthy.flat(), ...found.targets].map(keyOf)),
    carrying: new Set(),
    seenEvents: new Set((seen.events ?? []).flatMap((event) => event.id ?? [])),
  };
}

function refuseNewer(service: Service, before: string): void {
  const primary = primaryOf(service);
  if (primary === undefined || primary.id === before) return;
  throw new Failure('ecs:UpdateService', {
    kind: 'superseded',
    because: `somebody else has deployed ${nameIn(primary.taskDefinition ?? '')} (${primary.id}) since this run began`,
    evidence: [evidenceOfDeployment(primary)],
    next: 'Run the job again to bring this version in after theirs.',
  });
}

/** Asked again, a forced deployment would be a second one, so it is looked for longer than ECS may show the past. */
async function updated(ground: Ground, { place, restore, settings }: Promote, ours: string) {
  for (let look = 1; ; look++) {
    const service = await readService(ground.aws, place);
    const primary = primaryOf(service);
    if (primary?.taskDefinition === ours && primary.id !== restore.before) return { service, $metadata: {} };
    if (!settings.forceNewDeployment || look === 5) return undefined;
    await sleepOn(ground)(2 * second);
  }
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
      because: `${restore.unless}; the service is left at ${nameIn(ours)}`,
    });
  }
  await aws.call('ecs', 'UpdateService', {
    cluster: place.cluster,
    service: place.service,
    taskDefinition: restore.to,
    ...restore.settings,
  });
}
