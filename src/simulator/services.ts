import type { Cluster, Deployment, Service, Task } from './records.ts';

/** The tasks of a service that have not stopped. */
export function tasksOf(service: Service): readonly Task[] {
  return [...service.cluster.tasks.values()].filter(
    (task) => task.service === service && task.lastStatus !== 'STOPPED',
  );
}

/** The deployment that the service is to arrive at. */
export function primary(service: Service): Deployment | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}

/** Whether one task of the service runs on each container instance. */
export const isDaemon = (service: Service): boolean => service.settings.schedulingStrategy === 'DAEMON';

/** How many tasks a daemon has in that cluster: one on each ACTIVE instance; placement constraints are not modelled. */
export const daemonCount = (cluster: Cluster): number =>
  [...cluster.instances.values()].filter((instance) => instance.status === 'ACTIVE').length;
