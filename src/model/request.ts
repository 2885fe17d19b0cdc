import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { ContainerRole } from './acts.ts';
import type { Origins } from './change.ts';
import type { Duration } from './duration.ts';
import type { Edits } from './edits.ts';
import type { Launch } from './launch.ts';
import type { NamedGate, WeightedAsked } from './measures.ts';
import type { BeforePromote, OneOff } from './one-off.ts';
import type { Place } from './place.ts';
import type { NewService, ServiceSettings } from './settings.ts';
import type { Strategy } from './strategy.ts';

export type { BeforePromote, OneOff } from './one-off.ts';

/** A request: inputs and deploy context, validated and typed. */
export type Request =
  | RolloutRequest
  | UpRequest
  | UndeployRequest
  | SweepRequest
  | RunRequest
  | RegisterRequest
  | DeploymentRequest;

/** Members of every request. */
export interface Common {
  readonly place: Place;
  readonly dryRun: boolean;
  readonly timeouts: Timeouts;
  readonly run: Run;
  /** The account that inputs or files name. */
  readonly account?: NamedAccount;
  /** The sources of values that do not come from their input: a file, a variable, a flag. */
  readonly named?: Readonly<Partial<Record<string, string>>>;
}

/** Members of a request that describes a definition or settings, whose changes are shown. */
export interface Described {
  /** Values from the environment that no change may show. */
  readonly hidden: readonly string[];
  /** The sources of the values of the definition and the settings. */
  readonly origins?: { readonly definition: Origins; readonly settings: Origins };
}

/** An account named by an ARN in inputs or files. */
export interface NamedAccount {
  /** The 12-digit account id. */
  readonly id: string;
  /** The input, or the position in a file. */
  readonly where: string;
  /** The ARN. */
  readonly text: string;
  /** Whether a role of that account is assumed, so that the caller is in it. */
  readonly assumed: boolean;
}

/** The request of a rollout; a rollback is a rollout of an earlier revision. */
export interface RolloutRequest extends Common, Described {
  readonly command: 'rollout' | 'rollback';
  readonly strategy: Strategy;
  readonly revision: RevisionAsked;
  /** Settings to change with the revision; absent if the service keeps its settings. */
  readonly settings?: SettingsAsked;
  readonly canaryInstance?: string;
  readonly idle: Duration;
  readonly bake: Duration;
  /** Whether to wait for the end of the deployment. */
  readonly wait: boolean;
  readonly rollbackOnFailure: boolean;
  readonly forceNewDeployment: boolean;
  readonly alarms: readonly string[];
  readonly onConflict: OnConflict;
  /** Number of ACTIVE revisions to keep after a success; all if absent. */
  readonly maxRevisions?: number;
  /** What a person should know of how it was understood. */
  readonly remarks?: readonly string[];
  /** One-off tasks that must succeed before the service is updated, in order. */
  readonly beforePromote?: readonly BeforePromote[];
  /** The gates of rollout.yml. */
  readonly gates?: readonly NamedGate[];
  /** Names of gates that must pass once the service is stable, in order; a failure restores the service. */
  readonly afterPromote?: readonly string[];
  /** Only with the strategy `weighted`. */
  readonly weighted?: WeightedAsked;
  /** In a dry run: the settings of service.json, if update-service does not apply them. */
  readonly declared?: Pick<SettingsAsked, 'update' | 'creationOnly'>;
}

/** A one-off task with resolved container and name. */
export type ResolvedTask<T extends OneOff = OneOff> = Omit<T, 'container' | 'name'> & {
  readonly container: string;
  readonly name: string;
  /** All containers of the task. */
  readonly containers: readonly string[];
  readonly essential: readonly string[];
  readonly roles?: readonly ContainerRole[];
};

/** The request of `run`. */
export interface RunRequest extends Common {
  readonly command: 'run';
  readonly revision: RevisionAsked;
  readonly task: OneOff;
  /** Placement by inputs, and by service.json. */
  readonly launch: { readonly byInput: Launch; readonly byFile: Launch };
  /** Whether to wait for the end of the task. */
  readonly wait: boolean;
  /** What a person should know of how it was understood. */
  readonly remarks?: readonly string[];
}

/** What task definition is to be registered. */
export interface RegisterRequest extends Common, Described {
  readonly command: 'register';
  readonly revision:
    | Extract<KnownRevision, { kind: 'new' }>
    | {
        readonly kind: 'edited';
        /** What the service runs, the newest revision of its family, or what an input names: a family or a revision. */
        readonly base: 'service' | 'latest' | { readonly named: string };
        readonly edits: Edits;
      };
  /** What a person should know of how it was understood. */
  readonly remarks: readonly string[];
}

/** The request of `up`. */
export interface UpRequest extends Common, Described {
  readonly command: 'up';
  readonly revision: KnownRevision;
  readonly service: NewService;
  /** Whether the target groups may already have targets or belong to another service. */
  readonly shareTargetGroups?: boolean;
  /** Whether to keep the service if it does not become stable. */
  readonly keep: boolean;
  /** Whether to wait until the service is stable. */
  readonly wait: boolean;
  /** What a person should know of how it was understood. */
  readonly remarks: readonly string[];
}

/** The request of `undeploy`. */
export interface UndeployRequest extends Common {
  readonly command: 'undeploy';
  readonly onConflict: OnConflict;
  /** Whether to deregister the revisions of its family too. */
  readonly deregisterRevisions: boolean;
}

/** The request of `sweep`. */
export interface SweepRequest extends Common {
  readonly command: 'sweep';
  readonly onConflict: OnConflict;
}

/** The request of the commands for a service deployment, no matter what started it. */
export interface DeploymentRequest extends Common {
  readonly command: 'status' | 'follow' | 'continue' | 'abort';
}

/** What to do if a rival or another deployment is in progress. */
export type OnConflict = 'fail' | 'wait' | 'take-over';

/** A resolved revision: one to register, or an existing one. */
export type KnownRevision =
  | { readonly kind: 'new'; readonly definition: RegisterTaskDefinitionRequest }
  | { readonly kind: 'existing'; readonly name: string };

/** The requested revision, which may have to be resolved from the snapshot. */
export type RevisionAsked =
  | KnownRevision
  /** The revision that the service runs, or the newest of its family, with edits. */
  | { readonly kind: 'edited'; readonly base: 'service' | 'latest'; readonly edits: Edits }
  /** A revision of the service's family by its number; without a number, the previous one of the service. */
  | { readonly kind: 'past'; readonly number?: number };

/** A rollout with resolved revision and one-off tasks. */
export type ResolvedRollout = RolloutRequest & {
  readonly revision: KnownRevision;
  readonly tasksBefore?: readonly ResolvedTask<BeforePromote>[];
  /** The tasks of gates of rollout.yml; each is named like its gate. */
  readonly gateTasks?: readonly ResolvedTask<BeforePromote>[];
};

/** Requested settings of the service. */
export interface SettingsAsked {
  readonly update: ServiceSettings;
  /** Members of service.json that UpdateService cannot change. */
  readonly creationOnly: Readonly<Record<string, unknown>>;
  /** Members of `update` that come from inputs; these are set even if Application Auto Scaling manages the desired count. */
  readonly byInput?: readonly (keyof ServiceSettings)[];
}

/** The time limits of the phases. */
export interface Timeouts {
  readonly taskRunning: Duration;
  readonly taskHealthCheck: Duration;
  readonly targetHealthy: Duration;
  readonly taskStopped: Duration;
  readonly serviceStable: Duration;
}

/** The identity of this run; owner tags contain it. */
export interface Run {
  /** The same for all attempts of a job: `<run id>-<job>`. */
  readonly id: string;
  readonly attempt: number;
  /** The URL of the run; absent outside GitHub. */
  readonly url?: string;
  /** Random per process; makes RunTask idempotent. */
  readonly token: string;
}
