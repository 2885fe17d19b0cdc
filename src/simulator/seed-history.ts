import type { Cloud } from './cloud.ts';
import { type JsonObject, object } from './json.ts';
import type { Revision, Service, ServiceDeployment, TaskDefinition } from './records.ts';
import { newRecord, newRevision } from './service-revisions.ts';
import { findRevision } from './task-definitions.ts';

/** A deployment that a service had before the account starts. */
export interface SeedDeployment {
  /** `family:revision`; may be deregistered. */
  readonly taskDefinition: string;
  readonly daysAgo: number;
  /** Default `SUCCESSFUL`. */
  readonly status?: 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED';
  readonly statusReason?: string;
  /** Members of its revision (`networkConfiguration`, …) that differ from the current ones. */
  readonly settings?: Readonly<JsonObject>;
}

/** The history of a service: earlier deployments, oldest first; `unknown` if it is older than the service deployment API. */
export type SeedHistory = 'unknown' | readonly SeedDeployment[];

/** Adds a history to a seeded service. */
export function plantHistory(cloud: Cloud, service: Service, history: SeedHistory): void {
  if (history === 'unknown') {
    service.revisions.clear();
    service.records.length = 0;
    return;
  }
  let good: Revision | undefined;
  for (const past of history) {
    const record = recordOf(cloud, service, past, good);
    service.records.splice(0, 0, record);
    service.revisions.set(record.target.arn, record.target);
    if (record.status === 'SUCCESSFUL') good = record.target;
    if (record.createdAt < service.createdAt) service.createdAt = record.createdAt;
  }
  // The seeded deployment is the newest, and its source is the last one of the history.
  service.records.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const [newest] = service.records;
  if (newest !== undefined && good !== undefined) newest.source = [good];
}

function recordOf(cloud: Cloud, service: Service, past: SeedDeployment, good: Revision | undefined): ServiceDeployment {
  const { status = 'SUCCESSFUL', daysAgo, settings } = past;
  const begun = new Date(cloud.now() - daysAgo * 86_400_000);
  const ended = new Date(begun.getTime() + 5 * 60_000);
  const now = newRevision(cloud, service, definitionOf(cloud, service, past.taskDefinition));
  const target = { ...now, createdAt: begun, settings: { ...now.settings, ...object(settings) } };
  const source = good === undefined ? [] : [good];
  const back = status.startsWith('ROLLBACK') && good !== undefined;
  const reason = past.statusReason ?? (status === 'SUCCESSFUL' ? undefined : 'Service deployment failed.');
  return {
    ...newRecord(cloud, service, { source, target }),
    status,
    statusReason: reason,
    createdAt: begun,
    startedAt: begun,
    updatedAt: ended,
    finishedAt: ended,
    ...(status === 'STOPPED' ? { stoppedAt: ended } : {}),
    ...(back ? { rollback: { reason: reason ?? '', startedAt: begun, serviceRevisionArn: good.arn } } : {}),
  };
}

function definitionOf(cloud: Cloud, service: Service, reference: string): TaskDefinition {
  const definition = findRevision(cloud, reference);
  if (definition !== undefined) return definition;
  throw new Error(
    `The history of the service ${service.name} names a revision that the seed does not have: ${reference}`,
  );
}
