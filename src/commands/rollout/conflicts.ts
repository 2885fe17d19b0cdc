import { nameIn } from '../../model/arn.ts';
import type { Gate } from '../../model/gates.ts';
import { startedByOf } from '../../model/owner-tags.ts';
import type { Plan } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import type { RolloutRequest } from '../../model/request.ts';
import { primaryOf } from '../../model/service.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import type { Split } from '../../model/traffic.ts';
import { showWeight } from '../../model/weights.ts';
import type { Comparison } from './comparison.ts';
import { type Resumption, resumptionOf } from './resume.ts';

/** Orphaned canaries: their run has ended, or the user takes over. */
export function orphansOf(
  { run, onConflict }: Pick<RolloutRequest, 'run' | 'onConflict'>,
  { canaries, at }: Pick<Snapshot, 'canaries' | 'at'>,
  kept?: Canary,
): readonly Canary[] {
  return canaries.filter(
    (canary) =>
      canary.task !== kept?.task &&
      (onConflict === 'take-over' || isExpired(canary, at) || (canary.run === run.id && canary.attempt < run.attempt)),
  );
}

const isExpired = ({ expires }: Pick<Canary, 'expires'>, at: number): boolean => expires > 0 && expires < at;

/** Splits of the traffic whose run has ended, or that the user takes over. */
export const orphanSplits = (
  { run, onConflict }: Pick<RolloutRequest, 'run' | 'onConflict'>,
  splits: readonly Split[],
  at: number,
): readonly Split[] =>
  splits.filter(
    (split) =>
      onConflict === 'take-over' || isExpired(split, at) || (split.run === run.id && split.attempt < run.attempt),
  );

/** Runs that may still move the traffic of the service, although no canary of theirs was found. */
function livingSplits(request: RolloutRequest, { traffic, canaries, at }: Snapshot): readonly Problem[] {
  const splits = traffic?.splits ?? [];
  const orphans = orphanSplits(request, splits, at);
  const alive = splits.filter((split) => !orphans.includes(split) && !canaries.some(({ run }) => run === split.run));
  return alive.map((split) => ({
    where: 'on-conflict',
    what: formatSplit(split),
    next: 'wait for that run to end, or set on-conflict: wait or take-over',
  }));
}

/** Whose split it is, and when it may be undone. */
export function formatSplit({ run, weight, expires }: Split): string {
  const until = new Date(expires).toISOString();
  return `run ${run} shares the traffic of this service with its canary (${showWeight(weight)} % at the moment), and is alive until ${until} unless it renews that`;
}

/** Why this rollout cannot start now: what other runs and deployments are doing. */
export function conflictsOf(request: RolloutRequest, snapshot: Snapshot, resumption?: Resumption): readonly Problem[] {
  if (request.onConflict === 'take-over') return [];
  const kept = resumption?.kind === 'canary' ? resumption.canary : undefined;
  const problems = [...livingCanaries(request, snapshot, kept), ...livingSplits(request, snapshot)];
  // A rollback replaces a deployment in progress.
  if (resumption?.kind === 'deployment' || request.command === 'rollback') return problems;
  const deployment = deploymentUnderWay(snapshot);
  if (deployment === undefined) return problems;
  const what = `another deployment is under way (${deployment})`;
  return [
    ...problems,
    { where: 'on-conflict', what, next: 'wait for it to end, or set on-conflict: wait or take-over' },
  ];
}

/** Canaries whose runs may still be active. */
export function livingCanaries(
  request: Pick<RolloutRequest, 'run' | 'onConflict'>,
  snapshot: Pick<Snapshot, 'canaries' | 'at'>,
  kept?: Canary,
): readonly Problem[] {
  const orphans = orphansOf(request, snapshot);
  const alive = snapshot.canaries.filter((canary) => canary.task !== kept?.task && !orphans.includes(canary));
  return alive.map((canary) => ({
    where: 'on-conflict',
    what: formatAlive(canary),
    next: 'wait for that run to end, or set on-conflict: wait or take-over',
  }));
}

/** Whose canary it is, and how long that run can last. */
export function formatAlive({ task, run, expires, oneOff }: Canary): string {
  const until = expires > 0 ? `, until ${new Date(expires).toISOString()} at the latest` : '';
  const has = oneOff ? ' is running a one-off task of this service' : ' is running a canary of this service';
  return `run ${run || 'unknown'}${has} (task ${task})${until}`;
}

function deploymentUnderWay({ service, native }: Snapshot): string | undefined {
  const { arn, status, stage = '' } = native?.underWay ?? {};
  if (arn !== undefined) return `service deployment ${nameIn(arn)}: ${stage === '' ? status : `${status}, ${stage}`}`;
  const primary = primaryOf(service);
  if (primary?.rolloutState === 'IN_PROGRESS') return `${primary.id}: ${primary.rolloutStateReason ?? 'in progress'}`;
  const several = primary !== undefined && primary.rolloutState === undefined && (service.deployments?.length ?? 0) > 1;
  return several ? `${primary.id}` : undefined;
}

/** With `on-conflict: wait`, the plan to wait for other runs and deployments, if there are any. */
export function waitForOthers(
  request: RolloutRequest,
  snapshot: Snapshot,
  { fitting }: Pick<Comparison, 'fitting'>,
): Plan | undefined {
  if (request.onConflict !== 'wait') return undefined;
  if (conflictsOf(request, snapshot, resumptionOf(request, snapshot, fitting)).length === 0) return undefined;
  // A rollback replaces a deployment that is under way.
  if (request.command === 'rollback') {
    return waiting(request, 'wait until no canary of another run is left', { only: 'canaries' });
  }
  const others = snapshot.native === undefined ? [] : [deploymentOver(request)];
  return waiting(request, 'wait until no other rollout or deployment is under way', { others });
}

const deploymentOver = ({ place }: Pick<RolloutRequest, 'place'>): Gate => ({ kind: 'service-deployment-over', place });

/** Waits until no other run works on the service; with `only: 'canaries'`, deployments in progress do not count. */
export function waiting(
  { place, run, timeouts }: Pick<RolloutRequest, 'place' | 'run' | 'timeouts'>,
  title: string,
  { others = [], ...only }: { readonly only?: 'canaries'; readonly others?: readonly Gate[] } = {},
): Plan {
  const gate = { kind: 'service-free', place, startedBy: startedByOf(place.service), run: run.id, ...only } as const;
  return {
    title: `Wait for others to finish with ${place.service}`,
    notes: [],
    changes: [],
    steps: [{ kind: 'check', title, gates: [gate, ...others], within: timeouts.serviceStable, judges: 'others' }],
  };
}
