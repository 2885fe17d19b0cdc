import type { Cloud } from './cloud.ts';
import type { LogGroup, LogStream } from './records.ts';

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
