import { setAlarm } from './alarms.ts';
import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, number, text, texts } from './json.ts';
import { readToken, writeToken } from './paging.ts';
import type { Alarm } from './records.ts';

const states: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

const isState = (value: unknown): value is Alarm['state'] => typeof value === 'string' && states.includes(value);

/** DescribeAlarms: composite alarms only if AlarmTypes includes them, as in AWS. */
export function describeAlarms(cloud: Cloud, input: JsonObject): JsonObject {
  const names = texts(input.AlarmNames);
  const prefix = text(input.AlarmNamePrefix) ?? '';
  if (names.length > 100) throw invalid('The collection AlarmNames must not have a size greater than 100.');
  if (names.length > 0 && prefix !== '') throw invalid('AlarmNamePrefix and AlarmNames are mutually exclusive.');
  const types = texts(input.AlarmTypes).length === 0 ? ['MetricAlarm'] : texts(input.AlarmTypes);
  const size = number(input.MaxRecords) ?? 50;
  if (size < 1 || size > 100) throw invalid('MaxRecords must be between 1 and 100.');
  const matching = [...cloud.alarms.values()]
    .filter((alarm) => types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
    .filter((alarm) => (names.length === 0 || names.includes(alarm.name)) && alarm.name.startsWith(prefix))
    .filter((alarm) => text(input.StateValue) === undefined || alarm.state === input.StateValue);
  const start = readToken(text(input.NextToken));
  const shown = names.length > 0 ? matching : matching.slice(start, start + size);
  return {
    MetricAlarms: shown.filter((alarm) => alarm.kind === 'metric').map(describe),
    CompositeAlarms: shown.filter((alarm) => alarm.kind === 'composite').map(describe),
    NextToken: names.length === 0 && start + size < matching.length ? writeToken(start + size) : undefined,
  };
}

const invalid = (message: string): AwsFailure => new AwsFailure('InvalidParameterCombination', message);

function describe(alarm: Alarm): JsonObject {
  return compact({
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    ...alarm.settings,
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateUpdatedTimestamp: alarm.stateUpdatedAt,
  });
}

/** SetAlarmState. */
export function setAlarmState(cloud: Cloud, input: JsonObject): JsonObject {
  const alarm = cloud.alarms.get(text(input.AlarmName) ?? '');
  if (alarm === undefined) throw new AwsFailure('ResourceNotFound', 'The named resource does not exist.', 404);
  if (!isState(input.StateValue)) {
    throw new AwsFailure('ValidationError', `StateValue must be one of ${states.join(', ')}.`);
  }
  setAlarm(cloud, alarm, input.StateValue, text(input.StateReason) ?? '');
  return {};
}

/** PutMetricAlarm: without metrics, a new alarm has INSUFFICIENT_DATA until its state is set. */
export function putMetricAlarm(cloud: Cloud, input: JsonObject): JsonObject {
  const name = text(input.AlarmName);
  if (name === undefined) throw new AwsFailure('ValidationError', 'AlarmName must not be empty.');
  if (text(input.ComparisonOperator) === undefined || number(input.EvaluationPeriods) === undefined) {
    throw new AwsFailure('ValidationError', 'ComparisonOperator and EvaluationPeriods are required.');
  }
  const { AlarmName: _name, Tags: _tags, ...settings } = input;
  const existing = cloud.alarms.get(name);
  addAlarm(cloud, name, 'metric', existing?.state ?? 'INSUFFICIENT_DATA', settings);
  return {};
}

/** Adds an alarm, or replaces the one of that name. */
export function addAlarm(
  cloud: Cloud,
  name: string,
  kind: Alarm['kind'],
  state: Alarm['state'],
  settings: JsonObject,
): void {
  const stateReason = state === 'INSUFFICIENT_DATA' ? 'Unchecked: Initial alarm creation' : 'Threshold evaluated';
  cloud.alarms.set(name, {
    name,
    arn: cloud.arn('cloudwatch', `alarm:${name}`),
    kind,
    settings,
    state,
    stateReason,
    stateUpdatedAt: cloud.date(),
  });
}
