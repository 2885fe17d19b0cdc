import type { Check, Creation, StartedTasks } from './gates.ts';
import type { Place } from './place.ts';
import type { Restore } from './settings.ts';
import type { Target } from './targets.ts';

/**
 * How to put one thing back. Idempotent, needs no answer of the deed, carries every name itself;
 * it asks and does not wait.
 */
export type Undo = {
  /** `always`: it was there for the time of the rollout only. `on-failure`: void as soon as the rollout is committed. */
  readonly when: 'always' | 'on-failure';
  readonly title: string;
  readonly region: string;
  /** Looked at before the undo that was recorded earlier is carried out, where there is time to look. */
  readonly verify?: Check;
  /** What a person can run when the program could not. */
  readonly byHand: string;
} & (
  | ({ readonly kind: 'stop-tasks' } & StartedTasks)
  | { readonly kind: 'deregister-targets'; readonly targets: readonly Target[] }
  | {
      readonly kind: 'restore-service';
      readonly place: Place;
      readonly ours: string;
      readonly restore: Restore;
    }
  | {
      readonly kind: 'delete-service';
      readonly place: Place;
      readonly whose: Creation & { readonly revision: string };
      /** Why it is to stay. */
      readonly unless?: string;
    }
  | {
      readonly kind: 'deregister-revision';
      readonly place: Place;
      readonly family: string;
      /** When ECS was asked to register it. */
      readonly since: number;
      /** Its containers and their images, by which it is found as long as nobody knows its ARN. */
      readonly containers: string;
      readonly revision?: string;
    }
  | { readonly kind: 'restore-count'; readonly place: Place; readonly count: number }
  /** A service that has been deleted is gone: this only finds out whether it has been. */
  | { readonly kind: 'recall-service'; readonly place: Place }
);
