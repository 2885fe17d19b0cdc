import type { Cloud } from './cloud.ts';
import type { Alarm } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';

/** Sets the state of an alarm and notifies deployments that use it. */
export function setAlarm(cloud: Cloud, alarm: Alarm, state: Alarm['state'], reason: string): void {
  alarm.state = state;
  alarm.stateReason = reason;
  alarm.stateUpdatedAt = cloud.date();
  for (const cluster of cloud.clusters.values()) {
    for (const service of cluster.services.values()) noteServiceTask(cloud, service);
  }
}
