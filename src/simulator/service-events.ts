import type { Cloud } from './cloud.ts';
import type { Service } from './records.ts';

/** DescribeServices returns the 100 newest events. */
const kept = 100;

/** Adds an event, in AWS's own form: `(service NAME) …`. */
export function addEvent(cloud: Cloud, service: Service, message: string): void {
  const event = { id: cloud.random.uuid(), createdAt: cloud.date(), message: `(service ${service.name}) ${message}` };
  service.events = [event, ...service.events].slice(0, kept);
}
