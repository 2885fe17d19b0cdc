import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { type Path, showPath } from '../task-definition/path.ts';
import { regions } from './region.ts';
import { type Fault, replacementsIn, type Substitution, sourceOffset } from './substitute.ts';
import { syntaxFaults } from './syntax.ts';

/** The JSON tree of a file, with the position of every node in the file. */
export interface Document {
  readonly root: Node;
  readonly substitution: Substitution;
}

/** Deeper than any AWS request, and far below the depth at which a recursive parser overflows the stack. */
const deepest = 100;

/** Parses JSON with comments and trailing commas; returns a document or the syntax errors. */
export function parseDocument(
  substitution: Substitution,
  holds: 'object' | 'array' = 'object',
): { document?: Document; faults: readonly Fault[] } {
  const { text } = substitution;
  if (isBlank(text)) return { faults: [{ offset: 0, what: 'the file is empty' }] };
  const deep = tooDeep(text);
  if (deep !== undefined) {
    const what = `brackets are nested more than ${deepest} levels deep here`;
    return { faults: [{ offset: sourceOffset(substitution, deep), what }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root === undefined) return { faults: syntaxFaults(substitution, errors) };
  if (root.type !== holds) {
    const found = { array: 'a list', object: 'an object' }[root.type as string] ?? `a ${root.type}`;
    const plain = `must contain ${holds === 'object' ? 'an object, in { }' : 'a list, in [ ]'}, but contains ${found}`;
    const what = holds === 'object' && listsContainers(root) ? onlyContainers : plain;
    return { faults: [{ offset: sourceOffset(substitution, root.offset), what }] };
  }
  return { document: { root, substitution }, faults: [] };
}

/** In Terraform, container definitions are a separate list. */
const onlyContainers =
  'contains only a list of container definitions (as in Terraform); wrap it: {"family": "…", "containerDefinitions": […]}';

function listsContainers(root: Node): boolean {
  const [first] = root.type === 'array' ? (root.children ?? []) : [];
  if (first?.type !== 'object') return false;
  return ['name', 'image'].every((member) => properties(first).some(({ key }) => key.value === member));
}

/** Returns the user's text of a node; a value from the environment appears as its `${NAME}`. */
export function asWritten({ substitution }: Document, node: Node): string {
  const end = node.offset + node.length;
  const [first, ...others] = replacementsIn(substitution, node.offset, end);
  if (first === undefined)
    return typeof node.value === 'string' ? node.value : substitution.text.slice(node.offset, end);
  const last = others.at(-1) ?? first;
  const from = Math.min(sourceOffset(substitution, node.offset), first.source.start);
  const to = end <= last.result.end ? last.source.end : sourceOffset(substitution, end);
  return substitution.source.slice(from, to).replace(/^"|"$/g, '');
}

/** Returns the text of a string or the digits of a number at a path; `undefined` if it contains a variable. */
export function literalText({ root, substitution }: Document, path: Path): string | undefined {
  const { node, found } = follow(root, path);
  const end = node.offset + node.length;
  if (!found || replacementsIn(substitution, node.offset, end).length > 0) return undefined;
  return typeof node.value === 'string' ? node.value : substitution.text.slice(node.offset, end);
}

/** Returns the JSON value of a node, as JSON.parse would. */
export function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type === 'object')
    return Object.fromEntries(properties(node).map(({ key, value }) => [key.value, toValue(value)]));
  return node.value;
}

/** Returns the keys and values of an object node. */
export function properties(node: Node): readonly { key: Node; value: Node }[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) => (key && value ? [{ key, value }] : []));
}

/** Follows a path as far as it exists: returns the node, and its key if it is a member of an object. */
export function follow(root: Node, path: Path): { node: Node; key?: Node; found: boolean } {
  let at: { node: Node; key?: Node } = { node: root };
  for (const step of path) {
    const next = stepInto(at.node, step);
    if (next === undefined) return { ...at, found: false };
    at = next;
  }
  return { ...at, found: true };
}

function stepInto(node: Node, step: string | number): { node: Node; key?: Node } | undefined {
  if (typeof step === 'number') {
    const item = node.type === 'array' ? node.children?.[step] : undefined;
    return item && { node: item };
  }
  // Of duplicate keys the last one counts, as in JSON.parse.
  const property = node.type === 'object' ? properties(node).findLast(({ key }) => key.value === step) : undefined;
  return property && { node: property.value, key: property.key };
}

/** Returns the path as the user wrote it; a key from the environment appears as its `${NAME}`. */
export function writtenPath(document: Document, path: Path): string {
  const steps = path.map((step, index) => {
    const { key, found } = follow(document.root, path.slice(0, index + 1));
    return found && key !== undefined && typeof step === 'string' ? asWritten(document, key) : step;
  });
  return showPath(steps);
}

/** Returns the strings inside values from the environment that are JSON themselves; they are as secret as the whole. */
export function substitutedStrings({ root, substitution }: Document): readonly string[] {
  const search = (node: Node): readonly string[] => {
    if (node.type === 'property') return (node.children ?? []).slice(1).flatMap(search);
    if (node.type !== 'string') return (node.children ?? []).flatMap(search);
    const whole = substitution.replacements.some(
      ({ result }) => result.start <= node.offset && node.offset + node.length <= result.end,
    );
    return whole ? [String(node.value)] : [];
  };
  return search(root);
}

/** Returns duplicate keys; JSON.parse would silently use the last one. */
export function repeatedKeys(node: Node, path: Path = []): readonly { path: Path; key: Node; first: Node }[] {
  if (node.type === 'array')
    return (node.children ?? []).flatMap((item, index) => repeatedKeys(item, [...path, index]));
  if (node.type !== 'object') return [];
  const seen = new Map<unknown, Node>();
  return properties(node).flatMap(({ key, value }) => {
    const here = [...path, String(key.value)];
    const first = seen.get(key.value);
    if (first === undefined) seen.set(key.value, key);
    const inner = repeatedKeys(value, here);
    return first === undefined ? inner : [{ path: here, key, first }, ...inner];
  });
}

function isBlank(text: string): boolean {
  return [...regions(text)].every(({ kind, text: piece }) => kind === 'comment' || piece.trim() === '');
}

function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { kind, start, text: piece } of regions(text)) {
    if (kind !== 'plain') continue;
    for (const { 0: bracket, index } of piece.matchAll(/[[\]{}]/g)) {
      depth += bracket === '{' || bracket === '[' ? 1 : -1;
      if (depth > deepest) return start + index;
    }
  }
  return undefined;
}
