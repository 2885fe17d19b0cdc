import { createHash } from 'node:crypto';
import type { Check, Creation, StartedTasks } from './gates.ts';
import type { KnownDeployment } from './native.ts';
import type { Place } from './place.ts';
import type { Restore } from './settings.ts';
import type { Target } from './targets.ts';
import type { CanaryGroup, ScalingFound, Traffic, Weight } from './traffic.ts';

/**
 * How to reverse one act. Idempotent, needs no answer of the act, carries every name itself; it requests and does not wait.
 */
export type Undo = {
  /** A name that `needs` of other undos can give; without one `idOf` makes it. */
  readonly id?: UndoId;
  /** The thing that it is about. Undos of one thing are carried out phase by phase, each only after the earlier were confirmed. */
  readonly concerns?: string;
  /** Undos of other things that must be confirmed before this one is carried out. */
  readonly needs?: readonly UndoId[];
  /** `always`: it was there for the time of the rollout only. `on-failure`: void as soon as the rollout is committed. */
  readonly when: 'always' | 'on-failure';
  readonly title: string;
  /** The service that the act was about, and where it is; without a service its name is empty. */
  readonly place: Place;
  /** The IAM role whose rights it needs, where the run assumed one. */
  readonly role?: string;
  /** What the act may have changed: the service, where its requests go, or only things next to it, such as a task or a revision. */
  readonly changed: 'service' | 'traffic' | 'other';
  /** Requests are moved away first, then what got them is stopped, then what it ran is removed. */
  readonly phase: Phase;
  /** Looked at before the undo that was recorded earlier is carried out, where there is time to look. */
  readonly verify?: Check;
  /** What a person can run when the program could not. */
  readonly byHand: string;
} & (
  | ({ readonly kind: 'stop-tasks' } & StartedTasks)
  | { readonly kind: 'deregister-targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'restore-service'; readonly ours: string; readonly restore: Restore }
  | {
      /** Rolls the service deployment of this run back, or, when it is too late for that, deploys the old revision. */
      readonly kind: 'stop-service-deployment';
      readonly ours: string;
      /** The newest service deployment before it. */
      readonly newest?: KnownDeployment;
      /** Its ARN; absent until it is known. */
      readonly deployment?: string;
      readonly restore: Restore;
    }
  | {
      readonly kind: 'delete-service';
      readonly whose: Creation & { readonly revision: string };
      /** Why it is to stay. */
      readonly unless?: string;
    }
  | {
      readonly kind: 'deregister-revision';
      readonly family: string;
      /** When ECS was asked to register it. */
      readonly since: number;
      /** Its containers and images, to find it while its ARN is unknown. */
      readonly containers: string;
      readonly revision?: string;
    }
  | { readonly kind: 'restore-count'; readonly count: number }
  /** A service that has been deleted is gone: this only finds out whether it has been. */
  | { readonly kind: 'recall-service' }
  /**
   * Weight 0 for the canary on every route. A weight that another process wrote is left as it is. `weights`: those that the
   * run may have written; `any` of a run that is gone. `guards`: schedules that must not overwrite what another process wrote.
   */
  | {
      readonly kind: 'return-traffic';
      readonly traffic: Traffic;
      readonly weights: readonly Weight[] | 'any';
      /** Number of healthy targets that the service had before the first request moved. */
      readonly healthyBefore?: number;
      readonly guards?: readonly string[];
    }
  /** The routes as they were found. */
  | { readonly kind: 'restore-routes'; readonly traffic: Traffic }
  /** Groups that were created are deleted; a given one loses its owner tags. */
  | { readonly kind: 'delete-target-groups'; readonly groups: readonly CanaryGroup[] }
  | { readonly kind: 'resume-scale-in'; readonly found: ScalingFound }
  | { readonly kind: 'delete-guard'; readonly names: readonly string[] }
);

/** What an undo is known by. */
export type UndoId = string;

/** The phases in which undos are unwound. */
export const phases = ['traffic', 'settle', 'drain', 'routes', 'compute', 'records'] as const;
export type Phase = (typeof phases)[number];

const ids = new WeakMap<Undo, UndoId>();

/** The id of an undo: the one that it has, or one that is made of what it says, so that it is the same in every process. */
export function idOf(undo: Undo): UndoId {
  const id = undo.id ?? ids.get(undo) ?? createHash('sha256').update(JSON.stringify(undo)).digest('base64url');
  ids.set(undo, id);
  return id;
}

export const isSame = (one: Undo, other: Undo): boolean => idOf(one) === idOf(other);

/** Whether `later` must not be carried out before `earlier` is confirmed. */
export function waitsFor(later: Undo, earlier: Undo): boolean {
  if (later.needs?.includes(idOf(earlier))) return true;
  const same = later.concerns !== undefined && later.concerns === earlier.concerns;
  return same && phases.indexOf(earlier.phase) < phases.indexOf(later.phase);
}

/** The order in which undos are unwound: by phase, and within a phase the newest first. */
export function inUnwindingOrder(journal: readonly Undo[]): readonly Undo[] {
  return phases.flatMap((phase) => journal.filter((undo) => undo.phase === phase).toReversed());
}
