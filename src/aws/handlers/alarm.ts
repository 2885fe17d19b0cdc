import type { Answer } from '../../engine/world.ts';
import { second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import type { AlarmState } from '../../model/snapshot.ts';
import { fail, pass, type Verdict } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { readAll, readInChunks } from '../client/pages.ts';
import type { HandlerContext } from './context.ts';

const states: Readonly<Record<string, AlarmState['state']>> = { OK: 'ok', ALARM: 'in-alarm' };

/** Reads metric and composite alarms by name; an alarm that does not exist is `missing`. */
export async function readAlarms(aws: Aws, names: readonly string[]): Promise<readonly AlarmState[]> {
  if (names.length === 0) return [];
  const alarms = await readInChunks(names, 100, (AlarmNames) =>
    readAll(
      aws,
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 },
      ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
    ),
  );
  const found = new Map<string, AlarmState>();
  for (const { AlarmName: name, StateValue, StateReason: because = '' } of alarms) {
    if (name !== undefined) found.set(name, { name, state: states[StateValue ?? ''] ?? 'no-data', because });
  }
  return names.map(
    (name) => found.get(name) ?? { name, state: 'missing', because: 'there is no alarm with this name' },
  );
}

/** Whether no alarm is in ALARM. INSUFFICIENT_DATA passes: a service without traffic must neither fail nor delay a rollout. */
export async function evaluateAlarms(
  { aws }: Pick<HandlerContext, 'aws'>,
  { alarms: names }: Pick<Extract<Gate, { kind: 'alarms-quiet' }>, 'alarms'>,
): Promise<Answer> {
  return { verdict: judge(await readAlarms(aws, names)) };
}

function judge(alarms: readonly AlarmState[]): Verdict {
  const ringing = alarms.find(({ state }) => state === 'in-alarm' || state === 'missing');
  const evidence = alarms.map(({ name, state, because }) => ({ kind: 'alarm', alarm: name, state, because }) as const);
  if (ringing !== undefined) {
    const state = ringing.state === 'missing' ? 'no longer exists' : 'is in ALARM';
    return fail(`alarm ${ringing.name} ${state}: ${ringing.because}`, {
      evidence,
      next: `Check alarm ${ringing.name} and how the new version affects its metric.`,
    });
  }
  const silent = alarms.filter(({ state }) => state === 'no-data').map(({ name }) => name);
  const note = silent.length === 0 ? '' : `, no data: ${silent.join(', ')}`;
  return pass(`${alarms.length} alarm${alarms.length === 1 ? '' : 's'} quiet${note}`, { again: 5 * second });
}
