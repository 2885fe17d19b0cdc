import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, number, object, text } from './json.ts';
import { modifyListener, modifyRule } from './listener-rules.ts';
import { readToken, writeToken } from './paging.ts';
import type { Schedule } from './records.ts';

const invalid = (message: string): AwsFailure => new AwsFailure('ValidationException', message);
const group = 'default';

/** What a universal target may call in the simulated account. */
const targets: Readonly<Record<string, (cloud: Cloud, input: JsonObject) => JsonObject>> = {
  'elasticloadbalancingv2:modifyRule': modifyRule,
  'elasticloadbalancingv2:modifyListener': modifyListener,
};

function nameOf(input: JsonObject): string {
  const name = text(input.Name) ?? '';
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw invalid(`Invalid schedule name: ${name}`);
  if ((text(input.GroupName) ?? group) !== group) {
    throw new AwsFailure('ResourceNotFoundException', `Schedule group ${String(input.GroupName)} does not exist.`, 404);
  }
  return name;
}

function scheduleOf(cloud: Cloud, input: JsonObject): Schedule {
  const name = nameOf(input);
  const schedule = cloud.schedules.get(name);
  if (schedule !== undefined) return schedule;
  throw new AwsFailure('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
}

/** CreateSchedule: one-time schedules whose target modifies a rule or a listener. */
export function createSchedule(cloud: Cloud, input: JsonObject): JsonObject {
  const name = nameOf(input);
  const settings = readSettings(cloud, input);
  const existing = cloud.schedules.get(name);
  const token = text(input.ClientToken);
  if (existing !== undefined && (token === undefined || token !== existing.token)) {
    throw new AwsFailure('ConflictException', `Schedule ${name} already exists.`, 409);
  }
  if (existing !== undefined) return { ScheduleArn: existing.arn };
  const arn = cloud.arn('scheduler', `schedule/${group}/${name}`);
  arm(cloud, { name, arn, token, settings, createdAt: cloud.date(), changedAt: cloud.date() });
  return { ScheduleArn: arn };
}

/** UpdateSchedule: replaces all settings. */
export function updateSchedule(cloud: Cloud, input: JsonObject): JsonObject {
  const { name, arn, token, createdAt } = scheduleOf(cloud, input);
  arm(cloud, { name, arn, token, createdAt, settings: readSettings(cloud, input), changedAt: cloud.date() });
  return { ScheduleArn: arn };
}

/** GetSchedule. */
export function getSchedule(cloud: Cloud, input: JsonObject): JsonObject {
  const { name, arn, settings, createdAt, changedAt } = scheduleOf(cloud, input);
  return {
    Name: name,
    Arn: arn,
    GroupName: group,
    ...settings,
    CreationDate: createdAt,
    LastModificationDate: changedAt,
  };
}

/** DeleteSchedule. */
export function deleteSchedule(cloud: Cloud, input: JsonObject): JsonObject {
  cloud.schedules.delete(scheduleOf(cloud, input).name);
  return {};
}

/** ListSchedules. */
export function listSchedules(cloud: Cloud, input: JsonObject): JsonObject {
  const size = number(input.MaxResults) ?? 100;
  if (size < 1 || size > 100) throw invalid('MaxResults must be between 1 and 100.');
  const prefix = text(input.NamePrefix) ?? '';
  const all = [...cloud.schedules.values()].filter(({ name }) => name.startsWith(prefix));
  const start = readToken(text(input.NextToken));
  return {
    NextToken: start + size < all.length ? writeToken(start + size) : undefined,
    Schedules: all.slice(start, start + size).map(({ name, arn, settings, createdAt, changedAt }) => ({
      Name: name,
      Arn: arn,
      GroupName: group,
      State: settings.State,
      Target: { Arn: object(settings.Target).Arn },
      CreationDate: createdAt,
      LastModificationDate: changedAt,
    })),
  };
}

function readSettings(cloud: Cloud, input: JsonObject): JsonObject {
  const expression = text(input.ScheduleExpression) ?? '';
  timeOf(expression);
  const zone = text(input.ScheduleExpressionTimezone) ?? 'UTC';
  if (zone !== 'UTC') throw invalid(`The simulated account does not model the time zone ${zone}.`);
  if (object(input.FlexibleTimeWindow).Mode !== 'OFF') {
    throw invalid('The simulated account models only FlexibleTimeWindow with Mode OFF.');
  }
  const after = text(input.ActionAfterCompletion) ?? 'NONE';
  if (after !== 'NONE' && after !== 'DELETE') throw invalid(`Invalid ActionAfterCompletion: ${after}`);
  const target = object(input.Target);
  checkTarget(cloud, target);
  return {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }, ...target },
    State: text(input.State) ?? 'ENABLED',
    ActionAfterCompletion: after,
    Description: input.Description,
  };
}

function checkTarget(cloud: Cloud, target: JsonObject): void {
  const [arn, role] = [text(target.Arn) ?? '', text(target.RoleArn) ?? ''];
  const action = /^arn:[^:]+:scheduler:::aws-sdk:(.+)$/.exec(arn)?.[1];
  if (action === undefined || targets[action] === undefined) {
    throw invalid(`Provided Arn is not in correct format, or the simulated account does not model it: ${arn}`);
  }
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+/.test(role))
    throw invalid(`Provided RoleArn is not in correct format: ${role}`);
  const known = cloud.roles.get(role);
  if (known !== undefined && !(known.services ?? []).includes('scheduler.amazonaws.com')) {
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
  parse(target.Input);
}

function parse(given: unknown): JsonObject {
  try {
    return object(JSON.parse(String(given ?? '{}')));
  } catch {
    throw invalid('Invalid RequestJson provided. Reason The JSON document is not well formed.');
  }
}

function timeOf(expression: string): number {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  const time = at === undefined ? Number.NaN : Date.parse(`${at}Z`);
  if (Number.isNaN(time)) throw invalid(`Invalid Schedule Expression ${expression}.`);
  return time;
}

/** EventBridge Scheduler invokes its targets within the minute of the time ("60 second precision"). */
function arm(cloud: Cloud, schedule: Schedule): void {
  cloud.schedules.set(schedule.name, schedule);
  const due = timeOf(String(schedule.settings.ScheduleExpression));
  const late = Math.imul(due / 1000, 0x9e3779b1) >>> 0;
  cloud.at(Math.max(cloud.now(), due) + (late % 59_000), () => {
    if (cloud.schedules.get(schedule.name) === schedule && schedule.settings.State === 'ENABLED') run(cloud, schedule);
  });
}

function run(cloud: Cloud, schedule: Schedule): void {
  const target = object(schedule.settings.Target);
  const action = String(target.Arn).split(':aws-sdk:')[1] ?? '';
  const ran = { name: schedule.name, at: cloud.now() };
  try {
    targets[action]?.(cloud, parse(target.Input));
    cloud.scheduleRuns.push({ ...ran, outcome: 'ok' });
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    cloud.scheduleRuns.push({ ...ran, outcome: error.code });
  }
  if (schedule.settings.ActionAfterCompletion === 'DELETE') cloud.schedules.delete(schedule.name);
}
