import type { Cloud } from './cloud.ts';

/** One line that somebody wrote; times in milliseconds since 1970. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

/** The lines of one writer, oldest first. */
export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  events: readonly LogEvent[];
}

/** A log group of CloudWatch Logs. */
export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly streams: Map<string, LogStream>;
}

/** Adds a log group; one that is there already stays as it is. */
export function addLogGroup(cloud: Cloud, name: string): LogGroup {
  const known = cloud.logGroups.get(name);
  if (known !== undefined) return known;
  const group = {
    name,
    arn: cloud.arn('logs', `log-group:${name}`),
    createdAt: Math.round(cloud.now()),
    streams: new Map(),
  };
  cloud.logGroups.set(name, group);
  return group;
}

/** Adds a stream to a log group; one that is there already stays as it is. */
export function addLogStream(cloud: Cloud, group: LogGroup, name: string): LogStream {
  const known = group.streams.get(name);
  if (known !== undefined) return known;
  const stream = { name, arn: `${group.arn}:log-stream:${name}`, createdAt: Math.round(cloud.now()), events: [] };
  group.streams.set(name, stream);
  return stream;
}

/** Writes lines to a stream; CloudWatch Logs keeps them in the order of their time. */
export function write(
  cloud: Cloud,
  stream: LogStream,
  lines: readonly { readonly timestamp: number; readonly message: string }[],
): void {
  const ingestionTime = Math.round(cloud.now());
  const events = lines.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime }));
  stream.events = [...stream.events, ...events].toSorted((a, b) => a.timestamp - b.timestamp);
}
