import { nameIn } from '../../model/arn.ts';
import type { Problem } from '../../model/problem.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { inactiveProblems } from '../inactive.ts';
import type { Comparison } from './comparison.ts';
import { daemonProblems, percentProblems } from './daemon.ts';
import { afterPromoteProblems } from './measured-gates.ts';
import { strategies, strategyProblems } from './strategies/index.ts';

/** Services that no strategy can deploy, and revisions that ECS does not start. */
export function unsupported(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  const { command } = request;
  const { service, given, base, instance } = snapshot;
  if (instance !== undefined && service.launchType === 'FARGATE') {
    return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but the service runs on FARGATE' }];
  }
  // A revision that is edited is not named by an input, but by the service that runs it.
  const named = base === undefined ? 'task-definition-arn' : 'service';
  const inactive = inactiveProblems(given, command === 'rollback' ? 'to-revision' : named);
  return inactive.length > 0 ? inactive : strategyProblems(request, snapshot, 'never');
}

/** A rollback without an effect is a mistake; a rollout without one has succeeded already. */
export function noChange(
  { command, place }: ResolvedRollout,
  { stable }: Snapshot,
  identical: boolean,
): readonly Problem[] {
  if (command !== 'rollback' || !identical) return [];
  const what = `${place.service} runs ${nameIn(stable.definition.taskDefinitionArn ?? '')} already: there is nothing to roll back`;
  return [{ where: 'to-revision', what: `${what}; name another revision` }];
}

/** What ECS would refuse later and what cannot work, found in the snapshot before anything is changed. */
export function obstaclesOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  { unfit = [] }: Pick<Comparison, 'unfit'>,
): readonly Problem[] {
  return [
    ...unfit,
    ...afterPromoteProblems(request),
    ...daemonProblems(request, snapshot),
    ...percentProblems(request, snapshot),
    ...strategyProblems(request, snapshot, 'not-now'),
    ...(strategies[request.strategy].problems?.(request, snapshot) ?? []),
  ];
}

/** Alarms that cannot tell a bad version from a good one. */
export function alarmProblems({ alarms }: Snapshot): readonly Problem[] {
  return alarms
    .filter(({ state }) => state === 'missing' || state === 'in-alarm')
    .map(({ name, state, because }) => ({
      where: 'alarms',
      what:
        state === 'missing'
          ? `there is no CloudWatch alarm ${name} in this region${name.includes(',') ? '. Write one name a line; a comma does not separate names' : ''}`
          : `alarm ${name} is in ALARM already, so it cannot detect a bad canary: ${because}`,
    }));
}
