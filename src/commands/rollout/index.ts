import { readInAccount } from '../../aws/snapshots/caller.ts';
import { takeSnapshot } from '../../aws/snapshots/rollout.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import { refuseIfAny } from '../../model/problem.ts';
import type { ResolvedRollout, RolloutRequest } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Runtime } from '../command-runtime.ts';
import { type Decision, planAndExecute, reportFacts } from '../plan-and-execute.ts';
import { snapshotAfterOthers } from '../wait-for-others.ts';
import { type Comparison, compare, type Resolved } from './comparison.ts';
import { conflictsOf, waitForOthers } from './conflicts.ts';
import { formatCredentialExpiry } from './credential-expiry.ts';
import { notesOf, titleOf } from './notes.ts';
import { alarmProblems, noChange, obstaclesOf, unsupported } from './preconditions.ts';
import { resolveRollout } from './resolve-revision.ts';
import { begunEarlier, type Resumption, resumptionOf } from './resume.ts';
import { alreadyThere, stepsOf, stepsSincePromotion } from './rollout-steps.ts';
import { settingChanges, settingsOf } from './settings.ts';
import { strategies, withFittingStrategy } from './strategies/index.ts';

/** How many times a rollout starts in all if rivals start at the same moment. */
const rounds = 5;

/** Rolls a revision out to a service, by the strategy of the request. */
export async function rollout(request: RolloutRequest, runtime: Runtime): Promise<Outcome> {
  for (let round = 1; ; round++) {
    // RunTask with the token of the previous round would return that round's canary.
    const token = round === 1 ? request.run.token : `${request.run.token}-${round}`;
    const mine = { ...request, run: { ...request.run, token } };
    const { saved, ...anew } = runtime;
    const outcome = await (saved !== undefined && round === 1
      ? planAndExecute(mine, runtime, () => planAgain(mine, runtime))
      : planAndExecute(mine, anew, () => decide(mine, anew)));
    const again = outcome.cause?.conflict && request.onConflict === 'wait' && outcome.leftovers.length === 0;
    if (!again || round === rounds) return outcome;
    runtime.report({
      kind: 'notice',
      message: `${outcome.cause?.because}; waiting for it to end, then starting over`,
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
  const resumption = resumptionOf(request, snapshot, comparison.fitting);
  const { canary, deployment } = partsOf(resumption);
  const stable = stableOf(snapshot);
  reportFacts(
    {
      'service-arn': snapshot.service.serviceArn,
      'previous-task-definition-arn': deployment?.previous?.revision ?? stable,
      'task-definition-arn':
        canary?.revision ?? (deployment === undefined ? comparison.fitting[0] : (deployment.revision ?? stable)),
    },
    runtime,
  );
  if (!request.dryRun) return { plan, earlier: begunEarlier(plan, resumption) };
  // Only a dry run loads what only a dry run looks up.
  const { previewed } = await import('../dry-run/index.ts');
  return { plan: await previewed(plan, ready.snapshot, runtime) };
}

/** The plan of a run that is under way: what it has done so far must not keep it from being made again. */
async function planAgain(asked: RolloutRequest, runtime: Runtime): Promise<Decision> {
  const { request, snapshot, comparison } = await resolve(asked, runtime);
  return { plan: planRollout({ ...request, dryRun: true }, snapshot, comparison) };
}

/** Takes a snapshot of the service, fills in the request, and compares the two. */
async function resolve(asked: RolloutRequest, runtime: Runtime): Promise<Resolved> {
  const snapshot = await readInAccount(asked, runtime, takeSnapshot, ({ service }) => [service.serviceArn]);
  const request = withFittingStrategy(resolveRollout(asked, snapshot), snapshot);
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
  const { canary, deployment } = partsOf(resumption);
  const nothing = deployment === undefined && identical && !forceNewDeployment && Object.keys(settings).length === 0;
  const notes = notesOf(request, snapshot, { identical, nothing });
  const unattended = request.wait ? {} : { unattended: true as const };
  const planned = { request, snapshot, settings, canary, deployment };
  if (deployment !== undefined) {
    const title = `Continue the deployment of an earlier attempt to ${place.service}`;
    const steps = stepsSincePromotion({ ...planned, revision: deployment.revision ?? stableOf(snapshot) });
    return { title, notes, changes, steps, ...unattended };
  }
  if (nothing) {
    const title = `Nothing to roll out to ${place.service} in ${place.cluster}`;
    return { title, notes, changes, steps: alreadyThere(request, snapshot) };
  }
  if (!request.dryRun) refuseIfAny(obstaclesOf(request, snapshot, comparison));
  const expiry = formatCredentialExpiry(request, snapshot);
  const warnings = [...expiry.warnings, ...strategies[request.strategy].texts.warnings(request, snapshot)];
  return {
    title: titleOf(request, identical),
    notes: [...notes, ...expiry.notes],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...unattended,
    changes,
    steps: stepsOf({ ...planned, revision: canary?.revision ?? fitting[0] }),
  };
}

const partsOf = (resumption: Resumption | undefined) => ({
  canary: resumption?.kind === 'canary' ? resumption.canary : undefined,
  deployment: resumption?.kind === 'deployment' ? resumption : undefined,
});

const stableOf = ({ stable }: Snapshot): string => stable.definition.taskDefinitionArn ?? '';
