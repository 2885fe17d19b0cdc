import { AwsFailure, invalidParameter, NotModelled } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, flag, type JsonObject, number, objects, text, texts } from './json.ts';
import { addLogGroup, addLogStream, write } from './log-groups.ts';
import { readToken, writeToken } from './paging.ts';
import type { LogEvent, LogGroup, LogStream } from './records.ts';

const notFound = (what: 'group' | 'stream'): AwsFailure =>
  new AwsFailure('ResourceNotFoundException', `The specified log ${what} does not exist.`);
const exists = (what: 'group' | 'stream'): AwsFailure =>
  new AwsFailure('ResourceAlreadyExistsException', `The specified log ${what} already exists`);

/** A group by its name, or by its ARN in the members that take one. */
function findGroup(cloud: Cloud, input: JsonObject): LogGroup {
  const identifier = text(input.logGroupIdentifier)?.replace(/^arn:[^:]*:logs:[^:]*:\d*:log-group:/, '');
  const name = text(input.logGroupName) ?? identifier?.replace(/:\*$/, '');
  if (name === undefined) throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  const group = cloud.logGroups.get(name);
  if (group === undefined) throw notFound('group');
  return group;
}

function findStream(cloud: Cloud, input: JsonObject): LogStream {
  const stream = findGroup(cloud, input).streams.get(text(input.logStreamName) ?? '');
  if (stream === undefined) throw notFound('stream');
  return stream;
}

/** CreateLogGroup. */
export function createLogGroup(cloud: Cloud, input: JsonObject): JsonObject {
  const name = text(input.logGroupName) ?? '';
  if (!/^[\w./#-]{1,512}$/.test(name)) throw invalidParameter(`Log group name ${name} is not valid.`);
  if (cloud.logGroups.has(name)) throw exists('group');
  addLogGroup(cloud, name);
  return {};
}

/** CreateLogStream. */
export function createLogStream(cloud: Cloud, input: JsonObject): JsonObject {
  const group = findGroup(cloud, input);
  const name = text(input.logStreamName) ?? '';
  if (!/^[^:*]{1,512}$/.test(name)) throw invalidParameter(`Log stream name ${name} is not valid.`);
  if (group.streams.has(name)) throw exists('stream');
  addLogStream(cloud, group, name);
  return {};
}

/** DescribeLogGroups, by name. */
export function describeLogGroups(cloud: Cloud, input: JsonObject): JsonObject {
  const prefix = text(input.logGroupNamePrefix) ?? '';
  const matching = [...cloud.logGroups.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, arn, createdAt }) => ({
      logGroupName: name,
      arn: `${arn}:*`,
      logGroupArn: arn,
      creationTime: createdAt,
      metricFilterCount: 0,
      storedBytes: 0,
      logGroupClass: 'STANDARD',
    }));
  const [logGroups, nextToken] = pageOf(matching, input);
  return { logGroups, nextToken };
}

/** DescribeLogStreams, by name or by the time of the last event. */
export function describeLogStreams(cloud: Cloud, input: JsonObject): JsonObject {
  const group = findGroup(cloud, input);
  const prefix = text(input.logStreamNamePrefix) ?? '';
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && prefix !== '') {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const sorted = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => (byTime ? lastTime(a) - lastTime(b) : a.name < b.name ? -1 : 1));
  const inOrder = flag(input.descending) === true ? sorted.toReversed() : sorted;
  const [logStreams, nextToken] = pageOf(inOrder.map(describeStream), input);
  return { logStreams, nextToken };
}

const lastTime = ({ events, createdAt }: LogStream): number => events.at(-1)?.timestamp ?? createdAt;

const describeStream = ({ name, arn, createdAt, events }: LogStream): JsonObject =>
  compact({
    logStreamName: name,
    arn,
    creationTime: createdAt,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: events.at(-1)?.ingestionTime,
    storedBytes: 0,
  });

function pageOf(
  all: readonly JsonObject[],
  input: JsonObject,
): readonly [readonly JsonObject[], nextToken: string | undefined] {
  const size = within(input.limit, 50, 50);
  const start = readToken(text(input.nextToken));
  return [all.slice(start, start + size), start + size < all.length ? writeToken(start + size) : undefined];
}

/** PutLogEvents; sequence tokens are not needed any more. */
export function putLogEvents(cloud: Cloud, input: JsonObject): JsonObject {
  const stream = findStream(cloud, input);
  const given = objects(input.logEvents).map((event) => ({
    timestamp: number(event.timestamp) ?? cloud.now(),
    message: text(event.message) ?? '',
  }));
  if (given.length === 0) throw invalidParameter('logEvents must have at least one item.');
  if (given.some(({ message }) => message === '')) throw invalidParameter('A log event message must not be empty.');
  if (given.some(({ timestamp }, i) => timestamp < (given[i - 1]?.timestamp ?? 0))) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  write(cloud, stream, given);
  return { nextSequenceToken: cloud.random.digits(56) };
}

/**
 * GetLogEvents: the newest events unless `startFromHead`, always oldest first. A token says where to go on in its
 * direction; at the end of the stream it is the one that was handed in.
 */
export function getLogEvents(cloud: Cloud, input: JsonObject): JsonObject {
  const events = inTime(findStream(cloud, input).events, input);
  const limit = within(input.limit, 10_000, 10_000);
  const [from, to] = range(text(input.nextToken), flag(input.startFromHead) === true, limit, events);
  return { events: events.slice(from, to), nextForwardToken: `f/${to}/s`, nextBackwardToken: `b/${from}/s` };
}

function range(
  token: string | undefined,
  fromHead: boolean,
  limit: number,
  events: readonly LogEvent[],
): readonly [from: number, to: number] {
  const [, direction, position] = /^([fb])\/(\d+)\/s$/.exec(token ?? '') ?? [];
  if (token !== undefined && direction === undefined) throw invalidParameter('The specified nextToken is invalid.');
  const forward = direction === undefined ? fromHead : direction === 'f';
  const { length } = events;
  const at = Math.min(length, position === undefined ? (forward ? 0 : length) : Number(position));
  if (forward) return [at, at + fitting(events.slice(at, at + limit))];
  return [at - fitting(events.slice(Math.max(0, at - limit), at).reverse()), at];
}

/** "Each page returned can contain up to 1 MB of log events"; an event counts 26 bytes more than its message (PutLogEvents). */
function fitting(events: readonly LogEvent[]): number {
  let bytes = 0;
  const over = events.findIndex(({ message }) => {
    bytes += Buffer.byteLength(message) + 26;
    return bytes > 1_048_576;
  });
  return over === -1 ? events.length : Math.max(1, over);
}

/** FilterLogEvents over the streams of a group; of filter patterns only plain terms, which must all be there. */
export function filterLogEvents(cloud: Cloud, input: JsonObject): JsonObject {
  const terms = termsOf(text(input.filterPattern) ?? '');
  const names = texts(input.logStreamNames);
  const prefix = text(input.logStreamNamePrefix) ?? '';
  if (names.length > 0 && prefix !== '') {
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  const matching = [...findGroup(cloud, input).streams.values()]
    .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
    .flatMap(({ name, events }) => inTime(events, input).map((event, i) => ({ ...event, name, id: `${name}/${i}` })))
    .filter(({ message }) => terms.every((term) => message.includes(term)))
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map(({ name, id, ...event }) => ({ logStreamName: name, ...event, eventId: id }));
  const start = readToken(text(input.nextToken));
  const end = start + within(input.limit, 10_000, 10_000);
  const nextToken = end < matching.length ? writeToken(end) : undefined;
  return { events: matching.slice(start, end), searchedLogStreams: [], nextToken };
}

function termsOf(pattern: string): readonly string[] {
  const plain = /^(?:\s*(?:"[^"]*"|[\w.]+)\s*)*$/.test(pattern);
  if (!plain) throw new NotModelled('filter patterns other than plain terms');
  return [...pattern.matchAll(/"([^"]*)"|([\w.]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

const inTime = (events: readonly LogEvent[], input: JsonObject): readonly LogEvent[] => {
  const [from, to] = [number(input.startTime) ?? 0, number(input.endTime) ?? Number.POSITIVE_INFINITY];
  return events.filter(({ timestamp }) => timestamp >= from && timestamp < to);
};

function within(value: unknown, most: number, fallback: number): number {
  const limit = number(value) ?? fallback;
  if (limit >= 1 && limit <= most) return limit;
  throw invalidParameter(`1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint.`);
}
