import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import { type Conflicts, containersOf, type FileKind, type Pair } from './pair.ts';

/** Returns a conflict if no container has the name. */
export function unknownContainer(pair: Pair, file: FileKind, path: Path, name: string | undefined): Conflicts {
  const containers = containersOf(pair.taskDefinition);
  const names = containers.map((container) => container.name ?? '');
  if (pair.taskDefinition === undefined || name === undefined || names.includes(name)) return undefined;
  const near = names.indexOf(
    suggest(
      name,
      names.filter((one) => one !== ''),
    ) ?? name,
  );
  const shown = names.map((one, index) =>
    one === ''
      ? `containerDefinitions[${index}] has an empty name`
      : pair.written('taskDefinition', ['containerDefinitions', index, 'name']),
  );
  const help = near === -1 ? `its containers: ${shown.join(', ')}` : `did you mean ${shown[near]}?`;
  return { file, path, what: `${pair.written(file, path)} is not a container of the task definition; ${help}` };
}
