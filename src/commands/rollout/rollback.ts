import type { Service } from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { defined } from '../../model/json.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import { primaryOf } from '../../model/service.ts';
import type { Restore, ServiceSettings } from '../../model/settings.ts';
import { changedSettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { checkedBy } from '../health-check.ts';
import { formatInactive } from '../inactive.ts';
import type { ResumedDeployment } from './resume.ts';

/** How the service is restored if the new revision fails in it. */
export function restoreOf(request: ResolvedRollout, { service, stable }: Snapshot, settings: ServiceSettings): Restore {
  const changed = changedSettings(service, settings);
  const running = runningInstead(service);
  const to = running ?? stable.definition.taskDefinitionArn ?? service.taskDefinition ?? '';
  const unless =
    whyNotBack(request, service, running === undefined ? stable.definition.status : undefined) ??
    whyNowhere(request, to);
  return {
    to,
    before: primaryOf(service)?.id ?? '',
    within: request.timeouts.serviceStable,
    ...(changed.length === 0 ? {} : { settings: changed }),
    ...defined({ unless }),
    ...(request.rollbackOnFailure ? {} : { settingsUnless: notWanted }),
    // The revision that runs instead is an earlier version of the same program.
    ...checkedBy(stable.definition),
  };
}

const notWanted = 'rollback-on-failure is false';

/** A rollback to the revision that it would return to on a failure. */
function whyNowhere({ command, revision }: ResolvedRollout, to: string): string | undefined {
  const there = command === 'rollback' && revision.kind === 'existing' && nameIn(revision.name) === nameIn(to);
  return there ? `${nameIn(to)} is also the revision that a failure would return to` : undefined;
}

/** How it is restored if an earlier attempt started the deployment: to the deployment before it, if ECS still shows that. */
export function restoreOfResumed(
  { timeouts, rollbackOnFailure }: ResolvedRollout,
  { stable }: Snapshot,
  { id, previous }: ResumedDeployment,
): Restore {
  const unless = whyNoWayBack(rollbackOnFailure, previous);
  return {
    to: previous?.revision ?? stable.definition.taskDefinitionArn ?? '',
    before: previous?.id ?? id,
    within: timeouts.serviceStable,
    ...defined({ unless }),
    ...checkedBy(stable.definition),
  };
}

function whyNoWayBack(wanted: boolean, previous: object | undefined): string | undefined {
  if (!wanted) return notWanted;
  return previous === undefined ? 'ECS no longer shows the deployment before it' : undefined;
}

/**
 * The revision that the service actually runs while its newest deployment has no running task: a rollout that takes over
 * from that deployment must not restore its revision.
 */
export function runningInstead(service: Service): string | undefined {
  const primary = primaryOf(service);
  if ((primary?.runningCount ?? 0) > 0 || primary?.rolloutState === 'COMPLETED') return undefined;
  const others = (service.deployments ?? []).filter((other) => other !== primary && (other.runningCount ?? 0) > 0);
  const [most] = others.toSorted((a, b) => (b.runningCount ?? 0) - (a.runningCount ?? 0));
  return most?.taskDefinition;
}

/** The old revision is restored only if the user wants it and it had a running task. */
function whyNotBack(
  { rollbackOnFailure }: ResolvedRollout,
  service: Service,
  status: string | undefined,
): string | undefined {
  if (!rollbackOnFailure) return notWanted;
  if (status === 'INACTIVE') return formatInactive('the previous revision');
  const dead = (service.desiredCount ?? 0) > 0 && (service.runningCount ?? 0) === 0;
  return dead ? 'the previous revision had no running task to roll back to' : undefined;
}
