import { isName, nameRule } from '../../model/arn.ts';
import { type Duration, readDuration } from '../../model/duration.ts';
import type { Environment } from '../../model/environment.ts';
import { isObject } from '../../model/json.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Problem } from '../../model/problem.ts';
import { suggest } from '../../model/suggest.ts';
import { type Path, showPath } from '../../task-definition/path.ts';
import type { Structure } from '../schema.ts';
import { substituteText } from '../substitute.ts';
import { inspect, yamlWords } from '../validate.ts';
import type { YamlTree } from '../yaml-tree.ts';

/**
 * In YAML `\u0024` is a `$` in double quotes only, and a literal `${` is written with it, as in the other files. It
 * becomes another character of the same length for the parser, so that it is not taken for a placeholder afterwards.
 */
export const guard = { written: /\\u0024(?=\{)/g, as: '\\ue024', is: '\ue024' };

/** These become known during the rollout. */
const late = { written: /\$\{(?=(revision|canary-target-group|canary-load-balancer)\})/g, as: '\ue025', is: '${' };

/** A file whose texts are read where they are, with values of the environment; collects problems and these values. */
export class Source {
  readonly #tree: YamlTree;
  readonly #environment: Environment;
  readonly #root: unknown;
  readonly #problems: Problem[] = [];
  readonly #values: string[] = [];
  /** Paths of values that do not have their type, which has been reported. */
  readonly #untyped = new Set<string>();

  constructor(tree: YamlTree, shape: Structure, environment: Environment) {
    this.#tree = tree;
    this.#environment = environment;
    const { value, problems } = tree.read();
    this.#root = value;
    for (const { path, what, ofKey, untyped } of inspect(value, shape, undefined, { words: yamlWords })) {
      if (what === 'is missing' && path.length > 0) this.missing(path.slice(0, -1), String(path.at(-1)));
      else this.say(path, what, ofKey ? 'key' : 'value');
      if (untyped) this.#untyped.add(showPath(path));
    }
    this.#problems.push(...problems);
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Values from the environment, which must not be printed. */
  get values(): readonly string[] {
    return [...new Set(this.#values)].filter((one) => one !== '');
  }

  get environment(): Environment {
    return this.#environment;
  }

  /** Whether there is a value, and of its type. */
  has(path: Path): boolean {
    return this.value(path) !== undefined && !this.#untyped.has(showPath(path));
  }

  /** The value as YAML has it. */
  value(path: Path): unknown {
    return path.reduce<unknown>((value, step) => {
      if (Array.isArray(value)) return value[Number(step)];
      return isObject(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined;
    }, this.#root);
  }

  /** The keys of a map. */
  keys(path: Path): readonly string[] {
    const value = this.value(path);
    return this.has(path) && isObject(value) ? Object.keys(value) : [];
  }

  /** Each item of a list that has its type, with its path; `undefined` without a list. */
  items<T>(path: Path, read: (path: Path) => T): readonly T[] | undefined {
    const value = this.value(path);
    if (!this.has(path) || !Array.isArray(value)) return undefined;
    const paths = value.map((_, index) => [...path, index]);
    return paths.filter((one) => this.has(one)).map(read);
  }

  /** Whether a list is there and empty. */
  isEmpty(path: Path): boolean {
    const value = this.value(path);
    return Array.isArray(value) && value.length === 0;
  }

  /** A text with what it takes from the environment; with `keepsLate`, what is known later stays. */
  text(path: Path, { keepsLate = false } = {}): string | undefined {
    if (!this.has(path)) return undefined;
    const written = this.#tree.written(path);
    const source = keepsLate ? written.replaceAll(late.written, late.as) : written;
    const { text: filled, values, faults } = substituteText(source, this.#environment);
    for (const fault of faults) this.say(path, fault);
    this.hide(...values);
    if (faults.length > 0) return undefined;
    const whole = keepsLate ? filled.replaceAll(late.as, late.is) : filled;
    return whole.replaceAll(guard.is, '$').replaceAll(guard.as, '\\u0024');
  }

  /** Whether nothing in a text is from the environment, so that a message can have a part of it. */
  isLiteral(path: Path): boolean {
    return !this.#tree.written(path).includes('${');
  }

  /** What a text means. */
  read<T>(path: Path, parse: (text: string) => Parsed<T>): T | undefined {
    const text = this.text(path);
    if (text === undefined) return undefined;
    const { value, wrong } = parse(text);
    return wrong === undefined ? value : this.say(path, wrong);
  }

  duration(path: Path, range: { readonly zero: boolean }): Duration | undefined {
    return this.read(path, (text) => readDuration(text, range));
  }

  /** One of some words; messages have no value, which can be a secret. */
  choice<const T extends string>(path: Path, words: readonly T[]): T | undefined {
    return this.read(path, (text) => {
      const value = words.find((word) => word === text);
      if (value !== undefined) return { value };
      const near = suggest(text, words);
      return { wrong: `is not one of ${words.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}` };
    });
  }

  number(path: Path, { from = -Infinity, to = Infinity, whole = false } = {}): number | undefined {
    return this.read(path, (text) => {
      const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value) || (whole && !Number.isInteger(value)))
        return { wrong: whole ? 'is not a whole number' : 'is not a number' };
      return value >= from && value <= to ? { value } : { wrong: `must be from ${from} to ${to}` };
    });
  }

  /** A name of a container. */
  container(path: Path): string | undefined {
    return this.read(path, (value) => (isName(value) ? { value } : { wrong: nameRule }));
  }

  /** Hides values in everything that is printed. */
  hide(...values: readonly string[]): void {
    this.#values.push(...values);
  }

  place(path: Path, of: 'value' | 'key' = 'value'): Pick<Problem, 'where' | 'at'> {
    return this.#tree.place(path, of);
  }

  /** Adds a problem. */
  say(path: Path, what: string, of: 'value' | 'key' = 'value'): undefined {
    this.#problems.push({ ...this.place(path, of), what });
    return undefined;
  }

  /** Adds a problem of a key that is not there, at the map that needs it. */
  missing(path: Path, key: string, what = 'is missing'): undefined {
    const place = this.place(path, path.length > 0 && typeof path.at(-1) === 'string' ? 'key' : 'value');
    this.#problems.push({ ...place, where: `${place.where}.${key}`, what });
    return undefined;
  }
}

/** The rule for names that are in titles and messages: short, and on one line. */
export const isTitle = (name: string): boolean => /^[^\s\p{C}]([^\p{C}\n]{0,48}[^\s\p{C}])?$/u.test(name);
export const titleRule = 'must be a name of 1 to 50 characters on one line';
