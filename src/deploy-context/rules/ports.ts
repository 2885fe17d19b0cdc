import type { PortMapping } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import { type Conflicts, eachContainer, inTask, outside, type Pair, quoteInTask, type Rule } from './pair.ts';

const highest = 65_535;

/** Returns the first and the last port of a mapping; `undefined` if they cannot be read. */
export function spanOf({ containerPort, containerPortRange }: PortMapping): readonly [number, number] | undefined {
  if (containerPort !== undefined) return [containerPort, containerPort];
  const [, first, last] = /^(\d+)-(\d+)$/.exec(containerPortRange ?? '') ?? [];
  return first === undefined || last === undefined ? undefined : [Number(first), Number(last)];
}

function numbersOf(pair: Pair, mapping: PortMapping, path: Path): Conflicts {
  const { containerPort, containerPortRange, hostPort, name } = mapping;
  const span = spanOf(mapping);
  const ranged = containerPortRange !== undefined;
  return [
    containerPort === undefined && !ranged && inTask(path, 'has no containerPort; set the port of the container'),
    outside(pair, 'taskDefinition', [...path, 'containerPort'], containerPort, [1, highest]),
    outside(pair, 'taskDefinition', [...path, 'hostPort'], hostPort, [0, highest]),
    ranged &&
      containerPort === undefined &&
      !(span && 1 <= span[0] && span[0] < span[1] && span[1] <= highest) &&
      quoteInTask(
        pair,
        [...path, 'containerPortRange'],
        `is not a port range; use first-last, both from 1 to ${highest}, such as 8000-8010`,
      ),
    ranged &&
      hostPort !== undefined &&
      inTask(
        [...path, 'hostPort'],
        'is not allowed with containerPortRange, which also sets the host ports; remove it',
      ),
    name !== undefined &&
      !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name) &&
      quoteInTask(
        pair,
        [...path, 'name'],
        'is not a port name; use up to 64 lowercase letters, digits, _ and -, not starting with -',
      ),
  ];
}

function modeOf(pair: Pair, { containerPort, hostPort, containerPortRange }: PortMapping, path: Path): Conflicts {
  const mode = pair.taskDefinition?.networkMode;
  if (mode === 'host' && containerPortRange !== undefined) {
    const what = 'is supported in network modes bridge and awsvpc only, but this task has host';
    return inTask([...path, 'containerPortRange'], what);
  }
  if (mode !== 'awsvpc' && mode !== 'host') return undefined;
  if (containerPort === undefined || !hostPort || hostPort === containerPort) return undefined;
  const what = `must be equal to containerPort ${containerPort} in network mode ${mode}; remove hostPort`;
  return quoteInTask(pair, [...path, 'hostPort'], what);
}

const portsCanBe: Rule = (pair) =>
  eachContainer(pair, ({ portMappings = [] }, container) => {
    const path = [...container, 'portMappings'];
    if (pair.taskDefinition?.networkMode === 'none' && portMappings.length > 0) {
      return inTask(path, 'is not allowed in network mode none, in which containers have no network; remove it');
    }
    return portMappings.map((mapping, index) => [
      numbersOf(pair, mapping, [...path, index]),
      modeOf(pair, mapping, [...path, index]),
    ]);
  });

/** "A port can only be included in one port mapping per container. You cannot specify overlapping port ranges." */
const portsAreMappedOnce: Rule = (pair) =>
  eachContainer(pair, ({ portMappings = [] }, container) =>
    portMappings.map((mapping, index) => {
      const first = portMappings.slice(0, index).findIndex((other) => overlap(mapping, other));
      const key = mapping.containerPort === undefined ? 'containerPortRange' : 'containerPort';
      const path = [...container, 'portMappings', index, key];
      return first !== -1 && quoteInTask(pair, path, `is already in portMappings[${first}]`);
    }),
  );

/** In bridge mode one container port may be mapped to several host ports. */
function overlap(one: PortMapping, other: PortMapping): boolean {
  const [a, b] = [spanOf(one), spanOf(other)];
  if (a === undefined || b === undefined || (one.protocol ?? 'tcp') !== (other.protocol ?? 'tcp')) return false;
  const single = one.containerPortRange === undefined && other.containerPortRange === undefined;
  if (single && (one.hostPort ?? 0) !== (other.hostPort ?? 0)) return false;
  return a[0] <= b[1] && b[0] <= a[1];
}

export const portRules: readonly Rule[] = [portsCanBe, portsAreMappedOnce];
