import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isName, nameRule } from '../model/arn.ts';
import { type Duration, minute, parseDuration } from '../model/duration.ts';
import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { BeforePromote } from '../model/request.ts';
import { suggest } from '../model/suggest.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import type { ContextFile } from './file.ts';
import { positionOf } from './position.ts';
import { substituteText } from './substitute.ts';

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

type Yaml = typeof import('yaml');

const usualTimeout: Duration = 15 * minute;
const longest: Duration = 24 * 60 * minute;

/** Reads rollout.yml; loads the YAML parser only now, because few have the file. */
export async function readRolloutFile(file: ContextFile, environment: Environment): Promise<ReadRolloutFile> {
  const yaml = await import('yaml');
  return new Reader(yaml, file, environment).read();
}

/**
 * In YAML `\u0024` is a `$` in double quotes only, and a literal `${` is written with it, as in the other files. It
 * becomes another character of the same length for the parser, so that it is not taken for a placeholder afterwards.
 */
const guard = { written: /\\u0024(?=\{)/g, as: '\\ue024', is: '\ue024' };

class Reader {
  readonly #yaml: Yaml;
  readonly #file: ContextFile;
  readonly #environment: Environment;
  readonly #problems: Problem[] = [];
  readonly #values: string[] = [];
  readonly #document: Document;

  constructor(yaml: Yaml, file: ContextFile, environment: Environment) {
    this.#yaml = yaml;
    this.#file = file;
    this.#environment = environment;
    const text = file.text.replaceAll(guard.written, guard.as);
    this.#document = yaml.parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  }

  read(): ReadRolloutFile {
    const { errors, contents: root } = this.#document;
    for (const { message, pos } of errors) this.#sayAt(pos[0], `this is not YAML: ${message}`);
    if (errors.length === 0 && root === null) this.#sayAt(0, 'the file is empty');
    const value = errors.length > 0 || root === null ? undefined : this.#rollout(root);
    const values = [...new Set(this.#values)].filter((one) => one !== '');
    if (value === undefined || this.#problems.length > 0) return { values, problems: this.#problems };
    return { value, values, problems: [] };
  }

  #rollout(root: Node): RolloutFile | undefined {
    const members = this.#map(root, [], ['before-promote']);
    if (members === undefined) return undefined;
    const list = members.get('before-promote');
    const items = list === undefined ? [] : this.#list(list, ['before-promote'], 'one-off tasks');
    const tasks = items.flatMap((item, index) => this.#task(item, ['before-promote', index]) ?? []);
    this.#refuseSameNames(tasks, items);
    return { beforePromote: tasks };
  }

  #task(node: Node, path: Path): BeforePromote | undefined {
    const keys = ['name', 'container', 'run-command', 'environment-variables', 'timeout'] as const;
    const members = this.#map(node, path, keys);
    if (members === undefined) return undefined;
    const read = <T>(key: (typeof keys)[number], how: (node: Node, path: Path) => T | undefined): T | undefined => {
      const member = members.get(key);
      return member === undefined ? undefined : how(member, [...path, key]);
    };
    const name = read('name', (one, at) => this.#name(one, at));
    const container = read('container', (one, at) => this.#container(one, at));
    const command = read('run-command', (one, at) => this.#command(one, at));
    const timeout = read('timeout', (one, at) => this.#timeout(one, at));
    return {
      ...defined({ name, container, command }),
      environment: read('environment-variables', (one, at) => this.#variables(one, at)) ?? [],
      timeout: timeout ?? usualTimeout,
      written: this.#place(members.get('container') ?? node, members.has('container') ? [...path, 'container'] : path),
    };
  }

  /** It stands in titles, so it is short and on one line. */
  #name(node: Node, path: Path): string | undefined {
    const text = this.#text(node, path);
    if (text === undefined) return undefined;
    if (/^[^\s\p{C}]([^\p{C}\n]{0,48}[^\s\p{C}])?$/u.test(text)) return text;
    return this.#say(node, path, 'should be a name of 1 to 50 characters on one line');
  }

  #container(node: Node, path: Path): string | undefined {
    const text = this.#text(node, path);
    if (text === undefined || isName(text)) return text;
    return this.#say(node, path, nameRule);
  }

  /** As the input `run-command`: a list, or one argument a line. */
  #command(node: Node, path: Path): readonly string[] | undefined {
    const resolved = this.#resolve(node);
    if (this.#yaml.isSeq(resolved)) {
      const words = (resolved as YAMLSeq<Node>).items.map((item, index) => this.#text(item, [...path, index]));
      if (words.length === 0)
        return this.#say(node, path, 'is an empty list; leave it out to use what the task definition says');
      return words.every((word) => word !== undefined) ? words : undefined;
    }
    if (!this.#yaml.isScalar(resolved))
      return this.#say(node, path, 'should be a list of strings, or a string with one argument a line, but is a map');
    const lines = this.#text(node, path)
      ?.split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return lines?.length === 0
      ? this.#say(node, path, 'is empty; leave it out to use what the task definition says')
      : lines;
  }

  #variables(node: Node, path: Path): BeforePromote['environment'] | undefined {
    const members = this.#map(node, path);
    if (members === undefined) return undefined;
    return [...members].flatMap(([key, item]) => {
      const dot = key.indexOf('.');
      const [container, name] = [key.slice(0, Math.max(0, dot)), key.slice(dot + 1)];
      if (name === '' || /[\s\p{C}=]|\$\{/u.test(name) || (dot !== -1 && !isName(container))) {
        this.#say(item, [...path, key], 'is not the name of a variable: write NAME or container.NAME');
        return [];
      }
      const value = this.#text(item, [...path, key], 'any');
      if (value === undefined) return [];
      return [dot === -1 ? { name, value } : { container, name, value }];
    });
  }

  #timeout(node: Node, path: Path): Duration | undefined {
    const text = this.#text(node, path, 'any');
    if (text === undefined) return undefined;
    const duration = parseDuration(text);
    if (duration === undefined) return this.#say(node, path, 'is not a duration; write 15 (seconds), 90s, 5m or 1h');
    if (duration > 0 && duration <= longest) return duration;
    return this.#say(node, path, 'must be more than 0 and at most 24h');
  }

  #refuseSameNames(tasks: readonly BeforePromote[], items: readonly Node[]): void {
    for (const [index, { name }] of tasks.entries()) {
      const first = tasks.findIndex((task) => task.name === name);
      const node = items[index];
      if (name === undefined || first === index || node === undefined) continue;
      this.#say(node, ['before-promote', index, 'name'], `is the name of before-promote[${first}] already`);
    }
  }

  /** The members of a map by key; those that are not among `known`, or are there twice, are told. */
  #map(node: Node, path: Path, known?: readonly string[]): ReadonlyMap<string, Node> | undefined {
    const resolved = this.#resolve(node);
    if (!this.#yaml.isMap(resolved))
      return this.#say(node, path, `should be a map of keys and values, but is ${this.#kindOf(resolved)}`);
    const members = new Map<string, Node>();
    const lines = new Map<string, number>();
    for (const { key, value } of (resolved as YAMLMap<Node, Node | null>).items as Pair<Node, Node | null>[]) {
      const name = this.#yaml.isScalar(key) ? String(key.value) : '';
      const here = [...path, name];
      const first = lines.get(name);
      if (first === undefined) lines.set(name, this.#place(key, here).at?.line ?? 0);
      if (known !== undefined && !known.includes(name)) {
        const near = suggest(name, known);
        this.#say(
          key,
          here,
          near === undefined ? `is not known (known are ${known.join(', ')})` : `is not known; did you mean ${near}?`,
        );
      } else if (first !== undefined) {
        this.#say(key, here, `is there twice; the first is on line ${first}`);
      } else if (value === null) {
        this.#say(key, here, 'has no value');
      } else {
        members.set(name, value);
      }
    }
    return members;
  }

  #list(node: Node, path: Path, of: string): readonly Node[] {
    const resolved = this.#resolve(node);
    if (!this.#yaml.isSeq(resolved)) {
      this.#say(node, path, `should be a list of ${of}, but is ${this.#kindOf(resolved)}`);
      return [];
    }
    const items = (resolved as YAMLSeq<Node>).items;
    if (items.length === 0) this.#say(node, path, `is an empty list; leave it out, or list ${of}`);
    return items;
  }

  /** Text with what it takes from the environment; `any` scalar where YAML makes numbers and the like of plain words. */
  #text(node: Node, path: Path, kind: 'string' | 'any' = 'string'): string | undefined {
    const resolved = this.#resolve(node);
    if (!this.#yaml.isScalar(resolved))
      return this.#say(node, path, `should be a string, but is ${this.#kindOf(resolved)}`);
    const { value, source } = resolved as Scalar;
    if (value === null) return this.#say(node, path, 'has no value; write "" for an empty one');
    if (typeof value !== 'string' && kind === 'string')
      return this.#say(node, path, `should be a string (in quotes), but is ${this.#kindOf(resolved)}`);
    const { text, values, faults } = substituteText(
      typeof value === 'string' ? value : (source ?? String(value)),
      this.#environment,
    );
    for (const fault of faults) this.#say(node, path, fault);
    this.#values.push(...values);
    return faults.length > 0 ? undefined : text.replaceAll(guard.is, '$').replaceAll(guard.as, '\\u0024');
  }

  #resolve(node: Node): Node | undefined {
    return this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
  }

  #kindOf(node: Node | undefined): string {
    if (this.#yaml.isMap(node)) return 'a map';
    if (this.#yaml.isSeq(node)) return 'a list';
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    if (value === null || value === undefined) return 'empty';
    return { string: 'a string', number: 'a number', boolean: 'a boolean' }[typeof value as string] ?? 'something else';
  }

  #say(node: Node, path: Path, what: string): undefined {
    this.#problems.push({ ...this.#place(node, path), what });
    return undefined;
  }

  #place(node: Node, path: Path): Pick<Problem, 'where' | 'at'> {
    const { shown, path: file, text } = this.#file;
    const at = { file, ...positionOf(text, undefined, node.range?.[0] ?? 0) };
    const place = `${shown}:${at.line}:${at.column}`;
    return { where: path.length === 0 ? place : `${place} ${showPath(path)}`, at };
  }

  #sayAt(offset: number, what: string): void {
    const { shown, path, text } = this.#file;
    const { line, column } = positionOf(text, undefined, offset);
    this.#problems.push({ where: `${shown}:${line}:${column}`, what, at: { file: path, line, column } });
  }
}
