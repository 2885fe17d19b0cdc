import type { ContainerOverride, Tag } from '@aws-sdk/client-ecs';
import type { TaskInput } from '../model/acts.ts';
import type { Duration } from '../model/duration.ts';
import type { Check, Gate } from '../model/gates.ts';
import { defined } from '../model/json.ts';
import { groupOf, type OwnerTag, startedByOf, tagsOf } from '../model/owner-tags.ts';
import type { Place } from '../model/place.ts';
import type { Step, Titled } from '../model/plan.ts';
import type { OneOff, ResolvedTask, Run, Timeouts } from '../model/request.ts';
import { theRevision } from '../model/subject.ts';
import { fitTags } from './rollout/task-tags.ts';
import { check } from './steps.ts';

/** A one-off task and what its steps need. */
export interface OneOffOrder {
  readonly place: Place;
  readonly run: Run;
  /** The service, or the family if there is no service. */
  readonly subject: string;
  readonly task: ResolvedTask;
  /** Where and how it runs. */
  readonly launch: TaskInput;
  /** Tags that ECS adds from its task definition. */
  readonly propagated?: readonly Tag[];
  readonly revision: string | undefined;
  readonly timeouts: Timeouts;
  /** Its time limit. */
  readonly within: Duration;
  /** Unique among the tasks of the plan; makes RunTask idempotent. */
  readonly token: string;
  /** The latest time at which its run ends. */
  readonly expires: number;
  /** The plan has no other purpose. */
  readonly judges: 'new-version' | 'what-is-there';
  /** Whether it is followed to its end. */
  readonly wait: boolean;
  /** What else must hold while it runs. */
  readonly beside: readonly Gate[];
}

/** Starts a one-off task and follows it to its end. */
export function oneOffSteps(order: OneOffOrder): readonly Step[] {
  const { task, timeouts, within, judges, wait, beside } = order;
  const { name } = task;
  if (!wait) return [start(order)];
  const begun = check(
    `wait until ${name} is running`,
    [{ kind: 'task-begun', of: name }, ...beside],
    timeouts.taskRunning,
  );
  const finished: Check & Titled = {
    ...check(`follow ${name} until it ends`, [{ kind: 'task-finished', of: name }, ...beside], within),
    task: name,
  };
  return [start(order), { ...begun, task: name, judges }, finished];
}

function start(order: OneOffOrder): Step {
  const { place, run, subject, task, launch, propagated = [], revision, timeouts, token, expires, wait } = order;
  const mark: OwnerTag = {
    service: subject,
    // Jobs of a matrix share a run id and may run tasks at the same time.
    run: `${run.id}-${token}`,
    attempt: run.attempt,
    expires: wait ? expires : 0,
  };
  return {
    kind: 'run-task',
    title: `start the one-off task ${task.name}`,
    place,
    as: task.name,
    container: task.container,
    essential: task.essential,
    ...defined({ containers: task.roles }),
    run: mark.run,
    task: {
      ...launch,
      cluster: place.cluster,
      startedBy: startedByOf(subject, 'one-off'),
      group: groupOf(mark, 'one-off'),
      tags: fitTags(tagsOf(mark, run, 'one-off'), { given: launch.tags ?? [], propagated }).tags,
      clientToken: token,
      ...overridesOf(task),
    },
    stopWithin: timeouts.taskStopped,
    revision: revision ?? { registered: theRevision },
  };
}

/** What differs from the task definition without a new revision. */
function overridesOf({ container, containers, command, environment }: ResolvedTask): Pick<TaskInput, 'overrides'> {
  const containerOverrides = containers.flatMap((name): ContainerOverride[] => {
    const variables = variablesFor(name, environment);
    const started = name === container && command !== undefined ? { command: [...command] } : {};
    const override = { ...started, ...(variables.length === 0 ? {} : { environment: variables }) };
    return Object.keys(override).length === 0 ? [] : [{ name, ...override }];
  });
  return containerOverrides.length === 0 ? {} : { overrides: { containerOverrides } };
}

/** A variable for one container wins over one for all. */
function variablesFor(container: string, environment: OneOff['environment']) {
  const forAll = environment.filter((variable) => variable.container === undefined);
  const forOne = environment.filter((variable) => variable.container === container);
  return [...new Map([...forAll, ...forOne].map(({ name, value }) => [name, value]))].map(([name, value]) => ({
    name,
    value,
  }));
}

/** Notes about a one-off task before it starts, without the values of variables. */
export function formatOneOff({ name, container, command, environment }: ResolvedTask): readonly string[] {
  const called = name === container ? `container ${container}` : `${name} (container ${container})`;
  const started =
    command === undefined
      ? `${called} starts with the command of its task definition.`
      : `${called} is started with ${JSON.stringify(command)}.`;
  const names = environment.map((one) => (one.container === undefined ? one.name : `${one.container}.${one.name}`));
  return [started, ...(names.length === 0 ? [] : [`${name} gets these variables: ${names.join(', ')}.`])];
}
