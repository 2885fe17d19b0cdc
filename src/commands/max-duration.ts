import { type Duration, minute } from '../model/duration.ts';
import { firstDataAfter } from '../model/gates.ts';
import type { HttpGate, MetricGate, WeightedAsked } from '../model/measures.ts';
import type { Request, RolloutRequest, RunRequest } from '../model/request.ts';

/** The longest that a run can take; an older task is an orphan. */
export function maxDuration(request: Request | Omit<RunRequest, 'revision' | 'task'>): Duration {
  const { timeouts } = request;
  // They only wait for the service: once forward, and for the undo.
  if (request.command === 'up' || request.command === 'undeploy') return 3 * timeouts.serviceStable + 10 * minute;
  // A few calls.
  if (request.command === 'register') return 10 * minute;
  // The task starts, ends, or is stopped.
  if (request.command === 'run') return timeouts.taskRunning + 2 * timeouts.taskStopped + 10 * minute;
  const phases = Object.values<Duration>({ ...timeouts }).reduce((sum, phase) => sum + phase, 0);
  const watched = 'idle' in request ? request.idle + request.bake : 0;
  // The stable timeout once more for a rollback, and some minutes for the calls between the phases.
  return phases + watched + moving(request) + before(request) + after(request) + timeouts.serviceStable + 10 * minute;
}

/** The longest that the one-off tasks before the update can take. */
function before({ timeouts, ...request }: Pick<Request, 'timeouts'> & Pick<Partial<RolloutRequest>, 'beforePromote'>) {
  const { beforePromote = [] } = request;
  return beforePromote.reduce((sum, { timeout }) => sum + timeouts.taskRunning + timeout, 0);
}

/** The longest that the steps of a weighted rollout can take, without the time until its first canary tasks are healthy. */
function moving({ timeouts, weighted, gates = [] }: Pick<Request, 'timeouts'> & Partial<Moving>): Duration {
  if (weighted === undefined) return 0;
  // Before each step tasks can be started, and one that infrastructure takes is replaced.
  const ready = timeouts.taskRunning + timeouts.taskHealthCheck + timeouts.targetHealthy;
  const steps = weighted.steps.map((step) => {
    const asked = gates.filter(({ name }) => step.gates === undefined || step.gates.includes(name));
    const times = asked.map((gate) => {
      if (gate.kind === 'task') return timeouts.taskRunning + gate.task.timeout;
      if (gate.kind === 'webhook') return gate.timeout;
      return gate.kind === 'http' ? 0 : firstDataAfter({ measure: gate, warmUp: weighted.warmUp });
    });
    return step.wait + weighted.settle + ready + times.reduce((sum, time) => sum + time, 0);
  });
  return steps.reduce((sum, time) => sum + time, 0);
}

/** The longest that the gates after the update can take. */
function after({ timeouts, ...request }: Pick<Request, 'timeouts' | 'command'> & Partial<AfterPromote>): Duration {
  const { command, gates = [], afterPromote = [] } = request;
  if (command === 'rollback') return 0;
  const times = gates
    .filter(({ name }) => afterPromote.includes(name))
    .map((gate) => {
      if (gate.kind === 'task') return timeouts.taskRunning + gate.task.timeout;
      return gate.kind === 'webhook' ? gate.timeout : afterPromoteWithin(gate);
    });
  return times.reduce((sum, time) => sum + time, 0);
}

interface Moving extends Pick<RolloutRequest, 'gates'> {
  readonly weighted?: WeightedAsked;
}
type AfterPromote = Pick<RolloutRequest, 'gates' | 'afterPromote'>;

/** After the update, a metric or HTTP gate must pass within this time, or as soon as CloudWatch can have data. */
export const afterPromoteWithin = (gate: MetricGate | HttpGate): Duration =>
  gate.kind === 'http' ? 10 * minute : Math.max(10 * minute, firstDataAfter({ measure: gate, warmUp: 0 }) + minute);
