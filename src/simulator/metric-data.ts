import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { flag, type JsonObject, number, object, objects, text } from './json.ts';
import { evaluate, type Series } from './metric-math.ts';
import { type MetricName, merge, statistic } from './metrics.ts';

const minute = 60_000;
const invalid = (message: string): AwsFailure => new AwsFailure('ValidationError', message);

/** A time as JSON, CBOR and Query have it, in milliseconds. */
function time(value: unknown, member: string): number {
  if (value instanceof Date) return value.getTime();
  const seconds = number(value);
  const ms = seconds === undefined ? Date.parse(String(value)) : seconds * 1000;
  if (Number.isNaN(ms)) throw invalid(`The parameter ${member} is required and must be a time.`);
  return ms;
}

/** GetMetricData: statistics of metrics, and expressions over them. */
export function getMetricData(cloud: Cloud, input: JsonObject): JsonObject {
  const queries = objects(input.MetricDataQueries);
  const [start, end] = [time(input.StartTime, 'StartTime'), time(input.EndTime, 'EndTime')];
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  checkQueries(queries);
  const period = Math.max(60, ...queries.map((query) => periodOf(query) ?? 0));
  const series = new Map<string, Series>();
  for (const query of queries) {
    if (query.MetricStat !== undefined) series.set(String(query.Id), seriesOf(cloud, query, start, end));
  }
  const results: JsonObject[] = [];
  const find = (id: string, pending: readonly string[]): Series | undefined => {
    const known = series.get(id);
    if (known !== undefined) return known;
    const query = queries.find((one) => one.Id === id);
    if (query === undefined) return undefined;
    if (pending.includes(id)) throw invalid(`The expression '${id}' refers to itself.`);
    const times = stepsBetween(start, end, periodOf(query) ?? period);
    const value = evaluate(String(query.Expression), (other) => find(other, [...pending, id]), times);
    if (typeof value === 'number') throw invalid(`The expression '${id}' must return a time series.`);
    series.set(id, value);
    return value;
  };
  for (const query of queries) {
    const values = find(String(query.Id), []) ?? new Map();
    if (flag(query.ReturnData) === false) continue;
    const points = [...values].sort(([a], [b]) => (input.ScanBy === 'TimestampAscending' ? a - b : b - a));
    results.push({
      Id: query.Id,
      Label: text(query.Label) ?? text(object(object(query.MetricStat).Metric).MetricName) ?? query.Id,
      Timestamps: points.map(([at]) => new Date(at)),
      Values: points.map(([, value]) => value),
      StatusCode: 'Complete',
    });
  }
  return { MetricDataResults: results, Messages: [] };
}

const periodOf = (query: JsonObject): number | undefined =>
  number(object(query.MetricStat).Period) ?? number(query.Period);

function checkQueries(queries: readonly JsonObject[]): void {
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > 500) throw invalid('The collection MetricDataQueries must not have a size greater than 500.');
  const ids = queries.map((query) => String(query.Id));
  for (const id of ids) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
      throw invalid(
        `The value '${id}' for parameter MetricDataQueries.member.Id is not matching the expected pattern.`,
      );
    }
  }
  if (new Set(ids).size < ids.length) throw invalid('The values for parameter Id in MetricDataQueries are not unique.');
  for (const query of queries) {
    if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
      throw invalid('Exactly one of MetricStat and Expression must be specified in a metric data query.');
    }
    const period = periodOf(query);
    if (query.MetricStat !== undefined && period === undefined) throw invalid('The parameter Period is required.');
    if (period !== undefined && ![1, 5, 10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0)) {
      throw invalid(`The value ${period} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
    }
  }
  if (queries.every((query) => flag(query.ReturnData) === false)) {
    throw invalid('At least one metric data query must have ReturnData set to true.');
  }
}

function stepsBetween(start: number, end: number, seconds: number): readonly number[] {
  const length = Math.max(seconds * 1000, minute);
  const first = Math.floor(start / length) * length;
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / length)) }, (_, index) => first + index * length);
}

function seriesOf(cloud: Cloud, query: JsonObject, start: number, end: number): Series {
  const { Metric, Stat, Period } = object(query.MetricStat);
  const metric = metricOf(object(Metric));
  const seconds = Math.max(60, number(Period) ?? 60);
  const values: [number, number][] = [];
  for (const from of stepsBetween(start, end, seconds)) {
    const minutes = Array.from({ length: seconds / 60 }, (_, index) => from + index * minute);
    const whole = merge(minutes.flatMap((at) => cloud.metrics.read(metric, at, (moment) => cloud.since(moment)) ?? []));
    if (whole === undefined) continue;
    const value = statistic(whole, String(Stat));
    if (value === undefined) throw invalid(`The value ${String(Stat)} for parameter Stat is not supported.`);
    values.push([from, value]);
  }
  return new Map(values);
}

/** A metric as the API names it. */
function metricOf(metric: JsonObject): MetricName {
  const [namespace, name] = [text(metric.Namespace), text(metric.MetricName)];
  if (namespace === undefined || name === undefined) throw invalid('Namespace and MetricName are required.');
  const dimensions = Object.fromEntries(
    objects(metric.Dimensions).map(({ Name, Value }) => [String(Name), String(Value)]),
  );
  return { namespace, name, dimensions };
}

/** PutMetricData: single values and statistic sets are not modelled beyond `Value` and `Values`. */
export function putMetricData(cloud: Cloud, input: JsonObject): JsonObject {
  const namespace = text(input.Namespace);
  if (namespace === undefined || namespace.startsWith('AWS/')) {
    throw invalid('The value for parameter Namespace is required and must not start with AWS/.');
  }
  for (const datum of objects(input.MetricData)) {
    const metric = metricOf({ ...datum, Namespace: namespace });
    const at = datum.Timestamp === undefined ? cloud.now() : time(datum.Timestamp, 'Timestamp');
    const values = Array.isArray(datum.Values) ? datum.Values : [datum.Value];
    values.forEach((value, index) => {
      const amount = number(value);
      if (amount === undefined) throw invalid('The parameter MetricData.member.Value is required.');
      cloud.metrics.add(metric, at, amount, number(Array.isArray(datum.Counts) ? datum.Counts[index] : 1) ?? 1);
    });
  }
  return {};
}
