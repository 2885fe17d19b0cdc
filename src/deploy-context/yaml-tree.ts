import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Problem } from '../model/problem.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import type { ContextFile } from './file.ts';
import { positionOf } from './position.ts';

type Yaml = typeof import('yaml');
type Entry = Pair<Node, Node | null>;

/** Deeper than any file of ours; an anchor that contains itself ends here. */
const deepest = 6;

/** The YAML of a file as a plain value that knows where in the file everything stands. */
export class YamlTree {
  readonly #yaml: Yaml;
  readonly #file: ContextFile;
  readonly #document: Document;

  /** `text` is that of the file, or one of the same length. */
  constructor(yaml: Yaml, file: ContextFile, text: string) {
    this.#yaml = yaml;
    this.#file = file;
    this.#document = yaml.parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  }

  /** Why there is no value; a key that is there twice keeps its first value. */
  problems(): readonly Problem[] {
    const { errors, contents } = this.#document;
    const broken = errors.map(({ message, pos }) => ({ ...this.#at(pos[0]), what: `this is not YAML: ${message}` }));
    return errors.length === 0 && contents === null ? [{ ...this.#at(0), what: 'the file is empty' }] : broken;
  }

  /** The value, with keys that are there twice or have no value. */
  read(): { readonly value: unknown; readonly problems: readonly Problem[] } {
    const problems: Problem[] = [];
    return { value: this.#valueOf(this.#document.contents, [], problems), problems };
  }

  /** A value as it is written: `1.10` is no number here. */
  written(path: Path): string {
    const node = this.#resolve(this.#follow(path).value);
    if (!this.#yaml.isScalar(node)) return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  /** Where the value at a path stands, or its key. */
  place(path: Path, what: 'value' | 'key' = 'value'): Pick<Problem, 'where' | 'at'> {
    const { key, value } = this.#follow(path);
    const node = what === 'key' ? (key ?? value) : (value ?? key);
    return this.#at(node?.range?.[0] ?? 0, path);
  }

  #valueOf(node: Node | null, path: Path, problems: Problem[]): unknown {
    const resolved = this.#resolve(node);
    const below = path.length < deepest;
    if (this.#yaml.isMap(resolved)) return below ? this.#membersOf(resolved as YAMLMap<Node>, path, problems) : {};
    if (this.#yaml.isSeq(resolved)) {
      const { items } = resolved as YAMLSeq<Node>;
      return below ? items.map((item, index) => this.#valueOf(item, [...path, index], problems)) : [];
    }
    return this.#yaml.isScalar(resolved) ? resolved.value : null;
  }

  #membersOf(map: YAMLMap<Node>, path: Path, problems: Problem[]): object {
    const entries = map.items as Entry[];
    const members = entries.flatMap((entry, index): readonly [string, unknown][] => {
      const name = this.#nameOf(entry);
      const here = [...path, name];
      const say = (what: string) => problems.push({ ...this.#at(entry.key.range?.[0] ?? 0, here), what });
      const first = entries.findIndex((other) => this.#nameOf(other) === name);
      if (first !== index) {
        say(`is duplicated; the first is on line ${this.#at(entries[first]?.key.range?.[0] ?? 0).at?.line}`);
        return [];
      }
      if (entry.value !== null) return [[name, this.#valueOf(entry.value, here, problems)]];
      say('has no value');
      return [];
    });
    return Object.fromEntries(members);
  }

  #nameOf({ key }: Entry): string {
    return this.#yaml.isScalar(key) ? String(key.value) : '';
  }

  #follow(path: Path): { readonly key?: Node | undefined; readonly value: Node | null } {
    let found: { key?: Node | undefined; value: Node | null } = { value: this.#document.contents };
    for (const step of path) {
      const node = this.#resolve(found.value);
      if (this.#yaml.isSeq(node)) found = { value: (node as YAMLSeq<Node>).items[Number(step)] ?? null };
      else if (this.#yaml.isMap(node)) {
        const entry = (node.items as Entry[]).find((one) => this.#nameOf(one) === step);
        found = { key: entry?.key, value: entry?.value ?? null };
      }
    }
    return found;
  }

  #resolve(node: Node | null): Node | null | undefined {
    return this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
  }

  #at(offset: number, path: Path = []): Pick<Problem, 'where' | 'at'> {
    const { shown, path: file, text } = this.#file;
    const at = { file, ...positionOf(text, undefined, offset) };
    const place = `${shown}:${at.line}:${at.column}`;
    return { where: path.length === 0 ? place : `${place} ${showPath(path)}`, at };
  }
}
