import type { Task } from '@aws-sdk/client-ecs';
import type { RevisionRef } from '../../model/acts.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import {
  keyOfPlace,
  type Lesson,
  type RunState,
  type SeenContainer,
  type SeenTask,
  type ServiceLearned,
  type TaskLearned,
} from '../../model/run-state.ts';
import type { Subject } from '../../model/subject.ts';

/** What is known of a task; absent until it was started. */
export const taskIn = ({ learned }: RunState, of: Subject): TaskLearned | undefined => learned.tasks[of];

/** A copy of what is known of a service, to be completed and handed over with `ofService`. */
export const serviceIn = ({ learned }: RunState, place: Place): ServiceLearned =>
  structuredClone(learned.services[keyOfPlace(place)] ?? {});

/** What is known of a service from now on. */
export const ofService = (place: Place, service: ServiceLearned): Lesson => ({
  services: { [keyOfPlace(place)]: { ...forgotten, ...service } },
});

/** A copy says all of what is known: what it does not have any more is forgotten. */
const forgotten: { readonly [K in keyof ServiceLearned]-?: undefined } = {
  deployment: undefined,
  settling: undefined,
  restored: undefined,
  native: undefined,
  hadTraffic: undefined,
  emptied: undefined,
  deletedAt: undefined,
};

/** The ARN of a revision; a plan that uses what none of its steps has made is a bug of a planner. */
export function revisionIn({ learned }: RunState, ref: RevisionRef): string {
  if (typeof ref === 'string') return ref;
  const { arn } = learned.revisions[ref.registered] ?? missing('revision');
  return arn;
}

export function missing(what: string): never {
  throw new Error(`the plan uses a ${what} that no step has created`);
}

/** The part of a task that is remembered. */
export function seenOf(task: Task): SeenTask {
  const { taskArn, lastStatus, desiredStatus, stopCode, stoppedReason, containerInstanceArn, attachments } = task;
  const containers = task.containers?.map(seenContainer);
  const plain = { taskArn, lastStatus, desiredStatus, stopCode, stoppedReason, containerInstanceArn, attachments };
  return defined({ ...plain, containers });
}

function seenContainer(container: SeenContainer): SeenContainer {
  const { name, image, runtimeId, lastStatus, healthStatus, exitCode, reason } = container;
  const { networkInterfaces, networkBindings } = container;
  return defined({
    name,
    image,
    runtimeId,
    lastStatus,
    healthStatus,
    exitCode,
    reason,
    networkInterfaces,
    networkBindings,
  });
}
