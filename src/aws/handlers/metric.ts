import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, minute, second, showDuration } from '../../model/duration.ts';
import { type Gate, periodOf, publishDelay } from '../../model/gates.ts';
import { type Bounds, formatBounds, formatNumber, type Measured, type MetricGate } from '../../model/measures.ts';
import { keyOfPlace, type RunState } from '../../model/run-state.ts';
import { theCanary, theRevision } from '../../model/subject.ts';
import { type Evidence, fail, inconclusive, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { HandlerContext } from './context.ts';
import { missing, revisionIn } from './learned.ts';
import { type MetricAnswer, type ReadMetric, type Span, withRevision } from './metric-read.ts';

type MeasureGate = Extract<Gate, { kind: 'measure' }>;

/** What a metric gate remembers: the first period that counts, as a start, and its verdict on those until `until`. */
interface Judged {
  /** Its first evaluation. */
  readonly seen?: number;
  readonly first?: number;
  readonly until?: number;
  readonly verdict?: Verdict;
}

/** A moment more: CloudWatch's clock is another one. */
const askedAfter: Duration = publishDelay + second;

const upTo = (at: number, period: Duration): number => Math.ceil(at / period) * period;
const downTo = (at: number, period: Duration): number => Math.floor(at / period) * period;

/**
 * Judges the complete periods of a metric. CloudWatch publishes late, so nothing is asked or decided before a period is
 * complete, and every call reads the earlier ones again: what was published even later counts as well.
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
    const because = `the first whole period is complete at ${clockTime(now + again)}`;
    return { verdict: wait(because, { again, settles: again }), memory: { seen, first } };
  }
  if (memory.verdict !== undefined && memory.first === first && memory.until === end) {
    return { verdict: closing({ ...memory.verdict, again }, sampling), memory: { ...memory } };
  }
  const span = { start: first, end };
  const revision = nameIn(revisionOf(gate, state));
  const answer = await read(measure, revision, span);
  if (answer.is === 'unknown') {
    const verdict = wait(`cannot tell: ${answer.because}`, { again: 5 * second, settles: 5 * second });
    return { verdict, memory: { seen, first } };
  }
  const verdict = judge(measure, revision, answer, span);
  return { verdict: closing({ ...verdict, again }, sampling), memory: { seen, first, until: end, verdict } };
}

/**
 * Only whole periods: requests of before the change, and of the warm-up, are in none of them. `otherwise` is when the gate
 * was evaluated first.
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

/** Without data nothing is decided while there is time; at the end there is too little to decide. */
const closing = (verdict: Verdict, sampling: GateContext['sampling']): Verdict =>
  verdict.is === 'inconclusive' && sampling === 'glance' ? { ...verdict, is: 'wait' } : verdict;

function judge(
  measure: MetricGate,
  revision: string,
  answer: Exclude<MetricAnswer, { is: 'unknown' }>,
  { start, end }: Span,
): Verdict {
  const { bounds, onNoData } = measure;
  const period = periodOf(measure);
  const metric = formatMeasure(measure, revision);
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
  const next = `Look at what the new version does to ${metric}.`;
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
  if (onNoData === 'pass') return pass(`${since}, which passes`, { evidence });
  return inconclusive(since, { evidence, next: silentNext });
}

const silentNext =
  'Look whether the metric has this name and these dimensions, and whether the version under test gets requests. `on-no-data` says what a gate without data means.';

const isWithin = ({ value }: Measured, { min = -Infinity, max = Infinity }: Bounds): boolean =>
  value >= min && value <= max;

const formatValue = ({ at, value }: Measured, period: Duration): string =>
  `${formatNumber(value)} in the ${showDuration(period)} from ${clockTime(at)}`;

const clockTime = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;

/** The metric as a person knows it: `Sum of CheckoutErrors (Shop, Version=web:42)`, or the expression. */
export function formatMeasure(measure: MetricGate, revision: string): string {
  if (measure.kind === 'expression') return measure.expression;
  const { namespace, name, dimensions, statistic } = measure.metric;
  const parts = Object.entries(dimensions).map(([key, value]) => `${key}=${withRevision(value, revision)}`);
  return `${statistic} of ${name} (${[namespace, ...parts].join(', ')})`;
}
