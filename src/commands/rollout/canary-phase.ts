import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { rolesOf } from '../../model/container-roles.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Gate, Gates } from '../../model/gates.ts';
import { startedByOf, tagsOf } from '../../model/owner-tags.ts';
import type { Step } from '../../model/plan.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { theCanary, theRevision } from '../../model/subject.ts';
import { graceOf } from '../health-check.ts';
import { check, quietGates } from '../steps.ts';
import { lackingClient } from './service-only.ts';
import { canaryTask, ownerTagOf } from './service-task.ts';
import type { Rollout } from './strategies/strategy.ts';

/** Starts a canary or resumes one, and checks it before the service is changed. */
export function canaryPhase({ request, snapshot, revision, canary }: Rollout): readonly Step[] {
  const first = canary === undefined ? start(request, snapshot, revision) : adopt(request, snapshot, canary);
  return [first, ...tryCanary(request, snapshot)];
}

function start(request: ResolvedRollout, snapshot: Snapshot, revision: string | undefined): Step {
  const { place, timeouts, run } = request;
  return {
    kind: 'start-canary',
    as: theCanary,
    title: 'start the canary task',
    place,
    run: run.id,
    task: canaryTask(request, snapshot),
    containers: rolesOf(containersOf(request, snapshot)),
    lacks: lackingClient(request, snapshot),
    stopWithin: timeouts.taskStopped,
    revision: revision ?? { registered: theRevision },
  };
}

function adopt(request: ResolvedRollout, snapshot: Snapshot, canary: Canary): Step {
  const { place, timeouts, run } = request;
  return {
    kind: 'adopt-canary',
    as: theCanary,
    title: `go on with the canary that attempt ${canary.attempt} of this job has started`,
    place,
    canary,
    revision: canary.revision,
    startedBy: startedByOf(place.service),
    containers: rolesOf(containersOf(request, snapshot)),
    lacks: lackingClient(request, snapshot),
    tags: tagsOf(ownerTagOf(request, snapshot), run),
    stopWithin: timeouts.taskStopped,
  };
}

/** Every check of the canary before the service is changed. */
function tryCanary(request: ResolvedRollout, snapshot: Snapshot): readonly Step[] {
  const { place, timeouts, idle, bake } = request;
  const { attachments } = snapshot;
  const of = theCanary;
  const grace = graceOf(snapshot.service);
  const quiet = quietGates(request);
  const { containers, every } = containersToCheck(request, snapshot);
  const healthy: readonly Gate[] =
    containers.length === 0 ? [] : [{ kind: 'containers-healthy', of, containers, every }];
  const steps: Step[] = [
    check('wait until the canary is running', [{ kind: 'tasks-running', of }, ...quiet], timeouts.taskRunning),
  ];
  const [first, ...others] = healthy;
  if (first !== undefined) {
    const title = `wait until its containers are healthy: ${containers.join(', ')}`;
    steps.push(check(title, [first, ...others, ...quiet], timeouts.taskHealthCheck));
  }
  if (attachments.length > 0) {
    const groups = `${attachments.length} target group${attachments.length === 1 ? '' : 's'}`;
    steps.push(
      { kind: 'register-targets', title: `register the canary with ${groups}`, of, place, attachments },
      check(
        `wait until the canary is healthy in ${groups}`,
        [{ kind: 'targets-healthy', of, grace }, { kind: 'tasks-running', of, steady }, ...quiet],
        timeouts.targetHealthy,
      ),
    );
  } else if (idle > 0) {
    const title = 'see that the canary keeps running';
    steps.push({ kind: 'bake', title, gates: [{ kind: 'tasks-running', of }, ...healthy, ...quiet], during: idle });
  }
  if (bake > 0) {
    const targets: readonly Gate[] = attachments.length === 0 ? [] : [{ kind: 'targets-healthy', of, grace }];
    const gates: Gates = [{ kind: 'tasks-running', of }, ...healthy, ...targets, ...quiet];
    steps.push({ kind: 'bake', title: 'see that the canary stays healthy', gates, during: bake });
  }
  return steps;
}

/** One passed health check proves little, and a program that crashes at its start does so within seconds. */
const steady: Duration = 8 * second;

const containersOf = ({ revision }: ResolvedRollout, { given }: Snapshot): readonly ContainerDefinition[] =>
  (revision.kind === 'new' ? revision.definition : given?.definition)?.containerDefinitions ?? [];

/** The essential containers with a health check: they decide the health of a task. ECS checks every 30 seconds by default. */
export function containersToCheck(
  request: ResolvedRollout,
  snapshot: Snapshot,
): { readonly containers: readonly string[]; readonly every: Duration } {
  const containers = containersOf(request, snapshot);
  const asked = rolesOf(containers).filter(({ essential, checked }) => essential && checked);
  const intervals = asked.map(({ name }) => {
    const { healthCheck } = containers.find((container) => container.name === name) ?? {};
    return (healthCheck?.interval ?? 30) * second;
  });
  return { containers: asked.map(({ name }) => name), every: Math.min(...intervals) };
}
