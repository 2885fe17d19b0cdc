import { defined } from '../../model/json.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { RolloutRequest } from '../../model/request.ts';
import type { BegunEarlier } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';

/** What an earlier attempt of the same job has begun, and this one goes on with. */
export type Resumption = { readonly kind: 'canary'; readonly canary: Canary } | ResumedDeployment;

export interface ResumedDeployment {
  readonly kind: 'deployment';
  readonly id: string;
  readonly since: number;
  /** What it brings, where that is known without the service. */
  readonly revision?: string;
  /** The deployment that it takes the place of; absent when nothing of it is left. */
  readonly previous?: { readonly id: string; readonly revision: string };
}

/** Whether a step updates the service. */
export const isPromotion = ({ kind }: Step): boolean => kind === 'promote' || kind === 'start-service-deployment';

/** The steps of a plan that the earlier attempt has begun, for the state of the run that carries it out. */
export function begunEarlier({ steps }: Plan, resumption: Resumption | undefined): readonly BegunEarlier[] {
  if (resumption === undefined) return [];
  const step = steps.findIndex(resumption.kind === 'canary' ? ({ kind }) => kind === 'start-canary' : isPromotion);
  if (step === -1) return [];
  if (resumption.kind === 'deployment') return [{ step, at: resumption.since, deployment: resumption.id }];
  const { task, run, targets, drain, createdAt: at } = resumption.canary;
  return [{ step, at, task: { task, run, targets, drain } }];
}

/**
 * A job is only run again when its earlier attempt has ended: what that one has left, with the very revision that is
 * asked for, is as good as our own. The settings that it may have changed are not known any more, so
 * with `update-service` nothing is resumed.
 */
export function resumptionOf(
  request: RolloutRequest,
  snapshot: Snapshot,
  /** Revisions that are exactly what was asked for, as ARNs. */
  fitting: readonly string[],
): Resumption | undefined {
  const { run, settings } = request;
  const hasCanary = strategyFacts[request.strategy].canaryTasks > 0;
  if (run.attempt === 1 || settings !== undefined) return undefined;
  const isEarlier = (canary: Canary): boolean =>
    canary.run === run.id && canary.attempt < run.attempt && fitting.includes(canary.revision);
  const { canaries, ended } = snapshot;
  // UpdateService has no token to know its deployment by: the canary of the same revision is the proof that it is ours.
  // Without a canary the proof is the revision itself, which others are unlikely to deploy while the job is run again.
  const isOurs = (revision: string, since: number): boolean =>
    hasCanary
      ? [...canaries, ...ended].filter(isEarlier).some((one) => one.revision === revision && since >= one.createdAt)
      : fitting.includes(revision);
  const deployment = deploymentOf(snapshot, isOurs);
  // A canary that had a weight is cleaned up: what its steps have shown is not known any more.
  if (deployment !== undefined || !hasCanary || strategyFacts[request.strategy].movesTraffic) return deployment;
  return canaryOf(request, snapshot, isEarlier);
}

function deploymentOf(
  { service, native }: Snapshot,
  isOurs: (revision: string, since: number) => boolean,
): Resumption | undefined {
  if (native !== undefined) {
    const { arn: id, at: since, revision, previous, status } = native.underWay ?? {};
    if (id === undefined || since === undefined || revision === undefined) return undefined;
    const goesOn = status === 'PENDING' || status === 'IN_PROGRESS';
    return goesOn && isOurs(revision, since)
      ? { kind: 'deployment', id, since, revision, ...defined({ previous }) }
      : undefined;
  }
  const primary = primaryOf(service);
  if (primary?.rolloutState !== 'IN_PROGRESS' || primary.id === undefined) return undefined;
  const since = primary.createdAt?.getTime() ?? 0;
  if (!isOurs(primary.taskDefinition ?? '', since)) return undefined;
  const previous = service.deployments?.find(({ status }) => status === 'ACTIVE');
  const known =
    previous?.id === undefined || previous.taskDefinition === undefined
      ? {}
      : { previous: { id: previous.id, revision: previous.taskDefinition } };
  return { kind: 'deployment', id: primary.id, since, ...known };
}

function canaryOf(
  { canaryInstance }: RolloutRequest,
  { canaries, at }: Snapshot,
  isEarlier: (canary: Canary) => boolean,
): Resumption | undefined {
  // On another instance than the one that is asked for now it would be no answer to what is asked.
  if (canaryInstance !== undefined) return undefined;
  const canary = canaries.find((one) => isEarlier(one) && one.expires > at);
  return canary === undefined ? undefined : { kind: 'canary', canary };
}
