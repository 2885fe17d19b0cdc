import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { rolesOf } from '../model/container-roles.ts';
import { defined } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { BeforePromote, OneOff, ResolvedTask } from '../model/request.ts';
import { suggest } from '../model/suggest.ts';
import { editVariables } from './edit-variables.ts';

/** The locations of problems of a one-off task: an input, or a path in a file. */
export interface TaskPlaces {
  readonly container: Pick<Problem, 'where' | 'at'>;
  readonly environment: Pick<Problem, 'where' | 'at'>;
}

/** Finds the container of a one-off task, or returns why there is none or more than one. */
export function resolveTask<T extends OneOff & { readonly name?: string }>(
  task: T,
  definitions: readonly ContainerDefinition[],
  places: TaskPlaces,
): { readonly task?: ResolvedTask<T>; readonly problems: readonly Problem[] } {
  const containers = definitions.flatMap(({ name }) => name ?? []);
  const essential = definitions.flatMap(({ name, essential }) => (essential === false ? [] : (name ?? [])));
  const { container, wrong } = chooseContainer(task.container, containers, essential);
  const unfit = editVariables(definitions, task.environment).problems;
  const problems = [
    ...(wrong === undefined ? [] : [{ ...places.container, what: wrong }]),
    ...unfit.map(({ what }) => ({ ...places.environment, what })),
  ];
  if (container === undefined || problems.length > 0) return { problems };
  return {
    task: { ...task, container, name: task.name ?? container, containers, essential, roles: rolesOf(definitions) },
    problems,
  };
}

/** The same for the tasks of `rollout.yml`, each of which gets a unique name. */
export function resolveTasks(
  tasks: readonly BeforePromote[],
  definitions: readonly ContainerDefinition[],
): { readonly tasks: readonly ResolvedTask<BeforePromote>[]; readonly problems: readonly Problem[] } {
  const settled = tasks.map((task) => {
    const { where, at } = task.written;
    // If the key is missing, the problem is located at the entry.
    const key = task.container === undefined ? `${where}.container` : where;
    const container = { where: key, ...defined({ at }) };
    return resolveTask(task, definitions, { container, environment: task.written });
  });
  const names = new Set(tasks.flatMap(({ name }) => name ?? []));
  const unique = (name: string): string => {
    let free = name;
    for (let n = 2; names.has(free); n++) free = `${name} ${n}`;
    names.add(free);
    return free;
  };
  return {
    tasks: settled.flatMap(({ task }, index) =>
      task === undefined ? [] : [{ ...task, name: tasks[index]?.name ?? unique(task.container) }],
    ),
    problems: settled.flatMap(({ problems }) => problems),
  };
}

function chooseContainer(
  asked: string | undefined,
  containers: readonly string[],
  essential: readonly string[],
): { readonly container?: string; readonly wrong?: string } {
  if (asked === undefined) {
    const [only, ...others] = essential;
    if (only !== undefined && others.length === 0) return { container: only };
    return { wrong: `is missing; set it, because the task has several essential containers (${essential.join(', ')})` };
  }
  if (containers.includes(asked)) return { container: asked };
  const near = suggest(asked, containers);
  const help = near === undefined ? `its containers: ${containers.join(', ')}` : `did you mean ${near}?`;
  return { wrong: `${asked} is not a container of the task definition; ${help}` };
}
