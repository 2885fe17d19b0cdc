import type { Duration } from './duration.ts';
import type { BeforePromote } from './one-off.ts';

/** A CloudWatch metric. `${revision}` in a dimension is the canary's revision, as `family:number`. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p95`. */
  readonly statistic: string;
  /** A multiple of one minute. */
  readonly period: Duration;
}

/** What a value is compared with; at least one is there. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A data point: `at` is the start of its period, in milliseconds since 1970. */
export interface Measured {
  readonly at: number;
  readonly value: number;
}

/** A value without noise: at most six significant digits. */
export const formatNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `at most 1`, `at least 5`, `from 1 to 5`. */
export function formatBounds({ min, max }: Bounds): string {
  if (min === undefined) return `at most ${formatNumber(max ?? 0)}`;
  return max === undefined ? `at least ${formatNumber(min)}` : `from ${formatNumber(min)} to ${formatNumber(max)}`;
}

/** What a gate answers while CloudWatch has no data point. `wait` at the end of a bake is inconclusive. */
export type OnNoData = 'wait' | 'pass' | 'fail';

/** A gate that asks CloudWatch. */
export type MetricGate = { readonly name: string; readonly bounds: Bounds; readonly onNoData: OnNoData } & (
  | { readonly kind: 'metric'; readonly metric: MetricQuery }
  | {
      readonly kind: 'expression';
      readonly expression: string;
      readonly metrics: Readonly<Record<string, MetricQuery>>;
    }
);

/** A gate that sends a request to a URL every some seconds. */
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

/** What rollout.yml and inputs say of a weighted rollout. */
export interface WeightedAsked {
  readonly steps: readonly [WeightStep, ...WeightStep[]];
  /** Nothing is judged by metrics for so long after each change. */
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
