import { type Duration, second, showDuration } from '../../model/duration.ts';
import { firstDataAfter, type Gate, periodOf } from '../../model/gates.ts';
import type { Step } from '../../model/plan.ts';
import type { Capacity, StepTime } from '../../model/preview.ts';
import { unwatchedFor } from '../../model/steady.ts';
import type { Attachment } from '../../model/targets.ts';

/** Known durations. */
export interface Pace {
  /** From the request for a task until it runs. */
  readonly start?: Duration;
  /** The longest interval of a container's health check; a container is healthy after its first passed check. */
  readonly containers: Duration;
  readonly attachments: readonly Attachment[];
  readonly deployment: Capacity['deployment'];
}

/** The duration of a step that only makes calls. */
const call: Duration = 2 * second;

/** The time limit of each step, and how long it is likely to take if that is known. */
export function timesOf(steps: readonly Step[], pace: Pace): readonly StepTime[] {
  let carried: StepTime = {};
  return steps.map((step): StepTime => {
    if (step.kind === 'bake') return { atMost: step.during, likely: step.during, because: 'as requested' };
    if (step.kind === 'retire') return returning(steps, pace);
    if (step.kind !== 'check') return step.kind === 'commit' ? { likely: 0 } : { likely: call };
    const likely = likelyOf(step.gates, pace);
    // A continued check shares the time of the one before it.
    const { likely: before = 0 } = step.since === 'check-before' ? carried : {};
    carried = likely;
    const rest = likely.likely === undefined ? {} : { likely: Math.max(0, likely.likely - before) };
    return { ...likely, ...rest, ...(step.since === 'check-before' ? {} : { atMost: step.within }) };
  });
}

/** The sum of all steps. */
export function totalOf(times: readonly StepTime[]): StepTime {
  const sum = (of: (time: StepTime) => Duration | undefined): Duration =>
    times.reduce((total, time) => total + (of(time) ?? 0), 0);
  const unknown = times.some(({ likely, atLeast }) => likely === undefined || atLeast === true);
  return {
    atMost: sum(({ atMost }) => atMost),
    likely: sum(({ likely }) => likely),
    ...(unknown ? { atLeast: true } : {}),
  };
}

function likelyOf(gates: readonly Gate[], pace: Pace): StepTime {
  const known = gates.map((gate) => likelyGate(gate, pace));
  const [slowest] = known.toSorted((a, b) => (b.likely ?? 0) - (a.likely ?? 0));
  return slowest ?? {};
}

function likelyGate(gate: Gate, pace: Pace): StepTime {
  switch (gate.kind) {
    case 'tasks-running':
      return gate.steady === undefined
        ? starting(pace)
        : { likely: gate.steady, because: 'to check that it keeps running' };
    case 'canaries-healthy':
      return registering(pace);
    case 'weight-settled':
      return { likely: gate.traffic.settle, because: 'until the load balancer follows' };
    case 'containers-healthy':
      return { likely: pace.containers, because: `health check every ${showDuration(pace.containers)}` };
    case 'targets-healthy':
      return registering(pace);
    case 'serving-traffic':
      return inTurn([starting(pace), registering(pace)]);
    case 'service-stable':
      return inTurn([deploying(pace), settling(gate.checked ?? false, pace)]);
    case 'measure':
      return { likely: likelyData(gate), because: 'CloudWatch publishes about 2m late' };
    case 'service-deployment':
      return movingTraffic(gate, pace);
    default:
      return {};
  }
}

/** After the last step all requests return, and the canary is drained. */
function returning(steps: readonly Step[], { attachments }: Pace): StepTime {
  const join = steps.find((step) => step.kind === 'join-routes');
  if (join === undefined) return { likely: 0 };
  const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
  const because = `the load balancer follows after ${showDuration(join.traffic.settle)}, deregistration delay ${showDuration(drain)}`;
  return { likely: join.traffic.settle + drain, because };
}

/** The rest of a period, a whole one, and the delay. */
const likelyData = (gate: Extract<Gate, { kind: 'measure' }>): Duration =>
  firstDataAfter(gate) - periodOf(gate.measure) / 2;

/** ECS starts all new tasks first, and drains the old ones at the end. How long a shift takes is not known. */
function movingTraffic({ until, drain }: Extract<Gate, { kind: 'service-deployment' }>, pace: Pace): StepTime {
  if (until === 'scaled-up') return inTurn([starting(pace), registering(pace)]);
  if (until !== 'ended' || drain === 0) return {};
  return { likely: drain, because: `deregistration delay ${showDuration(drain)}` };
}

const starting = ({ start }: Pace): StepTime =>
  start === undefined ? {} : { likely: start, because: 'as earlier tasks of the service' };

/** The slowest target group decides: passed checks needed, times their interval. */
function registering({ attachments }: Pace): StepTime {
  const [slowest] = attachments.toSorted((a, b) => checking(b) - checking(a));
  if (slowest === undefined) return {};
  const { passes, interval } = slowest.healthCheck;
  const times = passes === 1 ? '1 health check' : `${passes} health checks`;
  return { likely: checking(slowest), because: `${times}, one every ${showDuration(interval)}` };
}

const checking = ({ healthCheck: { passes, interval } }: Attachment): Duration => passes * interval;

/** ECS replaces as many tasks at a time as fit; each round ends when the old tasks are drained. */
function deploying(pace: Pace): StepTime {
  const { attachments, containers, deployment } = pace;
  const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
  const rounds = roundsOf(deployment);
  const healthy = attachments.length === 0 ? { likely: containers } : registering(pace);
  const round = inTurn([starting(pace), healthy, { likely: drain }]);
  const parts = [
    rounds === 1 ? '' : `${rounds} rounds`,
    pace.start === undefined ? '' : `start ${showDuration(pace.start)}`,
    (healthy.likely ?? 0) > 0 ? `health ${showDuration(healthy.likely ?? 0)}` : '',
    drain > 0 ? `deregistration delay ${showDuration(drain)}` : '',
  ].filter((part) => part !== '');
  return {
    ...(round.likely === undefined ? {} : { likely: round.likely * rounds }),
    ...(parts.length === 0 ? {} : { because: parts.join(', ') }),
    ...(round.atLeast === undefined ? {} : { atLeast: true }),
  };
}

/** A load balancer or health checks have watched the tasks during the deployment. */
function settling(checked: boolean, { attachments, deployment }: Pace): StepTime {
  if (checked || attachments.length > 0 || deployment.desired === 0) return { likely: 0 };
  return { likely: unwatchedFor, because: `${showDuration(unwatchedFor)} without a health check` };
}

/** ECS starts tasks up to the most, and stops tasks down to the least. */
function roundsOf({ desired, least, most }: Capacity['deployment']): number {
  const batch = Math.max(1, most - desired + (desired - least));
  return Math.max(1, Math.ceil(desired / batch));
}

/** One after the other; an unknown duration makes the sum a lower bound. */
function inTurn(times: readonly StepTime[]): StepTime {
  const likely = times.reduce((total, time) => total + (time.likely ?? 0), 0);
  const because = times.flatMap((time) => time.because ?? []).join(', ');
  const unknown = times.some(({ likely, atLeast }) => likely === undefined || atLeast === true);
  return {
    ...(likely === 0 ? {} : { likely }),
    ...(because === '' ? {} : { because }),
    ...(unknown ? { atLeast: true } : {}),
  };
}
