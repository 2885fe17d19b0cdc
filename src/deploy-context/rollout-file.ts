import { isName, nameRule } from '../model/arn.ts';
import { type Duration, minute, readDuration } from '../model/duration.ts';
import { splitVariable } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import { linesOf } from '../model/lines.ts';
import type { Problem } from '../model/problem.ts';
import type { BeforePromote } from '../model/request.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import type { ContextFile } from './file.ts';
import type { Shape, Structure } from './schema.ts';
import { substituteText } from './substitute.ts';
import { inspect, yamlWords } from './validate.ts';
import { YamlTree } from './yaml-tree.ts';

/** What rollout.yml says. */
export interface RolloutFile {
  readonly beforePromote: readonly BeforePromote[];
}

/** What became of the file: without a value there are problems. */
export interface ReadRolloutFile {
  readonly value?: RolloutFile;
  /** What was put in from the environment; nothing of it may be printed. */
  readonly values: readonly string[];
  readonly problems: readonly Problem[];
}

const usualTimeout: Duration = 15 * minute;

const structure = (name: string, members: Readonly<Record<string, Shape>>): Structure => ({
  is: 'structure',
  name,
  members: new Map(Object.entries(members).map(([key, shape]) => [key, () => shape])),
  required: [],
  union: false,
  listed: true,
});
const text: Shape = { is: 'string' };

const oneOffTask = structure('OneOffTask', {
  name: text,
  container: text,
  'run-command': { is: 'arguments' },
  'environment-variables': { is: 'map', of: { is: 'text' } },
  timeout: { is: 'text' },
});
const rolloutFile = structure('RolloutFile', {
  'before-promote': { is: 'list', of: oneOffTask, called: 'one-off tasks' },
});

/** A task as YAML has it, which has the shape above; its texts are read where they stand. */
type Task = Readonly<Record<string, unknown>>;

/** Reads rollout.yml; loads the YAML parser only now, because few have the file. */
export async function readRolloutFile(file: ContextFile, environment: Environment): Promise<ReadRolloutFile> {
  const tree = new YamlTree(await import('yaml'), file, file.text.replaceAll(guard.written, guard.as));
  const broken = tree.problems();
  return broken.length > 0 ? { values: [], problems: broken } : new Reader(tree, environment).read();
}

/**
 * In YAML `\u0024` is a `$` in double quotes only, and a literal `${` is written with it, as in the other files. It
 * becomes another character of the same length for the parser, so that it is not taken for a placeholder afterwards.
 */
const guard = { written: /\\u0024(?=\{)/g, as: '\\ue024', is: '\ue024' };

/** Makes of a file that has the right shape what it means. */
class Reader {
  readonly #tree: YamlTree;
  readonly #environment: Environment;
  readonly #problems: Problem[] = [];
  readonly #values: string[] = [];
  /** Paths of values that do not have their type, which has been told. */
  readonly #untyped = new Set<string>();

  constructor(tree: YamlTree, environment: Environment) {
    this.#tree = tree;
    this.#environment = environment;
  }

  read(): ReadRolloutFile {
    const { value: root, problems: odd } = this.#tree.read();
    const findings = inspect(root, rolloutFile, undefined, { words: yamlWords });
    for (const { path, what, ofKey, untyped } of findings) {
      this.#problems.push({ ...this.#tree.place(path, ofKey ? 'key' : 'value'), what });
      if (untyped) this.#untyped.add(showPath(path));
    }
    this.#problems.push(...odd);
    const list = (root as { readonly 'before-promote'?: unknown } | null)?.['before-promote'];
    const tasks = Array.isArray(list) ? (list as readonly unknown[]) : undefined;
    if (tasks?.length === 0) this.#say(['before-promote'], 'is an empty list; remove it, or list one-off tasks');
    const read = (tasks ?? []).map((task, index) => {
      const path = ['before-promote', index];
      return this.#isTyped(path) ? this.#task(task as Task, path) : undefined;
    });
    this.#refuseSameNames(read);
    const beforePromote = read.filter((task) => task !== undefined);
    const values = [...new Set(this.#values)].filter((one) => one !== '');
    return this.#problems.length > 0
      ? { values, problems: this.#problems }
      : { value: { beforePromote }, values, problems: [] };
  }

  #task(task: Task, path: Path): BeforePromote {
    const read = <T>(key: string, how: (at: Path) => T | undefined): T | undefined =>
      task[key] === undefined || !this.#isTyped([...path, key]) ? undefined : how([...path, key]);
    const name = read('name', (at) => this.#name(at));
    const container = read('container', (at) => this.#container(at));
    const command = read('run-command', (at) => this.#command(task['run-command'], at));
    const variables = read('environment-variables', (at) =>
      this.#variables(task['environment-variables'] as object, at),
    );
    const timeout = read('timeout', (at) => this.#timeout(at));
    return {
      ...defined({ name, container, command }),
      environment: variables ?? [],
      timeout: timeout ?? usualTimeout,
      written: this.#tree.place(task.container === undefined ? path : [...path, 'container']),
    };
  }

  /** It stands in titles, so it is short and on one line. */
  #name(path: Path): string | undefined {
    const name = this.#text(path);
    if (name === undefined || /^[^\s\p{C}]([^\p{C}\n]{0,48}[^\s\p{C}])?$/u.test(name)) return name;
    return this.#say(path, 'must be a name of 1 to 50 characters on one line');
  }

  #container(path: Path): string | undefined {
    const name = this.#text(path);
    return name === undefined || isName(name) ? name : this.#say(path, nameRule);
  }

  /** As the input `run-command`: a list, or one argument a line. */
  #command(value: unknown, path: Path): readonly string[] | undefined {
    const useDefault = 'leave it out to use what the task definition says';
    if (Array.isArray(value)) {
      if (value.length === 0) return this.#say(path, `is an empty list; ${useDefault}`);
      return value.flatMap((_, index) => this.#text([...path, index]) ?? []);
    }
    const lines = linesOf(this.#text(path) ?? '-');
    return lines.length === 0 ? this.#say(path, `is empty; ${useDefault}`) : lines;
  }

  #variables(value: object, path: Path): BeforePromote['environment'] {
    return Object.keys(value).flatMap((key) => {
      const { container, name } = splitVariable(key);
      if (name === '' || /[\s\p{C}=]|\$\{/u.test(name) || (container !== undefined && !isName(container))) {
        this.#say([...path, key], 'is not the name of a variable: write NAME or container.NAME');
        return [];
      }
      const given = this.#text([...path, key]);
      return given === undefined ? [] : [{ ...defined({ container }), name, value: given }];
    });
  }

  #timeout(path: Path): Duration | undefined {
    const written = this.#text(path);
    if (written === undefined) return undefined;
    const { value, wrong } = readDuration(written, { zero: false });
    return wrong === undefined ? value : this.#say(path, wrong);
  }

  #refuseSameNames(tasks: readonly (BeforePromote | undefined)[]): void {
    for (const [index, task] of tasks.entries()) {
      const first = tasks.findIndex((other) => other?.name === task?.name);
      if (task?.name === undefined || first === index) continue;
      const place = this.#tree.place(['before-promote', index]);
      this.#problems.push({
        ...place,
        where: `${place.where}.name`,
        what: `is the name of before-promote[${first}] already`,
      });
    }
  }

  #isTyped(path: Path): boolean {
    return !this.#untyped.has(showPath(path));
  }

  /** A text with what it takes from the environment. */
  #text(path: Path): string | undefined {
    if (!this.#isTyped(path)) return undefined;
    const { text: filled, values, faults } = substituteText(this.#tree.written(path), this.#environment);
    for (const fault of faults) this.#say(path, fault);
    this.#values.push(...values);
    return faults.length > 0 ? undefined : filled.replaceAll(guard.is, '$').replaceAll(guard.as, '\\u0024');
  }

  #say(path: Path, what: string): undefined {
    this.#problems.push({ ...this.#tree.place(path), what });
    return undefined;
  }
}
