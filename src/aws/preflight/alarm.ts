import type { Service } from '@aws-sdk/client-ecs';
import { readAlarms } from '../handlers/alarm.ts';
import { ok, type PreflightCheck, problem, warning } from './inspect.ts';

/** Checks the state of the alarms in the service's deployment configuration. */
export function alarmChecks({ deploymentConfiguration }: Service): readonly PreflightCheck[] {
  const { alarmNames = [], enable = false, rollback = false } = deploymentConfiguration?.alarms ?? {};
  if (!enable) return [];
  const does = rollback ? 'roll the deployment back' : 'end the deployment';
  return alarmNames.map((name) => ({
    kind: 'alarm',
    about: `alarm ${name} of the service's deployments`,
    look: async ({ aws }) => {
      const [alarm] = await readAlarms(aws, [name]);
      if (alarm === undefined || alarm.state === 'missing') {
        return warning(
          'there is no CloudWatch alarm with this name in this region',
          'Correct `alarms` in deploymentConfiguration.',
        );
      }
      if (alarm.state !== 'in-alarm') return ok(alarm.state === 'ok' ? 'it is OK' : 'it has no data');
      return problem(`it is in ALARM: ECS would ${does}. ${alarm.because}`.trim(), 'Fix the cause of the alarm first.');
    },
  }));
}
