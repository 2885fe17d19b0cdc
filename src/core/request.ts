import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Duration } from './duration.ts';
import type { Place, ServiceSettings } from './plan.ts';

/** What a canary-task rollout was asked to do: inputs and deploy context, validated and typed. */
export interface Request {
  readonly place: Place;
  readonly dryRun: boolean;
  readonly revision:
    | { readonly kind: 'new'; readonly definition: RegisterTaskDefinitionRequest }
    | { readonly kind: 'existing'; readonly name: string };
  /** What service.json says, for `update-service`; absent when the service keeps its settings. */
  readonly settings?: { readonly update: ServiceSettings; readonly creationOnly: Readonly<Record<string, unknown>> };
  readonly canaryInstance?: string;
  readonly idle: Duration;
  readonly bake: Duration;
  readonly timeouts: Timeouts;
  readonly rollbackOnFailure: boolean;
  readonly forceNewDeployment: boolean;
  readonly alarms: readonly string[];
  readonly onConflict: 'fail' | 'wait' | 'take-over';
  readonly run: Run;
  /** Values from the environment that no change may show. */
  readonly hidden: readonly string[];
}

/** What a sweep was asked to do. */
export type SweepRequest = Pick<Request, 'place' | 'dryRun' | 'timeouts' | 'onConflict' | 'run'>;

/** The most that each phase may take. */
export interface Timeouts {
  readonly taskRunning: Duration;
  readonly taskHealthCheck: Duration;
  readonly targetHealthy: Duration;
  readonly taskStopped: Duration;
  readonly serviceStable: Duration;
}

/** Which run of which job this is; written on everything that is there for the time of the rollout only. */
export interface Run {
  /** The same for every attempt of a job: `<run id>-<job>`. */
  readonly id: string;
  readonly attempt: number;
  /** Where a person sees the run; absent outside GitHub. */
  readonly url?: string;
  /** Chosen anew by every process; makes RunTask idempotent. */
  readonly token: string;
}
