import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { ContainerRole } from './acts.ts';
import type { Origins } from './change.ts';
import type { Duration } from './duration.ts';
import type { Edits } from './edits.ts';
import type { Launch } from './launch.ts';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';
import type { NewService, ServiceSettings } from './settings.ts';
import type { Strategy } from './strategy.ts';

/** What was asked for: inputs and deploy context, validated and typed. */
export type Request = RolloutRequest | UpRequest | UndeployRequest | SweepRequest | RunRequest | RegisterRequest;

/** What every command is asked. */
export interface Common {
  readonly place: Place;
  readonly dryRun: boolean;
  readonly timeouts: Timeouts;
  readonly run: Run;
  /** The account that inputs or files name, where they do. */
  readonly account?: NamedAccount;
  /** Where the value of an input comes from when not from the input itself: a file, a variable, a flag. */
  readonly named?: Readonly<Partial<Record<string, string>>>;
}

/** An account that an ARN of the inputs or of the files names. */
export interface NamedAccount {
  /** Its twelve digits. */
  readonly id: string;
  /** The input or the place in a file. */
  readonly where: string;
  /** The ARN. */
  readonly text: string;
  /** A role of that account is assumed, so that the caller is in it. */
  readonly assumed: boolean;
}

/** What a rollout was asked to do; a rollback is one, to a revision that has been there before. */
export interface RolloutRequest extends Common {
  readonly command: 'rollout' | 'rollback';
  readonly strategy: Strategy;
  readonly revision: RevisionAsked;
  /** What the service is to be given beside the revision; absent when it keeps its settings. */
  readonly settings?: SettingsAsked;
  readonly canaryInstance?: string;
  readonly idle: Duration;
  readonly bake: Duration;
  /** Whether the deployment is followed to its end. */
  readonly wait: boolean;
  readonly rollbackOnFailure: boolean;
  readonly forceNewDeployment: boolean;
  readonly alarms: readonly string[];
  readonly onConflict: OnConflict;
  /** How many ACTIVE revisions stay after a success; all of them when absent. */
  readonly maxRevisions?: number;
  /** What a person should know of how it was understood. */
  readonly remarks?: readonly string[];
  /** Values from the environment that no change may show. */
  readonly hidden: readonly string[];
  /** One-off tasks that must have done their work before the service is updated, in order. */
  readonly beforePromote?: readonly BeforePromote[];
  /** Where the values of the definition and of the settings come from. */
  readonly origins?: { readonly definition: Origins; readonly settings: Origins };
  /** In a dry run: what service.json says, where nobody asks to apply it. */
  readonly declared?: Pick<SettingsAsked, 'update' | 'creationOnly'>;
}

/** What a one-off task does, as it was asked. */
export interface OneOff {
  /** Absent: the only essential one. */
  readonly container?: string;
  /** Absent: what the task definition says. */
  readonly command?: readonly string[];
  readonly environment: Edits['environment'];
}

/** A one-off task of `rollout.yml`. */
export interface BeforePromote extends OneOff {
  /** Absent: it is called as its container. */
  readonly name?: string;
  readonly timeout: Duration;
  /** Where it stands, for what can only be found wrong later. */
  readonly written: Pick<Problem, 'where' | 'at'>;
}

/** A one-off task of which container and name are known. */
export type ResolvedTask<T extends OneOff = OneOff> = Omit<T, 'container' | 'name'> & {
  readonly container: string;
  readonly name: string;
  /** All containers of the task, and those with which it ends. */
  readonly containers: readonly string[];
  readonly essential: readonly string[];
  readonly roles?: readonly ContainerRole[];
};

/** What `run` was asked to do. */
export interface RunRequest extends Common {
  readonly command: 'run';
  readonly revision: RevisionAsked;
  readonly task: OneOff;
  /** What inputs say of where it runs, and what service.json says. */
  readonly launch: { readonly byInput: Launch; readonly byFile: Launch };
  /** Whether it is followed to its end. */
  readonly wait: boolean;
  /** What a person should know of how it was understood. */
  readonly remarks?: readonly string[];
}

/** What task definition is to be registered. */
export interface RegisterRequest extends Common {
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
  /** Values from the environment that no change may show. */
  readonly hidden: readonly string[];
  readonly origins?: NonNullable<RolloutRequest['origins']>;
}

/** What service is to be created. */
export interface UpRequest extends Common {
  readonly command: 'up';
  readonly revision: KnownRevision;
  readonly service: NewService;
  /** Whether its target groups may have targets, or another service, already. */
  readonly shareTargetGroups?: boolean;
  /** Whether it stays when it does not become stable. */
  readonly keep: boolean;
  /** Whether it is followed until it is stable. */
  readonly wait: boolean;
  /** What a person may want to know of how the inputs were understood. */
  readonly remarks: readonly string[];
  /** Values from the environment that no change may show. */
  readonly hidden: readonly string[];
  readonly origins?: NonNullable<RolloutRequest['origins']>;
}

/** What service is to be taken away. */
export interface UndeployRequest extends Common {
  readonly command: 'undeploy';
  readonly onConflict: OnConflict;
  /** Whether the revisions of its family go as well. */
  readonly deregisterRevisions: boolean;
}

/** What a sweep was asked to do. */
export interface SweepRequest extends Common {
  readonly command: 'sweep';
  readonly onConflict: OnConflict;
}

/** What to do when somebody else is busy with the service. */
export type OnConflict = 'fail' | 'wait' | 'take-over';

/** A revision that everything is known of: one to be registered, or one that is there. */
export type KnownRevision =
  | { readonly kind: 'new'; readonly definition: RegisterTaskDefinitionRequest }
  | { readonly kind: 'existing'; readonly name: string };

/** Which revision is meant; what it is can depend on what is there. */
export type RevisionAsked =
  | KnownRevision
  /** What the service runs, or the newest of its family, with edits. */
  | { readonly kind: 'edited'; readonly base: 'service' | 'latest'; readonly edits: Edits }
  /** A revision of the family that the service runs; without a number the one that it ran before. */
  | { readonly kind: 'past'; readonly number?: number };

/** A rollout of which the revision is known, and with it the containers of its one-off tasks. */
export type ResolvedRollout = RolloutRequest & {
  readonly revision: KnownRevision;
  readonly tasksBefore?: readonly ResolvedTask<BeforePromote>[];
};

/** Settings of the service that somebody asked for. */
export interface SettingsAsked {
  readonly update: ServiceSettings;
  /** What service.json says and UpdateService cannot change. */
  readonly creationOnly: Readonly<Record<string, unknown>>;
  /** Of `update`, what an input has asked for: it is set also where Application Auto Scaling has a say. */
  readonly byInput?: readonly (keyof ServiceSettings)[];
}

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
