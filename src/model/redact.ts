import { parseArn } from './arn.ts';
import { isObject } from './json.ts';
import type { Plan, Step } from './plan.ts';
import { hasSecret, isSecretName } from './secret-patterns.ts';

/** What is shown in place of a hidden value. */
export const redacted = '***';

/** Where a value stands in a document. */
interface Position {
  /** The member that holds it, or what a `{ name, value }` pair calls it. */
  readonly key: string;
  /** Whether the user chose the key. */
  readonly userNamed: boolean;
  /** In a list: the text before it, empty at the start. */
  readonly before?: string;
}

/** What becomes of the parts of a document. */
interface Rule {
  readonly text: (text: string, at: Position) => string;
  /** For names that the user chose; they stay when absent. */
  readonly name?: (name: string) => string;
  readonly scalar?: (value: number | boolean) => unknown;
}

/** Members whose own members the user names. */
const userNamedKeys: ReadonlySet<string> = new Set(['dockerLabels', 'driverOpts', 'hookDetails', 'labels', 'options']);

/** The same document with each part as the rule makes it. */
function walk(value: unknown, rule: Rule, at: Position = { key: '', userNamed: false }): unknown {
  if (typeof value === 'string') return rule.text(value, at);
  if (typeof value === 'number' || typeof value === 'boolean') return rule.scalar?.(value) ?? value;
  if (Array.isArray(value)) return value.map((item, i) => walk(item, rule, { ...at, before: textOf(value[i - 1]) }));
  if (!isObject(value) || value instanceof Date) return value;
  const userNamed = at.userNamed || userNamedKeys.has(at.key);
  const pair = nameOfPair(value);
  const members = Object.entries(value).map(([name, member]) => {
    const below = pair !== undefined && name === 'value' ? { key: pair, userNamed: true } : { key: name, userNamed };
    return [userNamed ? (rule.name?.(name) ?? name) : name, walk(member, rule, below)];
  });
  return Object.fromEntries(members);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A variable, a tag or an option that is written as a name and a value. */
function nameOfPair(value: object): string | undefined {
  const name = 'name' in value ? value.name : 'key' in value ? value.key : undefined;
  return 'value' in value && typeof name === 'string' ? name : undefined;
}

// What looks like a secret, in a definition or in settings

/** Members that hold names of things in AWS: a reader must be able to tell them apart, and they are no secrets. */
const openKeys: ReadonlySet<string> = new Set(['image', 'valueFrom', 'credentialsParameter']);

/** The same definition, or settings, with `***` for each value that looks like a secret. */
export function redactSecrets<T>(value: T): T {
  return walk(value, { text: redactSecret }) as T;
}

function redactSecret(text: string, { key, userNamed, before }: Position): string {
  if (text === '' || (openKeys.has(key) && before === undefined)) return text;
  if (userNamed && isSecretName(key)) return redacted;
  // In a command, the word after `--password` is the password.
  const afterOption = /^--?[\w-]+$/.test(before ?? '') && isSecretName(before ?? '') && !text.startsWith('-');
  return afterOption || hasSecret(text) ? redacted : text;
}

/** Members of steps that can hold the user's values: definitions, settings, overrides. */
const membersWithValues: ReadonlySet<string> = new Set([
  'definition',
  'settings',
  'restore',
  'task',
  'overrides',
  'service',
  // Of a gate.
  'measure',
  'probe',
  'hook',
]);

/**
 * A plan as it may be shown, without what looks like a secret and without the hidden values, however short. The engine
 * executes the original.
 */
export function redactPlan(plan: Plan, hidden: readonly string[] = []): Plan {
  const values = new Set(hidden);
  const rule: Rule = { text: (text, at) => (values.has(text) ? redacted : redactSecret(text, at)) };
  const redactMembers = <T extends object>(of: T): T => {
    const members = Object.entries(of).map(([name, value]: [string, unknown]) => [
      name,
      membersWithValues.has(name) && typeof value === 'object' ? walk(value, rule) : value,
    ]);
    return Object.fromEntries(members) as T;
  };
  const steps = plan.steps.map((step) => {
    const shown = redactMembers(step);
    return 'gates' in shown ? ({ ...shown, gates: shown.gates.map(redactMembers) } as unknown as Step) : shown;
  });
  return { ...plan, steps };
}

// Values that are known to be hidden, wherever they occur

/** A value shorter than this is part of many words. */
const shortest = 4;

const longestFirst = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].sort((a, b) => b.length - a.length);

const isInWord = (text: string, at: number, length: number): boolean =>
  /[A-Za-z0-9]/.test(text[at - 1] ?? '') || /[A-Za-z0-9]/.test(text[at + length] ?? '');

/**
 * Makes a function that replaces each hidden value in a document with `***`. A short one, such as a number of tasks,
 * counts only where it stands alone.
 */
export function redactor(hidden: readonly string[]): (value: unknown) => unknown {
  const values = longestFirst(hidden.filter((value) => value !== ''));
  const redactOne = (text: string, value: string): string =>
    text.replaceAll(value, (found, at: number) =>
      value.length < shortest && isInWord(text, at, found.length) ? found : redacted,
    );
  const rule: Rule = {
    text: (text) => (isPlaceArn(text) ? text : values.reduce(redactOne, text)),
    scalar: (value) => (values.includes(String(value)) ? redacted : value),
  };
  return (value) => walk(value, rule);
}

/** ARNs of what ECS runs, of where it runs, and of roles: with a hole in it, an ARN names nothing. */
export const isPlaceArn = (text: string): boolean =>
  /^(ecs|elasticloadbalancing|iam)$/.test(parseArn(text)?.service ?? '');

/** Replaces values that must not be shown. */
export type Mask = (text: string) => string;

/**
 * Makes a mask that replaces every secret with `***`, the longest first, so that no end of a longer one is left. Names
 * of places stay whole: a secret of four digits must not cut a hole into an account id.
 */
export function createMask(secrets: readonly string[], names: readonly string[] = []): Mask {
  const known = longestFirst(secrets.flatMap(formsOf).filter((secret) => secret.length >= shortest));
  const named = namesIn(names);
  return (text) => known.reduce((masked, secret) => withoutSecret(masked, secret, named), text);
}

function withoutSecret(text: string, secret: string, named: RegExp): string {
  if (!text.includes(secret)) return text;
  const [names, ids] = [named, identifiers].map((pattern) => [...text.matchAll(pattern)]);
  return text.replaceAll(secret, (found, at: number) => {
    const isIn = ({ 0: name, index }: RegExpExecArray) => index <= at && at + found.length <= index + name.length;
    // A secret that is a whole part of an ARN may have been put there; within a part it is a coincidence.
    return names?.some(isIn) || (isInWord(text, at, found.length) && ids?.some(isIn)) ? found : redacted;
  });
}

/** Matches the known names, each as a whole word. */
function namesIn(names: readonly string[]): RegExp {
  const words = names
    .toSorted((a, b) => b.length - a.length)
    .map((name) => `(?<![A-Za-z0-9])${escaped(name)}(?![A-Za-z0-9])`);
  return new RegExp(words.length === 0 ? '(?!)' : words.join('|'), 'g');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** ARNs of the resources in a rollout, and ids of deployments. */
const identifiers = /arn:aws[a-z-]*:(?:ecs|elasticloadbalancing|iam):[a-z0-9-]*:\d{12}:[\w/.:@+-]+|\becs-svc\/\d+\b/g;

/** A mask that learns: what is hidden later is masked from then on. */
export interface LearningMask {
  readonly mask: Mask;
  hide(secret: string): void;
}

/** Makes a mask to which secrets can be added. */
export function createLearningMask(secrets: readonly string[], names: readonly string[] = []): LearningMask {
  const known = [...secrets];
  let mask = createMask(known, names);
  return {
    mask: (text) => mask(text),
    hide: (secret) => {
      known.push(secret);
      mask = createMask(known, names);
    },
  };
}

/** A log has each line of a secret separately, and programs that log JSON escape it. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, JSON.stringify(secret).slice(1, -1), ...(lines.length > 1 ? lines : [])];
}

/**
 * Masks every text in a value that is to become JSON. Names of members stay, unless the user chose them, and so do the
 * words for the kind of an object: LOG_LEVEL=warning must not hide the warnings.
 */
export function maskDeep<T>(value: T, mask: Mask): T {
  return walk(value, { text: (text, at) => (isKind(text, at) ? text : mask(text)), name: mask }) as T;
}

const isKind = (text: string, { key, userNamed, before }: Position): boolean =>
  !userNamed && before === undefined && (key === 'kind' || key === 'is') && /^[a-z][a-z-]{2,19}$/.test(text);
