import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { loadShapes } from './schema.ts';

/** Not settings: they identify the service, its revision, or a repeated call. */
const notSettings: ReadonlySet<string> = new Set([
  'clientToken',
  'cluster',
  'service',
  'serviceName',
  'taskDefinition',
]);

/** Splits the fields of service.json into those that UpdateService accepts and those that only CreateService accepts. */
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
