import { minute, readDuration, showDuration } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { Bounds, MetricGate, MetricQuery, OnNoData } from '../../model/measures.ts';
import type { Parsed } from '../../model/parsed.ts';
import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import type { Source } from './source.ts';

/** GetMetricData takes 500 queries, of which one is the expression. */
const mostMetrics = 499;
const mostDimensions = 30;
const idForm = /^[a-z][a-zA-Z0-9_]{0,254}$/;

/** A gate of the kind `metric`. */
export function readMetricGate(source: Source, name: string, path: Path): MetricGate | undefined {
  const metric = readMetric(source, [...path, 'metric']);
  const judged = readJudgement(source, path);
  return metric && judged && { kind: 'metric', name, metric, ...judged };
}

/** A gate of the kind `expression`. */
export function readExpressionGate(source: Source, name: string, path: Path): MetricGate | undefined {
  const metrics = readMetrics(source, [...path, 'metrics']);
  const judged = readJudgement(source, path);
  const at = [...path, 'expression'];
  const expression = source.read(at, (text) =>
    parseExpression(text, source.keys([...path, 'metrics']), source.isLiteral(at)),
  );
  return expression === undefined || metrics === undefined || judged === undefined
    ? undefined
    : { kind: 'expression', name, expression, metrics, ...judged };
}

function readMetrics(source: Source, path: Path): Readonly<Record<string, MetricQuery>> | undefined {
  const ids = source.keys(path);
  if (!source.has(path)) return undefined;
  if (ids.length === 0) return source.say(path, 'is empty; list the metrics of the expression');
  if (ids.length > mostMetrics)
    return source.say(path, `has ${ids.length} metrics; CloudWatch allows ${mostMetrics} and the expression`);
  for (const id of ids) {
    if (!idForm.test(id))
      source.say([...path, id], 'is not an id; use a lower-case letter, then letters, digits and _, such as m1', 'key');
  }
  return Object.fromEntries(
    ids.flatMap((id) => {
      const metric = readMetric(source, [...path, id]);
      return metric === undefined ? [] : [[id, metric]];
    }),
  );
}

/** Functions are in upper case, ids begin in lower case; texts in quotes and numbers such as 1e3 are neither. */
function parseExpression(text: string, ids: readonly string[], isLiteral: boolean): Parsed<string> {
  const value = text.trim();
  if (value === '') return { wrong: 'is empty' };
  if (value.length > 2048) return { wrong: 'has more than 2048 characters' };
  if (/^SELECT\b|\bSEARCH\s*\(/i.test(value))
    return { wrong: 'must not have SELECT or SEARCH, whose metrics are not known; list them under `metrics`' };
  // An id that is none has been reported.
  if (!ids.every((id) => idForm.test(id))) return { value };
  const plain = value.replaceAll(/'[^']*'|"[^"]*"/g, '');
  const used = [...plain.matchAll(/(?<![\w.])[a-z]\w*/g)].map(([id]) => id);
  const unknown = used.find((id) => !ids.includes(id));
  if (unknown !== undefined && !isLiteral) return { wrong: 'uses an id that is not in `metrics`' };
  if (unknown !== undefined) {
    const near = suggest(unknown, ids);
    const help = near === undefined ? '' : `; did you mean ${near}?`;
    return { wrong: `uses ${unknown}, which is not an id in \`metrics\`${help}` };
  }
  const idle = /\bMETRICS\s*\(/.test(plain) ? undefined : ids.find((id) => !used.includes(id));
  return idle === undefined ? { value } : { wrong: `does not use ${idle} of \`metrics\`; use it, or remove it` };
}

function readMetric(source: Source, path: Path): MetricQuery | undefined {
  if (!source.has(path)) return undefined;
  const named = (key: string) => source.read([...path, key], parseMetricName);
  const [namespace, name] = [named('namespace'), named('name')];
  const statistic = source.read([...path, 'statistic'], parseStatistic);
  const period = source.read([...path, 'period'], parsePeriod) ?? minute;
  const dimensions = readDimensions(source, [...path, 'dimensions']);
  if (namespace === undefined || name === undefined || statistic === undefined) return undefined;
  return { namespace, name, dimensions, statistic, period };
}

/** CloudWatch takes ASCII only, and a colon first is for its own use. */
const parseMetricName = (value: string): Parsed<string> =>
  /^(?!:)[\x20-\x7e]{1,255}$/.test(value) && value.trim() !== ''
    ? { value }
    : { wrong: 'must have 1 to 255 ASCII characters, of which the first is not a colon' };

function readDimensions(source: Source, path: Path): MetricQuery['dimensions'] {
  const keys = source.keys(path);
  if (keys.length > mostDimensions)
    source.say(path, `has ${keys.length} dimensions; CloudWatch allows ${mostDimensions}`);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const at = [...path, key];
      if (parseMetricName(key).wrong !== undefined)
        source.say(at, 'is not the name of a dimension: 1 to 255 ASCII characters, not beginning with a colon', 'key');
      const value = source.text(at, { keepsLate: true });
      if (value === undefined) return [];
      if (/^[\x20-\x7e]{1,1024}$/.test(value) && value.trim() !== '') return [[key, value]];
      source.say(at, 'must have 1 to 1024 ASCII characters');
      return [];
    }),
  );
}

const words = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];
const number = '(100(\\.0+)?|\\d{1,2}(\\.\\d{1,10})?)';
const percentile = new RegExp(`^(p|tm|tc|ts|wm)${number}$`);
const range = /^(PR|TM|TC|TS|WM)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\)$/;

function parseStatistic(text: string): Parsed<string> {
  const value = text.trim();
  if (words.includes(value) || value === 'IQM' || percentile.test(value) || range.test(value)) return { value };
  const near = suggest(value, words) ?? (percentile.test(value.toLowerCase()) ? value.toLowerCase() : undefined);
  const help = near === undefined ? '' : `; did you mean ${near}?`;
  return { wrong: `is not a statistic of CloudWatch; use ${words.join(', ')} or a percentile such as p95${help}` };
}

/** Periods of 1, 5, 10, 20 and 30 seconds have data of high-resolution metrics only, and only for three hours. */
function parsePeriod(text: string): Parsed<number> {
  const { value, wrong } = readDuration(text, { zero: false });
  if (wrong !== undefined) return { wrong };
  return value % minute === 0 ? { value } : { wrong: `must be a multiple of ${showDuration(minute)}` };
}

type Judgement = { readonly bounds: Bounds; readonly onNoData: OnNoData };

function readJudgement(source: Source, path: Path): Judgement | undefined {
  const [min, max] = ['min', 'max'].map((key) => source.number([...path, key]));
  const onNoData = source.choice([...path, 'on-no-data'], ['wait', 'pass', 'fail']) ?? 'wait';
  if (source.value([...path, 'min']) === undefined && source.value([...path, 'max']) === undefined)
    return source.say(path, 'needs `min`, `max` or both, with which the value is compared', 'key');
  if (min !== undefined && max !== undefined && min > max)
    return source.say([...path, 'min'], 'is more than `max`, so that no value can pass');
  return { bounds: defined({ min, max }), onNoData };
}
