import { startedByOf } from '../core/mark.ts';
import type { Plan, Step, Stray } from '../core/plan.ts';
import type { SweepRequest } from '../core/request.ts';
import type { Remains } from '../core/snapshot.ts';
import { sayAlive, straysOf } from './conflict.ts';

/** Plans to put back what rollouts that are gone have left behind. What may still be somebody's is left alone, and said. */
export function planSweep(request: SweepRequest, remains: Remains): Plan {
  const { place } = request;
  const strays = [...straysOf(request, remains), ...straysOf(request, { ...remains, canaries: remains.oneOffs })];
  return {
    title: `Put back what earlier rollouts have left behind at ${place.service} in ${place.cluster}`,
    changes: [],
    notes: notesOf(remains, strays),
    steps: sweepSteps(request, [...strays, ...remains.lost]),
  };
}

/** Begins to put strays back; the steps that follow do not wait for it. */
export function sweepSteps(
  { place, timeouts }: Pick<SweepRequest, 'place' | 'timeouts'>,
  strays: readonly Stray[],
): readonly Step[] {
  if (strays.length === 0) return [];
  return [
    {
      kind: 'sweep',
      title: `put back what ${strays.length === 1 ? 'an earlier run has' : `${strays.length} earlier runs have`} left behind`,
      place,
      startedBy: startedByOf(place.service),
      strays,
      stopWithin: timeouts.taskStopped,
    },
    { kind: 'retire', title: 'take it out of traffic and stop it, beside the next steps' },
  ];
}

function notesOf(
  { canaries, oneOffs, lost, strangers, noService }: Remains,
  strays: readonly Stray[],
): readonly string[] {
  const alive = [...canaries, ...oneOffs].filter((task) => !strays.includes(task));
  const nothing = [strays, lost, alive, strangers].every(({ length }) => length === 0);
  return [
    ...(noService === undefined ? [] : [`Only tasks were looked for, not targets: ${noService}.`]),
    ...alive.map((canary) => `Left alone: ${sayAlive(canary)}. on-conflict: take-over puts it back all the same.`),
    ...strangers.map(
      ({ id, port, targetGroup, state }) =>
        `Left alone: target ${id}:${port} (${state}) in ${targetGroup} belongs to no task of the service and to no known canary.`,
    ),
    ...(nothing ? ['Nothing is left behind.'] : []),
  ];
}
