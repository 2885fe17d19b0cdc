import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, minute, second, showDuration } from '../../model/duration.ts';
import { type Gate, periodOf, publishDelay } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import {
  type Bounds,
  type DimensionValues,
  fillDimension,
  formatBounds,
  formatNumber,
  type Measured,
  type MetricGate,
} from '../../model/measures.ts';
import { keyOfPlace, type RunState } from '../../model/run-state.ts';
import { theCanary, theRevision } from '../../model/subject.ts';
import { type Evidence, fail, inconclusive, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { HandlerContext } from './context.ts';
import { missing, revisionIn } from './learned.ts';
import type { MetricAnswer, ReadMetric, Span } from './metric-read.ts';

type MeasureGate = Extract<Gate, { kind: 'measure' }>;

/** What a metric gate remembers: the start of the first period that counts, and its verdict on the periods until `until`. */
interface Judged {
  /** Its first evaluation. */
  readonly seen?: number;
  readonly first?: number;
  readonly until?: number;
  readonly verdict?: Verdict;
}

/** A margin, because CloudWatch's clock can differ. */
const askedAfter: Duration = publishDelay + second;

const upTo = (at: number, period: Duration): number => Math.ceil(at / period) * period;
const downTo = (at: number, period: Duration): number => Math.floor(at / period) * period;

/**
 * Judges the complete periods of a metric. CloudWatch publishes late, so the gate decides nothing before a period is
 * complete, and reads earlier periods again with every call, because data can still arrive for them.
 */
export async function evaluateMeasure(
  { clock }: Pick<HandlerContext, 'clock'>,
  read: ReadMetric,
  gate: MeasureGate,
  { state, sampling }: GateContext,
  memory: Judged,
): Promise<Answer> {
  const { measure } = gate;
  const now = clock.now();
  const period = periodOf(measure);
  const { seen = now } = memory;
  const first = firstPeriod(gate, state, seen);
  const end = downTo(now - askedAfter, period);
  const again = Math.max(end, first) + period + askedAfter - now;
  if (end <= first) {
    const because = `the first complete period ends at ${clockTime(now + again)}`;
    return { verdict: wait(because, { again, settles: again }), memory: { seen, first } };
  }
  if (memory.verdict !== undefined && memory.first === first && memory.until === end) {
    return { verdict: closing({ ...memory.verdict, again }, sampling), memory: { ...memory } };
  }
  const span = { start: first, end };
  const known = dimensionsOf(gate, state);
  const answer = await read(measure, known, span);
  if (answer.is === 'unknown') {
    const verdict = wait(`not known: ${answer.because}`, { again: 5 * second, settles: 5 * second });
    return { verdict, memory: { seen, first } };
  }
  const verdict = judge(measure, known, answer, span);
  return { verdict: closing({ ...verdict, again }, sampling), memory: { seen, first, until: end, verdict } };
}

/**
 * The start of the first whole period after the change of the weight and the warm-up. `otherwise` is when the gate was
 * evaluated first.
 */
function firstPeriod({ since, place, warmUp, measure }: MeasureGate, { learned }: RunState, otherwise: number): number {
  const written = since === 'itself' ? undefined : learned.traffic[keyOfPlace(place)]?.writtenAt;
  return upTo(upTo(written ?? otherwise, minute) + warmUp, periodOf(measure));
}

/** The revision under test, as family:number or ARN. */
export function revisionOf({ revision }: Pick<MeasureGate, 'revision'>, state: RunState): string {
  if (revision !== undefined) return revisionIn(state, revision);
  const { revisions, tasks } = state.learned;
  return revisions[theRevision]?.arn ?? tasks[theCanary]?.revision ?? missing('revision');
}

/** The values of placeholders in dimensions. The canary's target group is known once it is created. */
function dimensionsOf(gate: MeasureGate, state: RunState): DimensionValues {
  const [group] = Object.values(state.learned.traffic[keyOfPlace(gate.place)]?.groups ?? {});
  const [route] = state.plan.steps.flatMap((step) => (step.kind === 'join-routes' ? step.traffic.routes : []));
  return {
    revision: nameIn(revisionOf(gate, state)),
    ...defined({
      'canary-target-group': group && dimensionIn(group, 'targetgroup'),
      'canary-load-balancer': route && dimensionIn(route.arn, 'loadbalancer'),
    }),
  };
}

/** The CloudWatch dimension of a target group, or of the load balancer of a listener or a rule, from its ARN. */
function dimensionIn(arn: string, of: 'targetgroup' | 'loadbalancer'): string | undefined {
  const [, resource = ''] = arn.split(/:(?=targetgroup\/|listener)/);
  if (of === 'targetgroup') return resource;
  const [, type, name, id] = resource.split('/');
  return type && name && id && `${type}/${name}/${id}`;
}

/** Without data the gate waits during the step, and is inconclusive at its end. */
const closing = (verdict: Verdict, sampling: GateContext['sampling']): Verdict =>
  verdict.is === 'inconclusive' && sampling === 'glance' ? { ...verdict, is: 'wait' } : verdict;

function judge(
  measure: MetricGate,
  known: DimensionValues,
  answer: Exclude<MetricAnswer, { is: 'unknown' }>,
  { start, end }: Span,
): Verdict {
  const { bounds, onNoData } = measure;
  const period = periodOf(measure);
  const metric = formatMeasure(measure, known);
  if (answer.is === 'forbidden') {
    return fail(`${answer.because} (${metric})`, {
      next: 'Allow cloudwatch:GetMetricData for the account of the metric.',
    });
  }
  const inTime = answer.values.filter(({ at }) => at >= start && at + period <= end);
  const values = inTime.toSorted((one, other) => one.at - other.at);
  const allowed = formatBounds(bounds);
  const evidence: readonly Evidence[] = [
    { kind: 'metric', gate: measure.name, metric, period, bounds: allowed, values },
  ];
  const next = `Find out how the new version affects ${metric}.`;
  const wrong = values.find((one) => !isWithin(one, bounds));
  if (wrong !== undefined) {
    return fail(`${formatValue(wrong, period)}, ${allowed} allowed (${metric})`, { evidence, next });
  }
  const last = values.at(-1);
  const silent = `no data of ${metric}`;
  if (onNoData === 'fail' && last?.at !== end - period) {
    return fail(`${silent} in the ${showDuration(period)} from ${clockTime(end - period)}`, { evidence, next });
  }
  if (last !== undefined) {
    const periods = (end - start) / period;
    const some = values.length === periods ? '' : `, no data in ${periods - values.length} of ${periods} periods`;
    return pass(`${formatValue(last, period)}, ${allowed} allowed${some}`, { evidence });
  }
  const since = `${silent} since ${clockTime(start)}`;
  if (onNoData === 'pass') return pass(`${since}; no data counts as a pass`, { evidence });
  return inconclusive(since, { evidence, next: silentNext });
}

const silentNext =
  'Check that the metric has this name and these dimensions, and that the version under test receives requests. `on-no-data` sets the verdict of a gate without data.';

const isWithin = ({ value }: Measured, { min = -Infinity, max = Infinity }: Bounds): boolean =>
  value >= min && value <= max;

const formatValue = ({ at, value }: Measured, period: Duration): string =>
  `${formatNumber(value)} in the ${showDuration(period)} from ${clockTime(at)}`;

const clockTime = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;

/** The metric for messages: `Sum of CheckoutErrors (Shop, Version=web:42)`, or the expression. */
export function formatMeasure(measure: MetricGate, known: DimensionValues): string {
  if (measure.kind === 'expression') return measure.expression;
  const { namespace, name, dimensions, statistic } = measure.metric;
  const parts = Object.entries(dimensions).map(([key, value]) => `${key}=${fillDimension(value, known)}`);
  return `${statistic} of ${name} (${[namespace, ...parts].join(', ')})`;
}
