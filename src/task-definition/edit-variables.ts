import type { ContainerDefinition, KeyValuePair } from '@aws-sdk/client-ecs';
import type { Edits } from '../model/edits.ts';
import type { Problem } from '../model/problem.ts';
import { suggest } from '../model/suggest.ts';

type Containers = readonly ContainerDefinition[];
type Variables = Edits['environment'];

const where = 'environment-variables';

/** Sets variables: replaces those with the same name, and appends others. Messages never contain values. */
export function editVariables(
  containers: Containers,
  variables: Variables,
): { readonly containers: Containers; readonly problems: readonly Problem[] } {
  return {
    containers: containers.map((container) => withVariables(container, variables)),
    problems: [...strayVariables(containers, variables), ...secretVariables(containers, variables)],
  };
}

function withVariables(container: ContainerDefinition, variables: Variables): ContainerDefinition {
  const wanted = wantedIn(container, variables);
  if (wanted.size === 0) return container;
  const there = container.environment ?? [];
  const names = new Set(there.map(({ name }) => name));
  const kept = there.map((pair): KeyValuePair => {
    const value = pair.name === undefined ? undefined : wanted.get(pair.name);
    return value === undefined ? pair : { ...pair, value };
  });
  const added = [...wanted].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value }));
  return { ...container, environment: [...kept, ...added] };
}

/** By name; a variable for one container takes precedence over one for all. */
function wantedIn({ name: container }: ContainerDefinition, variables: Variables): ReadonlyMap<string, string> {
  const forAll = variables.filter((variable) => variable.container === undefined);
  const forOne = variables.filter((variable) => variable.container !== undefined && variable.container === container);
  return new Map([...forAll, ...forOne].map(({ name, value }) => [name, value]));
}

function strayVariables(containers: Containers, variables: Variables): readonly Problem[] {
  const names = containers.flatMap(({ name }) => name ?? []);
  return variables.flatMap(({ container, name }) => {
    if (container === undefined || names.includes(container)) return [];
    const near = suggest(container, names);
    const hint = near === undefined ? '' : `; did you mean \`${near}.${name}\`?`;
    const whole = `${near ?? names[0] ?? 'container'}.${container}.${name}`;
    const dotted = `if the dot is part of the variable name, prefix it with the container: \`${whole}=…\``;
    const there = `(containers: ${names.join(', ')})`;
    const what = `\`${container}.${name}\` is for container \`${container}\`, which does not exist${hint || ';'} ${dotted} ${there}`;
    return [{ where, what }];
  });
}

/**
 * RegisterTaskDefinition says "The secret name must be unique and not shared with any new or existing environment
 * variables set on the container".
 */
function secretVariables(containers: Containers, variables: Variables): readonly Problem[] {
  return containers.flatMap((container) => {
    const secrets = new Set(container.secrets?.map(({ name }) => name));
    const both = [...wantedIn(container, variables).keys()].filter((name) => secrets.has(name));
    return both.map((name) => {
      const next = `remove it here or from \`secrets\`, or set it with \`container.${name}=…\` for other containers only`;
      return {
        where,
        what: `\`${name}\` is a secret of container ${container.name}, and a container cannot have both; ${next}`,
      };
    });
  });
}
