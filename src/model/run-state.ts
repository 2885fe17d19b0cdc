import type { Container, Task } from '@aws-sdk/client-ecs';
import type { Act, ContainerRole, Orphan } from './acts.ts';
import type { Duration } from './duration.ts';
import type { FailureKind } from './failure.ts';
import type { KnownDeployment } from './native.ts';
import type { Cause, Leftover } from './outcome.ts';
import type { Place } from './place.ts';
import type { Plan, Titled } from './plan.ts';
import type { Subject } from './subject.ts';
import type { Attachment, Behind, Target } from './targets.ts';
import type { TrafficLearned } from './traffic.ts';
import type { Undo, UndoId } from './undos.ts';
import type { Verdict } from './verdict.ts';

/**
 * Everything that a run knows: plain JSON. A run can be stopped after any step, saved, and continued in another process.
 * Nothing is remembered anywhere else; caches and log followers can be rebuilt from it.
 */
export interface RunState {
  readonly plan: Plan;
  /** The service that it is about. */
  readonly place: Place;
  /** The role that the run has assumed, for its undos. */
  readonly role?: string;
  /** When it last went on, in milliseconds since 1970. */
  readonly at: number;
  /** The step that is next, or under way. */
  readonly next: number;
  /** Whether the next step has begun. */
  readonly begun: boolean;
  /** The check or bake that is under way. */
  readonly watching?: Watching;
  /** When the time of the last check began that had its own. */
  readonly phaseBegan: number;
  readonly learned: Learned;
  /** What is not yet undone, oldest first. */
  readonly journal: readonly Undo[];
  /** Whether the service may have been changed. */
  readonly touched: boolean;
  /** Whether the point of no return is behind. */
  readonly committed: boolean;
  /** The act that was begun, and whose end is not known yet. */
  readonly inDoubt?: InDoubt;
  /** Steps whose acts an earlier attempt of the job has begun: they are looked for before they are carried out. */
  readonly earlier: readonly BegunEarlier[];
  /** What is being unwound: `always` next to the steps and at the end, `on-failure` once a step has failed. */
  readonly unwinding: Readonly<Record<Undo['when'], Unwinding>>;
  /** Undos in the journal that were tried and not confirmed: what needs them is not carried out. */
  readonly unconfirmed: readonly UndoId[];
  /** When the heartbeat of the world was last asked for. */
  readonly beaten?: number;
  /** Why it failed. */
  readonly failing?: Failing;
  /** What was to be done after the point of no return, and was not. */
  readonly undone: readonly Leftover[];
}

/** What is saved of one service. */
export interface SavedRun {
  readonly journal: readonly Undo[];
  /** The service may have been changed, by this run or by an earlier one of the process. */
  readonly touched: boolean;
  /** Absent when an earlier process has left no more than the journal. */
  readonly state?: RunState;
}

/** An act between its first call and the record of its result. */
export interface InDoubt {
  readonly step: number;
  /** When it was begun. */
  readonly at: number;
  /** Its undos, which are in the journal. */
  readonly undos: readonly Undo[];
  /** Whether the service may have been changed before it. */
  readonly touchedBefore: boolean;
  /** What is known of it when an earlier attempt of the job has begun it. */
  readonly earlier?: BegunEarlier;
}

/** An act that an earlier attempt of the job has begun, as its marks in AWS show it. */
export interface BegunEarlier {
  readonly step: number;
  /** When it was begun. */
  readonly at: number;
  /** The task that it has started, and the targets of that. */
  readonly task?: Orphan & { readonly task: string };
  /** The deployment that it has started. */
  readonly deployment?: string;
}

/** What a gate wants to know of its own last answers. */
export type Memory = Readonly<Record<string, unknown>>;

/** How far a check or a bake has come; times in milliseconds since 1970. */
export interface Watching {
  readonly began: number;
  readonly end: number;
  /** When something was last reported. */
  readonly told: number;
  /** By gate, in the order of the step. */
  readonly answers: readonly Asked[];
}

/** An act in the middle of a check or a bake, which begins anew after it. */
export type Repair = Act & Titled;

export interface Asked {
  readonly verdict: Verdict;
  readonly at: number;
  /** When it is asked again. */
  readonly due: number;
  readonly memory: Memory;
  /** What the gate has asked to be done before its step goes on. */
  readonly repair?: Repair;
}

/** An unwinding that is under way. */
export interface Unwinding {
  /** In this order; the first is being undone. */
  readonly todo: readonly Undo[];
  /** What verifies the first, once it was requested. */
  readonly verifying?: Watching;
  readonly left: readonly Left[];
  /** What newer deployments of others say of the service: theirs must not be undone, so this is no leftover. */
  readonly superseded: readonly string[];
  /** How many more times the undos of the journal are to be unwound. */
  readonly requested: number;
}

export const isIdle = ({ todo, requested }: Unwinding): boolean => todo.length === 0 && requested === 0;

export const notUnwinding: Unwinding = { todo: [], left: [], superseded: [], requested: 0 };

/** What could not be undone, by the undo that should have done it. */
export interface Left {
  readonly undo: Undo;
  readonly leftover: Leftover;
}

export interface Failing {
  readonly step: number;
  readonly kind: FailureKind | 'other';
  readonly cause: Cause;
  readonly investigated: boolean;
}

/** What has been learned on the way, by subject. Services are named by `keyOfPlace`, requests to stop by ARN or target. */
export interface Learned {
  readonly revisions: Readonly<Record<Subject, RevisionLearned>>;
  readonly tasks: Readonly<Record<Subject, TaskLearned>>;
  readonly services: Readonly<Record<string, ServiceLearned>>;
  /** By `keyOfPlace`. */
  readonly traffic: Readonly<Record<string, TrafficLearned>>;
  /** When ECS was asked to stop a task, or ELB to deregister a target. */
  readonly stopped: Readonly<Record<string, { readonly at: number }>>;
}

/** New members of what is known of some subjects; a member that is `undefined` is forgotten. */
export type Lesson = {
  readonly [S in keyof Learned]?: Readonly<Record<string, Patch<Learned[S][string]>>>;
};
type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface RevisionLearned {
  readonly arn: string;
}

/** A container as far as it matters to a run. */
export type SeenContainer = Pick<
  Container,
  | 'name'
  | 'image'
  | 'runtimeId'
  | 'lastStatus'
  | 'healthStatus'
  | 'exitCode'
  | 'reason'
  | 'networkInterfaces'
  | 'networkBindings'
>;

/** A task as far as it matters to a run: without overrides and tags, in which there can be values of the user. */
export type SeenTask = Pick<
  Task,
  'taskArn' | 'lastStatus' | 'desiredStatus' | 'stopCode' | 'stoppedReason' | 'containerInstanceArn' | 'attachments'
> & { readonly containers?: readonly SeenContainer[] | undefined };

/** A task that this plan has started, or goes on with. */
export interface TaskLearned {
  readonly arn: string;
  readonly cluster: string;
  readonly startedAt: number;
  /** What it runs, as ARN. */
  readonly revision: string;
  /** It runs on an instance that is there already, so it starts and ends sooner. */
  readonly quick: boolean;
  /** What its containers mean for its health. */
  readonly containers: readonly ContainerRole[];
  /** What tasks of the service have, and this one cannot: `Service Connect`. */
  readonly lacks?: readonly string[];
  /** As it was last described; absent until ECS has known it once. */
  readonly task?: SeenTask;
  /** When ECS says that it was created, in milliseconds since 1970. */
  readonly createdAt?: number;
  /** What was reported of its containers that are not essential. */
  readonly told?: readonly string[];
  /** From RunTask to RUNNING: the best forecast of how long the service's own tasks will take. */
  readonly running?: Duration;
  /** Where the load balancers reach it. */
  readonly targets?: readonly TargetLearned[];
  readonly oneOff?: OneOffLearned;
}

export interface OneOffLearned {
  /** The container whose exit code counts. */
  readonly container: string;
  readonly essential: readonly string[];
  /** Another container, or a person, had it stopped before its container had ended. */
  readonly interrupted?: string;
  /** Containers that ran on when its own had ended. */
  readonly outlived: readonly string[];
  /** The last word on it. */
  readonly verdict?: Verdict;
}

export interface TargetLearned extends Target {
  readonly attachment: Attachment;
  registeredAt?: number;
  unhealthySince?: number;
  /** It has been healthy, so it may carry requests until it is drained. */
  carried?: boolean;
  /** What was last said of it, and when. */
  seen?: { readonly verdict: Verdict; readonly at: number };
}

export interface ServiceLearned {
  deployment?: DeploymentLearned;
  /** What the newest deployment has shown so far. */
  settling?: Settling;
  /** The deployment that restores the service, and when it was asked for. */
  restored?: { readonly id: string; readonly at: number };
  /** The service deployment of this run, if ECS moves the traffic. */
  native?: NativeLearned;
  /** Whether the new version has had production traffic; absent where a deployment mixes the versions from its start. */
  hadTraffic?: boolean;
  /** When its tasks were asked to go. */
  emptied?: { readonly id: string; readonly startedAt: number; readonly seenEvents: readonly string[] };
  /** When ECS was asked to delete it. */
  deletedAt?: number;
}

export interface NativeLearned {
  /** Its ARN; absent until ECS has shown it. */
  readonly arn?: string;
  /** The newest service deployment before it. */
  readonly newest?: KnownDeployment;
  /** Whether ECS has traffic to move. */
  readonly routed: boolean;
  /** The service deployment that restores the old revision, and when it was asked for. */
  readonly restoring?: { readonly arn?: string; readonly after: KnownDeployment; readonly at: number };
}

export interface DeploymentLearned {
  readonly place: Place;
  /** Empty until ECS has shown it: an answer can still be from before UpdateService. */
  id: string;
  /** The revision that it brings, as ARN. */
  readonly revision: string;
  /** The primary deployment before it, and the revision that it runs. */
  readonly before: string;
  readonly previous: string;
  readonly startedAt: number;
  /** The canary that was tried before it. */
  readonly canary?: Subject;
  /** The load balancers that it is behind; absent when its targets are not watched. */
  readonly behind?: Behind;
  /** Targets that were there before it, as `target group target:port`; a healthy one beyond these is its own. */
  readonly known: readonly string[];
  /** Target groups in which a healthy target of its own has been seen, and when that was so in all of them. */
  carrying: readonly string[];
  carriesAt?: number;
  seenEvents: readonly string[];
  /** What was last told of its tasks. */
  seenTasks?: string;
}

/** How far a deployment has come to being stable; times in milliseconds since 1970. */
export interface Settling {
  readonly id: string;
  /** The first look at it. */
  readonly since: number;
  /** The last look at which it was not completed. */
  unfinishedAt?: number;
  /** When ECS completed it. */
  doneAt?: number;
  /** Since when a task that died is one too many. */
  deadSince?: number;
  /** The first look at which all its tasks ran; absent while they do not. */
  fullAt?: number;
  /** When the youngest of its tasks was started, where that was looked up. */
  youngest?: number;
}

/** Whether the new version may have had production traffic. */
export const hadTraffic = ({ learned, place }: Pick<RunState, 'learned' | 'place'>): boolean =>
  learned.services[keyOfPlace(place)]?.hadTraffic !== false;

/** What a service is called in `learned.services`. */
export const keyOfPlace = ({ region, cluster, service }: Place): string => `${region}/${cluster}/${service}`;

/**
 * A run of a plan that has not begun here; `journal` is what earlier runs of this process have left, and `earlier` what an
 * earlier attempt of the job has begun.
 */
export function newRun(
  plan: Plan,
  place: Place,
  more: Partial<Pick<RunState, 'journal' | 'role' | 'earlier'>> = {},
): RunState {
  return {
    plan,
    place,
    at: 0,
    next: 0,
    begun: false,
    phaseBegan: 0,
    learned: { revisions: {}, tasks: {}, services: {}, traffic: {}, stopped: {} },
    journal: [],
    touched: false,
    committed: false,
    earlier: [],
    unwinding: { always: notUnwinding, 'on-failure': notUnwinding },
    unconfirmed: [],
    undone: [],
    ...more,
  };
}

/** A run that has nothing to do but to unwind what is left. */
export const leftBehind = (journal: readonly Undo[], place: Place): RunState =>
  newRun({ title: '', notes: [], changes: [], steps: [] }, place, { journal });

/** What is known after a lesson. */
export function learn(learned: Learned, lesson: Lesson): Learned {
  const sections = Object.entries(lesson).map(([section, news = {}]) => {
    const before: Readonly<Record<string, object>> = learned[section as keyof Learned];
    const after = Object.entries(news).map(([subject, patch]) => {
      const members = Object.entries({ ...before[subject], ...patch }).filter(([, value]) => value !== undefined);
      return [subject, Object.fromEntries(members)];
    });
    return [section, { ...before, ...Object.fromEntries(after) }];
  });
  return { ...learned, ...Object.fromEntries(sections) };
}
