import type { Cloud } from './cloud.ts';
import { noteServiceTask } from './service-scheduler.ts';

/** A CloudWatch alarm. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly kind: 'metric' | 'composite';
  readonly settings: Readonly<Record<string, unknown>>;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  stateReason: string;
  stateUpdatedAt: Date;
}

/** Changes the state of an alarm; deployments that watch it notice. */
export function setAlarm(cloud: Cloud, alarm: Alarm, state: Alarm['state'], reason: string): void {
  alarm.state = state;
  alarm.stateReason = reason;
  alarm.stateUpdatedAt = cloud.date();
  for (const cluster of cloud.clusters.values()) {
    for (const service of cluster.services.values()) noteServiceTask(cloud, service);
  }
}
