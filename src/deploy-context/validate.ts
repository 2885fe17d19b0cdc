import { isObject } from '../model/json.ts';
import { normalizeName, suggest } from '../model/suggest.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import { loadShapes, type Shape, type ShapeName, type Structure } from './schema.ts';

export type { ShapeName } from './schema.ts';

/** One problem of a value. */
export interface Finding {
  readonly path: Path;
  readonly what: string;
  /** Whether the value has the wrong type, so that nothing else can be checked. */
  readonly untyped?: true;
  /** Whether the message starts with the user's value: `'awslog' is not one of …`. */
  readonly quoting?: true;
  /** Whether it is the key that is wrong, whatever its value. */
  readonly ofKey?: true;
}

/** Returns a more helpful message for an unknown top-level key, if there is one. */
export type Hint = (key: string) => string | undefined;

/** Returns every key and type that the SDK's schema does not allow; the SDK drops such keys silently. */
export async function validate(value: unknown, shape: ShapeName): Promise<readonly { path: string; what: string }[]> {
  const shapes = await loadShapes();
  return inspect(value, shapes[shape]).map(({ path, what }) => ({ path: showPath(path), what }));
}

/**
 * Checks a value against a shape. Messages never contain values, because these may be secrets. In a value `fromAws`, an
 * `fromAws` an unknown key is a finding only where it is a slip of who edited it: any other is a member that AWS has added.
 */
export function inspect(
  value: unknown,
  shape: Structure,
  hint: Hint = () => undefined,
  { fromAws = false, words = jsonWords }: { readonly fromAws?: boolean; readonly words?: FormatWords } = {},
): readonly Finding[] {
  const check = (item: unknown, expected: Shape, path: Path): readonly Finding[] => {
    if (item === undefined) return path.length === 0 ? [{ path, what: 'is missing', untyped: true }] : [];
    if (item === null) return [{ path, what: words.none(expected), untyped: true }];
    const unlike = mismatch(item, expected, words);
    if (unlike !== undefined) return [{ path, what: unlike, untyped: true }];
    if (expected.is === 'string') return otherWord(item, expected.words, path, fromAws);
    if (expected.is === 'list' && Array.isArray(item)) {
      return item.flatMap((each, index) => check(each, expected.of, [...path, index]));
    }
    if (expected.is === 'arguments') {
      const items = Array.isArray(item) ? item : [];
      return items.flatMap((each, index) => check(each, { is: 'string' }, [...path, index]));
    }
    if (!isObject(item)) return [];
    if (expected.is === 'map')
      return Object.entries(item).flatMap(([key, each]) => check(each, expected.of, [...path, key]));
    return expected.is === 'structure' ? checkMembers(item, expected, path) : [];
  };
  const checkMembers = (
    item: Readonly<Record<string, unknown>>,
    expected: Structure,
    path: Path,
  ): readonly Finding[] => {
    const present = Object.entries(item).flatMap(([key, each]): readonly Finding[] => {
      if (each === undefined) return [];
      const member = expected.members.get(key)?.();
      if (member !== undefined) return check(each, member, [...path, key]);
      if (fromAws && !isSlip(key, expected)) return [];
      const help = path.length === 0 ? hint(key) : undefined;
      return [{ path: [...path, key], what: unknownKey(key, expected, shape, help), ofKey: true }];
    });
    const missing = expected.required.filter((key) => !Object.hasOwn(item, key) || item[key] === undefined);
    const lacks = missing.map((key) => ({ path: [...path, key], what: 'is missing' }));
    const oneOf = expected.union && Object.keys(item).length !== 1;
    const choice = oneOf ? [{ path, what: `must have exactly one of ${[...expected.members.keys()].join(', ')}` }] : [];
    return [...present, ...lacks, ...choice];
  };
  return check(value, shape, []);
}

/**
 * Whether an unknown key in AWS's output is a typo of an edit, not a member that AWS added: it resembles a known key and is
 * not only a longer name, as `restartPolicyV2` is.
 */
function isSlip(key: string, { members }: Structure): boolean {
  const near = suggest(key, [...members.keys()]);
  return (
    near !== undefined &&
    (normalizeName(near) === normalizeName(key) || !normalizeName(key).startsWith(normalizeName(near)))
  );
}

/** AWS takes the words of an enumeration in their own spelling only; in what it has described itself, any may be new. */
function otherWord(
  item: unknown,
  words: readonly string[] | undefined,
  path: Path,
  fromAws: boolean,
): readonly Finding[] {
  if (words === undefined || typeof item !== 'string' || words.includes(item)) return [];
  const near = suggest(item, words);
  if (fromAws && (near === undefined || normalizeName(near) !== normalizeName(item))) return [];
  const help = near === undefined ? '' : `; did you mean ${near}?`;
  return [{ path, what: `is not one of ${words.join(', ')}${help}`, quoting: true }];
}

/** What a format of files calls its values. */
export interface FormatWords {
  readonly expected: (shape: Shape) => string;
  readonly kinds: Readonly<Record<Kind, string>>;
  /** How a number becomes a string. */
  readonly quotes: string;
  /** What is said of a value that is null. */
  readonly none: (shape: Shape) => string;
}

type Kind = 'boolean' | 'list' | 'number' | 'object' | 'string';

const kinds = { boolean: 'a boolean', list: 'a list', number: 'a number', object: 'an object', string: 'a string' };

const expectations: Readonly<Record<Shape['is'], string>> = {
  anything: 'anything',
  arguments: 'a list of strings, or a string with one argument a line',
  boolean: 'true or false',
  list: 'a list, in [ ]',
  map: 'an object, in { }',
  number: 'a number',
  string: 'a string',
  structure: 'an object, in { }',
  text: 'a string',
};

const jsonWords: FormatWords = {
  expected: ({ is }) => expectations[is],
  kinds,
  quotes: 'in double quotes',
  none: () => 'is null; remove it',
};

/** The words for a file in YAML. */
export const yamlWords: FormatWords = {
  expected: (shape) => {
    if (shape.is === 'list') return shape.called === undefined ? 'a list' : `a list of ${shape.called}`;
    return shape.is === 'map' || shape.is === 'structure' ? 'a map of keys and values' : expectations[shape.is];
  },
  kinds: { ...kinds, object: 'a map' },
  quotes: 'in quotes',
  none: (shape) =>
    ['string', 'text', 'arguments'].includes(shape.is)
      ? 'has no value; write "" for an empty one'
      : `must be ${yamlWords.expected(shape)}, but is empty`,
};

/** An Integer of the API reference has 32 bits; JSON.parse turns 1e999 into Infinity. */
const largest = 2_147_483_647;

function mismatch(value: unknown, expected: Shape, words: FormatWords): string | undefined {
  if (expected.is === 'anything') return undefined;
  const is = kindOf(value);
  const many = is === 'list' || is === 'object';
  if (expected.is === 'text' && !many) return undefined;
  if (expected.is === 'arguments' && is === 'list') return undefined;
  // One argument a line is a string like any other.
  if (expected.is === 'arguments' && !many) return mismatch(value, { is: 'string' }, words);
  if (expected.is === 'number' && typeof value === 'number') {
    if (Math.abs(value) > largest) return `is too large; AWS allows numbers up to ${largest}`;
    return expected.whole && !Number.isInteger(value) ? 'must be a whole number, but has a fraction' : undefined;
  }
  if (is === (expected.is === 'map' || expected.is === 'structure' ? 'object' : expected.is)) return undefined;
  return `must be ${words.expected(expected)}${quoting(value, expected, words)}, but is ${words.kinds[is]}`;
}

/** A hint about quotes. A frequent mistake is `cpu`: a string in a task, a number in a container. */
function quoting(value: unknown, expected: Shape, { quotes }: FormatWords): string {
  if (expected.is === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return ` (${quotes})`;
  const bare = typeof value === 'string' ? value.trim() : '';
  if (expected.is === 'number' && /^-?\d+(\.\d+)?$/.test(bare)) return ' (without quotes)';
  return expected.is === 'boolean' && /^(true|false)$/i.test(bare) ? ' (without quotes)' : '';
}

function kindOf(value: unknown): Kind {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return typeof value as 'number';
  return 'object';
}

function unknownKey(key: string, parent: Structure, top: Structure, help: string | undefined): string {
  const known = [...parent.members.keys()];
  const near = suggest(key, known);
  if (near !== undefined && normalizeName(near) === normalizeName(key)) return `is not known; did you mean ${near}?`;
  if (help !== undefined) return help;
  const homes = homesOf(key, top);
  // A key that exists in many places, such as `name`, is no hint.
  if (homes.length > 0 && homes.length <= 2) {
    const there = homes.join(' or ');
    return parent.listed
      ? `is not known here, only in ${there} (known here are ${known.join(', ')})`
      : `is not known here; move it to ${there}`;
  }
  if (near !== undefined) return `is not known; did you mean ${near}?`;
  return parent.listed ? `is not known (known are ${known.join(', ')})` : 'is not known';
}

/** Returns the places under `top` that have a member with this name. */
function homesOf(key: string, top: Structure): readonly string[] {
  const search = (shape: Shape, path: string, above: readonly string[]): readonly string[] => {
    if (shape.is === 'list') return search(shape.of, `${path}[]`, above);
    if (shape.is !== 'structure' || above.includes(shape.name)) return [];
    const here = shape.members.has(key) ? [path === '' ? 'the top level' : path] : [];
    const inner = [...shape.members].flatMap(([name, member]) =>
      search(member(), path === '' ? name : `${path}.${name}`, [...above, shape.name]),
    );
    return [...here, ...inner];
  };
  return search(top, '', []);
}
