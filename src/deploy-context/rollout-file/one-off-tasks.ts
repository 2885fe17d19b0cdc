import { isName } from '../../model/arn.ts';
import { type Duration, minute } from '../../model/duration.ts';
import { splitVariable } from '../../model/edits.ts';
import { defined } from '../../model/json.ts';
import { linesOf } from '../../model/lines.ts';
import type { BeforePromote } from '../../model/request.ts';
import type { Path } from '../../task-definition/path.ts';
import { isTitle, type Source, titleRule } from './source.ts';

const usualTimeout: Duration = 15 * minute;

/** The one-off tasks of `before-promote`. */
export function readTasksBefore(source: Source): readonly BeforePromote[] {
  const path = ['before-promote'];
  const tasks = source.items(path, (at) => ({ at, task: readNamedTask(source, at) }));
  if (tasks === undefined) return [];
  if (source.isEmpty(path)) source.say(path, 'is an empty list; remove it, or list one-off tasks');
  for (const [index, { task, at }] of tasks.entries()) {
    const first = tasks.find((other) => other.task.name === task.name);
    if (task.name === undefined || first === undefined || first === tasks[index]) continue;
    source.missing(at, 'name', `is the name of before-promote[${first.at[1]}] already`);
  }
  return tasks.map(({ task }) => task);
}

function readNamedTask(source: Source, path: Path): BeforePromote {
  const at = [...path, 'name'];
  const name = source.read(at, (value) => (isTitle(value) ? { value } : { wrong: titleRule }));
  return { ...defined({ name }), ...readTask(source, path, [...path, 'timeout']) };
}

/** A one-off task without a name. */
export function readTask(source: Source, path: Path, timeoutAt: Path): Omit<BeforePromote, 'name'> {
  const container = source.container([...path, 'container']);
  const command = readCommand(source, [...path, 'run-command']);
  const environment = readVariables(source, [...path, 'environment-variables']);
  const timeout = source.duration(timeoutAt, { zero: false }) ?? usualTimeout;
  const written = source.place(source.value([...path, 'container']) === undefined ? path : [...path, 'container']);
  return { ...defined({ container, command }), environment, timeout, written };
}

/** As the input `run-command`: a list, or one argument a line. */
function readCommand(source: Source, path: Path): readonly string[] | undefined {
  if (!source.has(path)) return undefined;
  const useDefault = 'leave it out to use what the task definition says';
  const value = source.value(path);
  if (Array.isArray(value)) {
    if (value.length === 0) return source.say(path, `is an empty list; ${useDefault}`);
    return value.flatMap((_, index) => source.text([...path, index]) ?? []);
  }
  const lines = linesOf(source.text(path) ?? '-');
  return lines.length === 0 ? source.say(path, `is empty; ${useDefault}`) : lines;
}

function readVariables(source: Source, path: Path): BeforePromote['environment'] {
  return source.keys(path).flatMap((key) => {
    const { container, name } = splitVariable(key);
    if (name === '' || /[\s\p{C}=]|\$\{/u.test(name) || (container !== undefined && !isName(container))) {
      source.say([...path, key], 'is not the name of a variable: write NAME or container.NAME');
      return [];
    }
    const given = source.text([...path, key]);
    return given === undefined ? [] : [{ ...defined({ container }), name, value: given }];
  });
}
