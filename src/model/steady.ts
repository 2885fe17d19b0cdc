import { type Duration, second } from './duration.ts';

/** How long all tasks have to have run where a load balancer or a container health check watches them. */
export const watchedFor: Duration = 30 * second;
/**
 * How long where nothing does. ECS calls such a task healthy 40 seconds after it is RUNNING (deploymentConfiguration,
 * "Deployment parameters"), so a program that ends after a minute has a COMPLETED deployment.
 */
export const unwatchedFor: Duration = 90 * second;
/** How long everything has to stay as it is after ECS has called the deployment COMPLETED; a canary has to stay as long. */
export const settledFor: Duration = 8 * second;
