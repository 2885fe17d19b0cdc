import type { Duration } from './duration.ts';
import type { BeforePromote } from './one-off.ts';

/**
 * The values of placeholders in dimensions. Those of the canary are known only while the canary has its own target group.
 * CloudWatch writes them as `targetgroup/name/id` and `app/name/id`.
 */
export interface DimensionValues {
  /** The revision under test, as `family:number`. */
  readonly revision: string;
  readonly 'canary-target-group'?: string;
  readonly 'canary-load-balancer'?: string;
}

const placeholder = /\$\{(revision|canary-target-group|canary-load-balancer)\}/g;

/** A dimension with its placeholders replaced. A placeholder without a value stays. */
export const fillDimension = (value: string, values: DimensionValues): string =>
  value.replaceAll(placeholder, (written, name: keyof DimensionValues) => values[name] ?? written);

/** Whether a gate reads metrics of the canary's target group. */
export function isOfCanaryGroup(gate: NamedGate): boolean {
  const metrics =
    gate.kind === 'metric' ? [gate.metric] : gate.kind === 'expression' ? Object.values(gate.metrics) : [];
  return metrics.some(({ dimensions }) => Object.values(dimensions).some((value) => value.includes('${canary-')));
}

/** A CloudWatch metric. Dimensions can have the placeholders of `DimensionValues`. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p95`. */
  readonly statistic: string;
  /** A multiple of one minute. */
  readonly period: Duration;
}

/** The limits of a value. At least one is present. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A data point: `at` is the start of its period, in milliseconds since 1970. */
export interface Measured {
  readonly at: number;
  readonly value: number;
}

/** Formats a value with at most six significant digits. */
export const formatNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `at most 1`, `at least 5`, `from 1 to 5`. */
export function formatBounds({ min, max }: Bounds): string {
  if (min === undefined) return `at most ${formatNumber(max ?? 0)}`;
  return max === undefined ? `at least ${formatNumber(min)}` : `from ${formatNumber(min)} to ${formatNumber(max)}`;
}

/** The verdict of a gate while CloudWatch has no data point. `wait` at the end of a bake is inconclusive. */
export type OnNoData = 'wait' | 'pass' | 'fail';

/** A gate that reads CloudWatch metrics. */
export type MetricGate = { readonly name: string; readonly bounds: Bounds; readonly onNoData: OnNoData } & (
  | { readonly kind: 'metric'; readonly metric: MetricQuery }
  | {
      readonly kind: 'expression';
      readonly expression: string;
      readonly metrics: Readonly<Record<string, MetricQuery>>;
    }
);

/** A gate that sends requests to a URL at an interval. */
export interface HttpGate {
  readonly kind: 'http';
  readonly name: string;
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  /** The Host header; absent: that of the URL. */
  readonly host?: string;
  readonly status: number;
  readonly contains?: string;
  readonly maxLatency?: Duration;
  readonly timeout: Duration;
  readonly every: Duration;
  /** Failures in a row that fail the gate. */
  readonly failures: number;
}

/** A gate that asks a web service for a verdict. */
export interface WebhookGate {
  readonly kind: 'webhook';
  readonly name: string;
  readonly url: string;
  /** The environment variable with the secret that signs the request. Its value is read when the gate is evaluated. */
  readonly secretEnv: string;
  readonly every: Duration;
  readonly timeout: Duration;
}

/** A one-off task that must succeed. */
export interface TaskGate {
  readonly kind: 'task';
  readonly name: string;
  readonly task: Omit<BeforePromote, 'name'>;
}

/** A gate of rollout.yml. */
export type NamedGate = MetricGate | HttpGate | WebhookGate | TaskGate;

/** A step of a weighted rollout. */
export interface WeightStep {
  /** Permille of new requests, 1 to 1000. */
  readonly weight: number;
  /** How long to bake at it. */
  readonly wait: Duration;
  /** Names of gates; absent: all. */
  readonly gates?: readonly string[];
}

/** What rollout.yml and inputs say about a weighted rollout. */
export interface WeightedAsked {
  readonly steps: readonly [WeightStep, ...WeightStep[]];
  /** How long metric gates do not judge after each change of the weights. */
  readonly warmUp: Duration;
  /** ARNs of listener rules and listeners; absent: every route that forwards to the service's target groups. */
  readonly rules?: readonly string[];
  readonly settle: Duration;
  /** Number of canary tasks; `auto`: weight × running stable tasks, rounded up. */
  readonly tasks: number | 'auto';
  /** The ARN of an existing target group for the canary. */
  readonly targetGroup?: string;
  /** The role of the EventBridge Scheduler schedule that restores the routes if the runner dies. */
  readonly guardRole?: string;
  /** What to do with a split of traffic that another process has left. */
  readonly onSplit: 'fail' | 'roll-back' | 'resume';
}
