import { minute } from '../../model/duration.ts';
import type { Step } from '../../model/plan.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import type { Split } from '../../model/traffic.ts';
import { checkedBy } from '../health-check.ts';
import { check, register } from '../steps.ts';
import { sweepSteps } from '../sweep.ts';
import { orphanSplits, orphansOf } from './conflicts.ts';
import { afterPromotion } from './measured-gates.ts';
import { tidyRevisions } from './promotion.ts';
import { isPromotion } from './resume.ts';
import { strategies } from './strategies/index.ts';
import type { Rollout } from './strategies/strategy.ts';

/** All steps of a rollout. */
export function stepsOf(rollout: Rollout): readonly Step[] {
  const { request, snapshot, revision, canary } = rollout;
  return [
    ...sweep(request, snapshot, canary),
    ...register(request.revision, revision),
    ...strategies[request.strategy].steps(rollout),
    ...(request.wait ? afterPromotion(rollout) : []),
    ...tidyRevisions(rollout),
  ];
}

/** The service is updated already: what comes before that is not needed any more. */
export function stepsSincePromotion(rollout: Rollout): readonly Step[] {
  const { request, snapshot } = rollout;
  const steps = strategies[request.strategy].steps(rollout);
  const promotes = steps.findIndex(isPromotion);
  return [
    ...sweep(request, snapshot),
    ...steps.slice(Math.max(0, promotes)),
    ...(request.wait ? afterPromotion(rollout) : []),
    ...tidyRevisions(rollout),
  ];
}

/** The service runs the revision already, with the settings that are asked for. */
export function alreadyThere(request: ResolvedRollout, snapshot: Snapshot): readonly Step[] {
  const { place, timeouts } = request;
  const { stable } = snapshot;
  const title = `check that ${place.service} is stable: it already runs this revision`;
  const stays = check(
    title,
    [{ kind: 'service-stable', place, ...checkedBy(stable.definition) }],
    timeouts.serviceStable,
  );
  // There is no canary that could be rejected.
  return [...sweep(request, snapshot), { ...stays, judges: 'what-is-there' }];
}

/** What runs that are gone have left; traffic is shared anew only when the routes are as those runs have found them. */
function sweep(request: ResolvedRollout, snapshot: Snapshot, kept?: Canary): readonly Step[] {
  const splits = orphanSplits(request, snapshot.traffic?.splits ?? [], snapshot.at);
  const orphans = [...orphansOf(request, snapshot, kept), ...snapshot.orphanTargets];
  const shares = strategyFacts[request.strategy].movesTraffic;
  return [...sweepSteps(request, orphans, splits), ...(shares ? splits.map(restored) : [])];
}

const restored = ({ place, run, traffic, drain }: Split): Step => ({
  ...check(
    `wait until the routes are as they were before run ${run}`,
    [{ kind: 'routes-restored', place, traffic }],
    traffic.settle + drain + 3 * minute,
  ),
  judges: 'what-is-there',
});
