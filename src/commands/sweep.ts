import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeSweepSnapshot } from '../aws/snapshots/orphans.ts';
import type { Orphan } from '../model/acts.ts';
import type { Outcome } from '../model/outcome.ts';
import { startedByOf } from '../model/owner-tags.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { SweepRequest } from '../model/request.ts';
import type { SweepSnapshot } from '../model/snapshot.ts';
import type { Split } from '../model/traffic.ts';
import type { Runtime } from './command-runtime.ts';
import { planAndExecute } from './plan-and-execute.ts';
import { formatAlive, formatSplit, orphanSplits, orphansOf } from './rollout/conflicts.ts';

/** Removes what earlier rollouts left behind. */
export async function sweep(request: SweepRequest, runtime: Runtime): Promise<Outcome> {
  const outcome = await planAndExecute(request, runtime, async () => {
    const snapshot = await readInAccount(request, runtime, takeSweepSnapshot, ({ serviceArn }) => [serviceArn]);
    return { plan: planSweep(request, snapshot) };
  });
  return outcome.is === 'succeeded' && outcome.leftovers.length > 0 ? unfinished(outcome) : outcome;
}

/** For a finished rollout leftovers are a warning; a sweep with leftovers has failed. */
function unfinished({ serviceIntact, leftovers }: Outcome): Outcome {
  const because = leftovers.map(({ what, because }) => `could not ${what}: ${because}`).join('; ');
  const cause = { what: 'clean up what earlier runs left behind', because, evidence: [], next: '' };
  return { is: 'failed', serviceIntact, cause, leftovers };
}

/** Plans to remove what earlier rollouts left behind. A task that another run may still use is kept and noted. */
export function planSweep(request: SweepRequest, snapshot: SweepSnapshot): Plan {
  const { place } = request;
  const orphans = [...orphansOf(request, snapshot), ...orphansOf(request, { ...snapshot, canaries: snapshot.oneOffs })];
  const splits = orphanSplits(request, snapshot.splits ?? [], snapshot.at);
  return {
    title: `Clean up what earlier rollouts left behind at ${place.service} in ${place.cluster}`,
    changes: [],
    notes: notesOf(snapshot, orphans, splits),
    steps: sweepSteps(request, [...orphans, ...snapshot.orphanTargets], splits),
  };
}

/** Starts to remove orphans; the following steps do not wait for it. */
export function sweepSteps(
  { place, timeouts }: Pick<SweepRequest, 'place' | 'timeouts'>,
  orphans: readonly Orphan[],
  splits: readonly Split[] = [],
): readonly Step[] {
  if (orphans.length === 0 && splits.length === 0) return [];
  // The canary tasks of a split belong to one run.
  const { length } = [...orphans.filter(({ run }) => !splits.some((split) => split.run === run)), ...splits];
  return [
    {
      kind: 'sweep',
      title: `clean up what ${length === 1 ? 'an earlier run' : `${length} earlier runs`} left behind`,
      place,
      startedBy: startedByOf(place.service),
      orphans,
      ...(splits.length === 0 ? {} : { splits }),
      stopWithin: timeouts.taskStopped,
    },
    { kind: 'retire', title: 'drain and stop it while the next steps run' },
  ];
}

function notesOf(
  { canaries, oneOffs, orphanTargets, unknownTargets, noService, noRoutes, splits = [] }: SweepSnapshot,
  orphans: readonly Orphan[],
  swept: readonly Split[],
): readonly string[] {
  const alive = [...canaries, ...oneOffs].filter((task) => !orphans.includes(task));
  const shared = splits.filter((split) => !swept.includes(split) && !alive.some(({ run }) => run === split.run));
  const nothing = [orphans, orphanTargets, alive, unknownTargets, splits].every(({ length }) => length === 0);
  return [
    ...(noService === undefined ? [] : [`Only tasks were checked, not targets: ${noService}.`]),
    ...(noRoutes === undefined ? [] : [`Listener rules were not checked: ${noRoutes}.`]),
    ...alive.map((canary) => `Left alone: ${formatAlive(canary)}. on-conflict: take-over cleans it up anyway.`),
    ...shared.map((split) => `Left alone: ${formatSplit(split)}. on-conflict: take-over undoes it anyway.`),
    ...unknownTargets.map(
      ({ id, port, targetGroup, state }) =>
        `Left alone: target ${id}:${port} (${state}) in ${targetGroup} belongs to no task of the service and to no known canary.`,
    ),
    ...(nothing ? ['Nothing to clean up.'] : []),
  ];
}
