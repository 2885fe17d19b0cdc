import { readInAccount } from '../../aws/snapshots/caller.ts';
import { takeSnapshot } from '../../aws/snapshots/rollout.ts';
import { minute } from '../../model/duration.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Plan, Step } from '../../model/plan.ts';
import { refuseIfAny } from '../../model/problem.ts';
import type { ResolvedRollout, RolloutRequest } from '../../model/request.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import type { Split } from '../../model/traffic.ts';
import { checkedBy } from '../health-check.ts';
import { type Decision, planAndExecute, type Runtime, reportFacts } from '../plan-and-execute.ts';
import { check, register } from '../steps.ts';
import { sweepSteps } from '../sweep.ts';
import { snapshotAfterOthers } from '../wait-for-others.ts';
import { type Comparison, compare, type Resolved } from './comparison.ts';
import { conflictsOf, orphanSplits, orphansOf, waitForOthers } from './conflicts.ts';
import { formatCredentialExpiry } from './credential-expiry.ts';
import { afterPromotion } from './measured-gates.ts';
import { notesOf, titleOf } from './notes.ts';
import { alarmProblems, noChange, obstaclesOf, unsupported } from './preconditions.ts';
import { seeThrough, tidyRevisions } from './promotion.ts';
import { resolveRollout } from './resolve-revision.ts';
import { resumptionOf } from './resume.ts';
import { settingChanges, settingsOf } from './settings.ts';
import { strategies } from './strategies/index.ts';
import type { Rollout } from './strategies/strategy.ts';

/** How many times a rollout starts in all if rivals start at the same moment. */
const rounds = 5;

/** Rolls a revision out to a service, by the strategy of the request. */
export async function rollout(request: RolloutRequest, runtime: Runtime): Promise<Outcome> {
  for (let round = 1; ; round++) {
    // RunTask with the token of the previous round would return that round's canary.
    const token = round === 1 ? request.run.token : `${request.run.token}-${round}`;
    const mine = { ...request, run: { ...request.run, token } };
    const outcome = await planAndExecute(mine, runtime, () => decide(mine, runtime));
    const again = outcome.cause?.conflict && request.onConflict === 'wait' && outcome.leftovers.length === 0;
    if (!again || round === rounds) return outcome;
    runtime.report({
      kind: 'notice',
      message: `${outcome.cause?.because}; this one waits for it, and then begins anew`,
    });
  }
}

/** Snapshot, resolve, plan. */
async function decide(asked: RolloutRequest, runtime: Runtime): Promise<Decision> {
  const ready = await snapshotAfterOthers(
    asked,
    runtime,
    () => resolve(asked, runtime),
    (now) => waitForOthers(now.request, now.snapshot, now.comparison),
  );
  if ('ended' in ready) return ready;
  const { request, snapshot, comparison } = ready.snapshot;
  const plan = planRollout(request, snapshot, comparison);
  reportFacts(
    {
      'service-arn': snapshot.service.serviceArn,
      'previous-task-definition-arn': snapshot.stable.definition.taskDefinitionArn,
      'task-definition-arn': comparison.fitting[0],
    },
    runtime,
  );
  if (!request.dryRun) return { plan };
  // Only a dry run loads what only a dry run looks up.
  const { previewed } = await import('../dry-run/index.ts');
  return { plan: await previewed(plan, ready.snapshot, runtime) };
}

/** Takes a snapshot of the service, fills in the request, and compares the two. */
async function resolve(asked: RolloutRequest, runtime: Runtime): Promise<Resolved> {
  const snapshot = await readInAccount(asked, runtime, takeSnapshot, ({ service }) => [service.serviceArn]);
  const request = resolveRollout(asked, snapshot);
  return { request, snapshot, comparison: compare(request, snapshot) };
}

/** Plans a rollout; throws a Refusal if it cannot be tried. */
export function planRollout(request: ResolvedRollout, snapshot: Snapshot, comparison: Comparison): Plan {
  const { identical, fitting } = comparison;
  const resumption = resumptionOf(request, snapshot, fitting);
  const conflicts = [...alarmProblems(snapshot), ...conflictsOf(request, snapshot, resumption)];
  refuseIfAny([
    ...unsupported(request, snapshot),
    ...noChange(request, snapshot, identical),
    // A dry run disturbs no other run: the conflicts of the moment are among its findings.
    ...(request.dryRun ? [] : conflicts),
  ]);
  const { place, forceNewDeployment } = request;
  const settings = settingsOf(request, snapshot);
  const changes = [...comparison.changes, ...settingChanges(request, snapshot.service, settings)];
  const notes = notesOf(request, snapshot, identical);
  if (resumption?.kind === 'deployment') {
    const title = `Go on with the deployment of an earlier attempt to ${place.service}`;
    const revision = snapshot.stable.definition.taskDefinitionArn;
    const gates = afterPromotion({ request, snapshot, settings, revision, canary: undefined });
    const steps = [...sweep(request, snapshot), ...seeThrough(request, snapshot, resumption), ...gates];
    return { title, notes, changes, steps };
  }
  if (identical && !forceNewDeployment && Object.keys(settings).length === 0) {
    const title = `Nothing to roll out to ${place.service} in ${place.cluster}`;
    return { title, notes, changes, steps: [...sweep(request, snapshot), ...alreadyThere(request, snapshot)] };
  }
  if (!request.dryRun) refuseIfAny(obstaclesOf(request, snapshot, comparison));
  const expiry = formatCredentialExpiry(request, snapshot);
  const warnings = [...expiry.warnings, ...strategies[request.strategy].texts.warnings(request, snapshot)];
  const canary = resumption?.canary;
  return {
    title: titleOf(request, identical),
    notes: [...notes, ...expiry.notes],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(request.wait ? {} : { unattended: true }),
    changes,
    steps: stepsOf({ request, snapshot, settings, revision: canary?.revision ?? fitting[0], canary }),
  };
}

function stepsOf(rollout: Rollout): readonly Step[] {
  const { request, snapshot, revision, canary } = rollout;
  return [
    ...sweep(request, snapshot, canary),
    ...register(request.revision, revision),
    ...strategies[request.strategy].steps(rollout),
    ...(request.wait ? afterPromotion(rollout) : []),
    ...tidyRevisions(request, snapshot, revision),
  ];
}

function alreadyThere({ place, timeouts }: ResolvedRollout, { stable }: Snapshot): readonly Step[] {
  const title = `see that ${place.service} is stable: it runs this revision already`;
  const stays = check(
    title,
    [{ kind: 'service-stable', place, ...checkedBy(stable.definition) }],
    timeouts.serviceStable,
  );
  // There is no canary that could be rejected.
  return [{ ...stays, judges: 'what-is-there' }];
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
