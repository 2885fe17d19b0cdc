import { type Duration, second } from './duration.ts';

/** How long all tasks must run if a load balancer or a container health check monitors them. */
export const watchedFor: Duration = 30 * second;
/**
 * How long without any health check. ECS considers such a task healthy 40 seconds after it is RUNNING
 * (deploymentConfiguration, "Deployment parameters"), so the deployment of a program that ends after a minute is COMPLETED.
 */
export const unwatchedFor: Duration = 90 * second;
/** How long the service must stay unchanged after the deployment is COMPLETED; a canary must stay as long. */
export const settledFor: Duration = 8 * second;
