import type { GetMetricDataInput, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { second } from '../../model/duration.ts';
import {
  type DimensionValues,
  fillDimension,
  type Measured,
  type MetricGate,
  type MetricQuery,
} from '../../model/measures.ts';
import type { Aws } from '../client/account.ts';
import { readPages } from '../client/pages.ts';

/** What CloudWatch returned for a metric or an expression. */
export type MetricAnswer =
  | { readonly is: 'data'; readonly values: readonly Measured[] }
  /** Incomplete data, or an error of CloudWatch. Another call can help. */
  | { readonly is: 'unknown'; readonly because: string }
  | { readonly is: 'forbidden'; readonly because: string };

/** A time range in whole periods, in milliseconds since 1970. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ReadMetric = (measure: MetricGate, values: DimensionValues, span: Span) => Promise<MetricAnswer>;

/** Queries of several gates that are sent with one call. */
interface Batch {
  readonly queries: MetricDataQuery[];
  readonly answers: Promise<ReadonlyMap<string, MetricAnswer>>;
}

/** The largest number of queries in one GetMetricData. */
const mostQueries = 500;

/**
 * Reads metrics with GetMetricData. Gates that are evaluated together and judge the same time range share a call.
 */
export function metricReader(aws: Aws): ReadMetric {
  const open = new Map<string, Batch>();
  return async (measure, values, span) => {
    const key = `${span.start} ${span.end}`;
    const batch = open.get(key);
    const joined = batch && join(batch.queries, measure, values);
    if (batch !== undefined && joined !== undefined) return answerIn(await batch.answers, joined);
    const queries: MetricDataQuery[] = [];
    const id = join(queries, measure, values) ?? '';
    const answers = Promise.resolve().then(() => {
      if (open.get(key)?.queries === queries) open.delete(key);
      return ask(aws, queries, span);
    });
    open.set(key, { queries, answers });
    return answerIn(await answers, id);
  };
}

/** Adds the queries of a gate. Returns nothing if they do not fit, because an expression has ids of its own. */
function join(queries: MetricDataQuery[], measure: MetricGate, values: DimensionValues): string | undefined {
  const names = measure.kind === 'expression' ? Object.keys(measure.metrics) : [];
  const id = freeId(queries.length, names);
  const more = queriesOf(measure, id, values);
  const taken = new Set(queries.map(({ Id }) => Id));
  if (queries.length + more.length > mostQueries || more.some(({ Id }) => taken.has(Id))) return undefined;
  queries.push(...more);
  return id;
}

/** The queries of a gate. The one with `id` is judged. */
export function queriesOf(measure: MetricGate, id: string, values: DimensionValues): readonly MetricDataQuery[] {
  if (measure.kind === 'metric') return [{ Id: id, MetricStat: statOf(measure.metric, values), ReturnData: true }];
  const parts = Object.entries(measure.metrics).map(([Id, metric]) => ({
    Id,
    MetricStat: statOf(metric, values),
    ReturnData: false,
  }));
  return [...parts, { Id: id, Expression: measure.expression, ReturnData: true }];
}

/** An id that the expression does not use for a metric. */
function freeId(number: number, names: readonly string[]): string {
  const id = `gate${number}`;
  return names.includes(id) ? freeId(number + 1, names) : id;
}

const statOf = ({ namespace, name, dimensions, statistic, period }: MetricQuery, values: DimensionValues) => ({
  Metric: {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, value]) => ({
      Name,
      Value: fillDimension(value, values),
    })),
  },
  Period: period / second,
  Stat: statistic,
});

/** A result can continue on the next page. The status on its last page counts. */
async function ask(aws: Aws, queries: readonly MetricDataQuery[], { start, end }: Span) {
  const input: GetMetricDataInput = {
    MetricDataQueries: [...queries],
    StartTime: new Date(start),
    EndTime: new Date(end),
    ScanBy: 'TimestampAscending',
  };
  const results = new Map<string, MetricDataResult[]>();
  const said: string[] = [];
  for await (const page of readPages(aws, 'cloudwatch', 'GetMetricData', input)) {
    said.push(...wordsOf(page.Messages));
    for (const result of page.MetricDataResults ?? []) {
      const { Id = '' } = result;
      results.set(Id, [...(results.get(Id) ?? []), result]);
    }
  }
  return new Map([...results].map(([id, parts]) => [id, answerOf(parts, said)] as const));
}

const answerIn = (answers: ReadonlyMap<string, MetricAnswer>, id: string): MetricAnswer =>
  answers.get(id) ?? { is: 'unknown', because: 'CloudWatch returned no result for this query' };

function answerOf(parts: readonly MetricDataResult[], more: readonly string[]): MetricAnswer {
  const status = parts.at(-1)?.StatusCode ?? 'Complete';
  const said = [...parts.flatMap(({ Messages }) => wordsOf(Messages)), ...more];
  const why = said.length === 0 ? '' : `: ${said.join('; ')}`;
  if (status === 'Forbidden') return { is: 'forbidden', because: `CloudWatch forbids this metric${why}` };
  if (status !== 'Complete') return { is: 'unknown', because: `CloudWatch answered ${status}${why}` };
  return { is: 'data', values: parts.flatMap(valuesOf) };
}

function valuesOf({ Timestamps = [], Values = [] }: MetricDataResult): readonly Measured[] {
  return Timestamps.flatMap((timestamp, i) => {
    const value = Values[i];
    return value === undefined || !Number.isFinite(value) ? [] : [{ at: timestamp.getTime(), value }];
  });
}

const wordsOf = (
  messages: readonly { Code?: string | undefined; Value?: string | undefined }[] = [],
): readonly string[] =>
  messages.map(({ Code = '', Value = '' }) => [Code, Value].filter((text) => text !== '').join(' '));
