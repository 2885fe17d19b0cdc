const minute = 60_000;

/** Values of one metric in one minute. */
export interface DataPoint {
  sum: number;
  count: number;
  least: number;
  most: number;
  /** Counts by logarithm of the value, in steps of 2 %. */
  readonly histogram: Map<number, number>;
}

/** The identity of a metric: namespace, name, and dimensions by name. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const empty = (): DataPoint => ({
  sum: 0,
  count: 0,
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
  histogram: new Map(),
});

/** The metrics of CloudWatch by minute, and when they become visible. */
export class Metrics {
  readonly #series = new Map<string, Map<number, DataPoint>>();

  /** Adds a value so many times to the minute of a time. */
  add(metric: MetricName, at: number, value: number, times = 1): void {
    if (times <= 0) return;
    const key = keyOf(metric);
    const series = this.#series.get(key) ?? new Map<number, DataPoint>();
    this.#series.set(key, series);
    const start = Math.floor(at / minute) * minute;
    const point = series.get(start) ?? empty();
    series.set(start, point);
    point.sum += value * times;
    point.count += times;
    point.least = Math.min(point.least, value);
    point.most = Math.max(point.most, value);
    const bucket = bucketOf(value);
    point.histogram.set(bucket, (point.histogram.get(bucket) ?? 0) + times);
  }

  /** The visible value of a minute; a minute that is still being published has a part of its values. */
  read(metric: MetricName, start: number, since: (moment: number) => number): DataPoint | undefined {
    const point = this.#series.get(keyOf(metric))?.get(start);
    if (point === undefined) return undefined;
    const age = since(start + minute);
    const delay = publishingDelay(start);
    if (age >= delay) return point;
    return age >= delay / 2 ? partOf(point) : undefined;
  }

  /** The value of a minute without the publishing delay. */
  exact(metric: MetricName, start: number): DataPoint | undefined {
    return this.#series.get(keyOf(metric))?.get(start);
  }
}

/** Between 60 and 120 s after the end of the minute, the same for all metrics of a minute. */
function publishingDelay(start: number): number {
  const hash = Math.imul((start / minute) | 0, 0x9e3779b1) >>> 0;
  return 60_000 + (hash % 60_000);
}

function partOf(point: DataPoint): DataPoint | undefined {
  const count = Math.floor(point.count * 0.6);
  return count === 0 ? undefined : { ...point, count, sum: (point.sum * count) / point.count };
}

const step = Math.log(1.02);
const bucketOf = (value: number): number => (value > 0 ? Math.round(Math.log(value) / step) : Number.NEGATIVE_INFINITY);

/** Several minutes as one period. */
export function merge(points: readonly DataPoint[]): DataPoint | undefined {
  if (points.length === 0) return undefined;
  const whole = empty();
  for (const point of points) {
    whole.sum += point.sum;
    whole.count += point.count;
    whole.least = Math.min(whole.least, point.least);
    whole.most = Math.max(whole.most, point.most);
    for (const [bucket, times] of point.histogram) {
      whole.histogram.set(bucket, (whole.histogram.get(bucket) ?? 0) + times);
    }
  }
  return whole;
}

/** A statistic of CloudWatch; `undefined` for one that the simulator does not know. */
export function statistic(point: DataPoint, name: string): number | undefined {
  if (name === 'Sum') return point.sum;
  if (name === 'Average') return point.sum / point.count;
  if (name === 'SampleCount') return point.count;
  if (name === 'Minimum') return point.least;
  if (name === 'Maximum') return point.most;
  const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (percentile !== undefined) return percentileOf(point, Number(percentile) / 100);
  const range = /^(TC|PR)\((\d*\.?\d*):(\d*\.?\d*)\)$/.exec(name);
  if (range === null) return undefined;
  const [, kind, low, high] = range;
  const within = countBetween(point, low ? Number(low) : 0, high ? Number(high) : Number.POSITIVE_INFINITY);
  return kind === 'TC' ? within : (100 * within) / totalOf(point);
}

const totalOf = (point: DataPoint): number => [...point.histogram.values()].reduce((sum, times) => sum + times, 0);

function percentileOf(point: DataPoint, share: number): number {
  let left = totalOf(point) * share;
  for (const [bucket, times] of [...point.histogram].sort(([a], [b]) => a - b)) {
    left -= times;
    if (left <= 0) return Math.min(point.most, Math.max(point.least, Math.exp(bucket * step)));
  }
  return point.most;
}

/** The lower bound is exclusive, the upper bound inclusive (CloudWatch, Statistics definitions). */
function countBetween(point: DataPoint, low: number, high: number): number {
  let within = 0;
  for (const [bucket, times] of point.histogram) {
    const value = Math.exp(bucket * step);
    if (value > low && value <= high) within += times;
  }
  return within;
}
