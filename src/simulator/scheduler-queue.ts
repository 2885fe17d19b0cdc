import type { Cloud } from './cloud.ts';
import { pace } from './pace.ts';
import type { Service } from './records.ts';

/** Something happened to a task of the service: the scheduler will look at it soon. */
export function noteServiceTask(cloud: Cloud, service: Service): void {
  if (service.reconciling || service.status === 'INACTIVE') return;
  service.reconciling = true;
  cloud.within(pace.schedulerReaction, () => {
    service.reconciling = false;
    cloud.reconcile(service);
  });
}
