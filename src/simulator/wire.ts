import { cbor, dateToTag, tagSymbol } from '@smithy/core/cbor';
import type { AwsFailure } from './aws-failure.ts';
import { isObject, type JsonObject } from './json.ts';
import { parseQuery } from './query.ts';
import { escapeXml, type ListItem, xmlContent } from './xml.ts';

/** An HTTP request with lower-case header names. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The HTTP answer to it. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A request that has been understood: which operation of which service, and how its answer is given. */
export interface Understood<Answer> {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  answer(output: JsonObject, requestId: string): Answer;
  refuse(failure: AwsFailure, requestId: string): Answer;
}

/** One that came over the wire. */
export type WireCall = Understood<WireResponse>;

const jsonServices: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  GraniteServiceVersion20100801: 'cloudwatch',
  AnyScaleFrontendService: 'application-autoscaling',
  Logs_20140328: 'logs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
};

const queryServices: Readonly<Record<string, QueryService>> = {
  '2015-12-01': { name: 'elbv2', namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
  '2011-06-15': { name: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  '2010-05-08': { name: 'iam', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  '2010-08-01': { name: 'cloudwatch', namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  '2016-11-15': { name: 'ec2', namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/' },
};

interface QueryService {
  readonly name: string;
  readonly namespace: string;
}

/** Finds out what a request asks for, whichever of AWS's protocols it speaks; `undefined` when it is none of them. */
export function readCall(request: WireRequest): WireCall | undefined {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return jsonCall(target, request);
  const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)\/?$/.exec(request.path);
  if (rpc !== null) return cborCall(rpc[1] ?? '', rpc[2] ?? '', request);
  if (/^\/schedules(\/|$)/.test(request.path)) return scheduleCall(request);
  return queryCall(request);
}

const scheduleOperations: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

/** EventBridge Scheduler speaks REST with JSON: the name of the schedule is in the path. */
function scheduleCall(request: WireRequest): WireCall | undefined {
  const name = decodeURIComponent(request.path.split('/')[2] ?? '');
  const operation = name === '' ? 'ListSchedules' : scheduleOperations[request.method];
  if (operation === undefined) return undefined;
  const { groupName, ...query } = request.query;
  const filters = Object.entries(query).map(([key, value]) => [key === 'ScheduleGroup' ? 'GroupName' : key, value]);
  const more = { ...Object.fromEntries(filters), ...(groupName === undefined ? {} : { GroupName: groupName }) };
  const write = (status: number, body: JsonObject, requestId: string, headers: Record<string, string> = {}) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...headers },
    body: JSON.stringify(epochSeconds(body)),
  });
  return {
    service: 'scheduler',
    operation,
    input: { ...parseJson(bodyText(request)), ...more, ...(name === '' ? {} : { Name: name }) },
    answer: (output, requestId) => write(200, output, requestId),
    refuse: ({ code, message, status }, requestId) =>
      write(status, { Message: message }, requestId, { 'x-amzn-errortype': code }),
  };
}

function jsonCall(target: string, request: WireRequest): WireCall | undefined {
  const dot = target.lastIndexOf('.');
  const service = jsonServices[target.slice(0, dot)];
  if (service === undefined) return undefined;
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  const write = (status: number, body: JsonObject, requestId: string, more: Record<string, string> = {}) => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...more },
    body: JSON.stringify(epochSeconds(body)),
  });
  return {
    service,
    operation: target.slice(dot + 1),
    input: parseJson(bodyText(request)),
    answer: (output, requestId) => write(200, output, requestId),
    refuse: (failure, requestId) =>
      write(failure.status, errorBody(failure), requestId, service === 'cloudwatch' ? queryError(failure) : {}),
  };
}

/** CloudWatch also returns its former Query error codes, in a header (`awsQueryCompatible`). */
const queryError = (failure: AwsFailure): Record<string, string> => ({
  'x-amzn-query-error': `${failure.code};${failure.status < 500 ? 'Sender' : 'Receiver'}`,
});

function cborCall(target: string, operation: string, request: WireRequest): WireCall | undefined {
  const service = jsonServices[target];
  if (service === undefined) return undefined;
  const write = (status: number, body: JsonObject, requestId: string, more: Record<string, string> = {}) => ({
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
      ...more,
    },
    body: cbor.serialize(tagTimes(body)),
  });
  return {
    service,
    operation,
    input: request.body.length === 0 ? {} : parseCbor(bodyBytes(request)),
    answer: (output, requestId) => write(200, output, requestId),
    refuse: (failure, requestId) => write(failure.status, errorBody(failure), requestId, queryError(failure)),
  };
}

function queryCall(request: WireRequest): WireCall | undefined {
  const fields = { ...request.query, ...parseQuery(bodyText(request)) };
  const { Action: action, Version: version, ...input } = fields;
  const service = queryServices[String(version)];
  if (service === undefined || typeof action !== 'string') return undefined;
  return service.name === 'ec2' ? ec2Call(service, action, input) : xmlCall(service, action, input);
}

function xmlCall(service: QueryService, operation: string, input: JsonObject): WireCall {
  return {
    service: service.name,
    operation,
    input,
    answer: (output, requestId) => {
      const result = `<${operation}Result>${xmlContent(output, 'member')}</${operation}Result>`;
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${operation}Response xmlns="${service.namespace}">${result}${metadata}</${operation}Response>`;
      return xmlResponse(200, requestId, body);
    },
    refuse: (failure, requestId) => {
      const type = failure.status < 500 ? 'Sender' : 'Receiver';
      const error = `<Error><Type>${type}</Type>${codeAndMessage(failure)}</Error>`;
      const body = `<ErrorResponse xmlns="${service.namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
      return xmlResponse(failure.status, requestId, body);
    },
  };
}

function ec2Call(service: QueryService, operation: string, input: JsonObject): WireCall {
  const item: ListItem = 'item';
  return {
    service: service.name,
    operation,
    input,
    answer: (output, requestId) => {
      const content = `<requestId>${requestId}</requestId>${xmlContent(output, item)}`;
      return xmlResponse(
        200,
        requestId,
        `<${operation}Response xmlns="${service.namespace}">${content}</${operation}Response>`,
      );
    },
    refuse: (failure, requestId) => {
      const errors = `<Errors><Error>${codeAndMessage(failure)}</Error></Errors>`;
      const body = `<Response>${errors}<RequestID>${requestId}</RequestID></Response>`;
      return xmlResponse(failure.status, requestId, body);
    },
  };
}

const codeAndMessage = (failure: AwsFailure): string =>
  `<Code>${escapeXml(failure.code)}</Code><Message>${escapeXml(failure.message)}</Message>`;

const xmlResponse = (status: number, requestId: string, xml: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
});

/** The body as text. */
function bodyText(request: WireRequest): string {
  return typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
}

const bodyBytes = (request: WireRequest): Uint8Array =>
  typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body;

/** A body that is not a JSON object becomes one that no operation accepts. */
function parseJson(body: string): JsonObject {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : { [unreadable]: true };
  } catch {
    return { [unreadable]: true };
  }
}

/** The name of the member that marks an input which was no JSON object. */
export const unreadable = '\u0000unreadable';

/** AWS's JSON protocols write times as seconds since 1970. */
function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, epochSeconds(member)]));
}

/** A body that is not CBOR becomes one that no operation accepts; a time in it is a number, as in JSON. */
function parseCbor(body: Uint8Array): JsonObject {
  try {
    const value: unknown = untagTimes(cbor.deserialize(body));
    return isObject(value) ? value : { [unreadable]: true };
  } catch {
    return { [unreadable]: true };
  }
}

/** CBOR writes a time as tag 1 around the seconds since 1970; the codec refuses members that are undefined. */
function tagTimes(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (Array.isArray(value)) return value.map(tagTimes);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, tagTimes(member)]));
}

/** A time as JSON has it: the seconds since 1970. */
function untagTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagTimes);
  if (!isObject(value)) return value;
  if (tagSymbol in value) return value.value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, untagTimes(member)]));
}

/** What JSON and CBOR say of a refusal. */
const errorBody = ({ code, message, members }: AwsFailure): JsonObject => ({ __type: code, message, ...members });
