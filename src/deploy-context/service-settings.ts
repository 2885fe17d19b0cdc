import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { loadShapes } from './schema.ts';

/** Not settings: they say which service is meant, what it runs, or that a call is repeated. */
const notSettings: ReadonlySet<string> = new Set([
  'clientToken',
  'cluster',
  'service',
  'serviceName',
  'taskDefinition',
]);

/** The fields of service.json that UpdateService takes as well, and those that can only be set when a service is created. */
export async function serviceSettings(
  service: CreateServiceRequest,
): Promise<{ update: Partial<UpdateServiceRequest>; creationOnly: Readonly<Record<string, unknown>> }> {
  const { UpdateServiceRequest: shape } = await loadShapes();
  const settings = Object.entries(service).filter(([key, value]) => value !== undefined && !notSettings.has(key));
  return {
    update: Object.fromEntries(settings.filter(([key]) => shape.members.has(key))),
    creationOnly: Object.fromEntries(settings.filter(([key]) => !shape.members.has(key))),
  };
}
