import type { Reporter } from './reporter.ts';

/** Replaces values that must not be seen. */
export type Mask = (text: string) => string;

/** A value that is shorter than this is in every other word. */
const shortest = 4;

/**
 * Makes a mask that replaces every secret with `***`, the longest first, so that no end of a longer one is left. What names
 * a place stays whole: a secret of four digits takes nothing out of an account id.
 */
export function createMask(secrets: readonly string[], names: readonly string[] = []): Mask {
  const known = [...new Set(secrets.flatMap(formsOf))]
    .filter((secret) => secret.length >= shortest)
    .sort((a, b) => b.length - a.length);
  const named = namesIn(names);
  return (text) => known.reduce((masked, secret) => withoutSecret(masked, secret, named), text);
}

function withoutSecret(text: string, secret: string, named: RegExp): string {
  if (!text.includes(secret)) return text;
  const [names, ids] = [named, identifiers].map((pattern) => [...text.matchAll(pattern)]);
  return text.replaceAll(secret, (found, at: number) => {
    const isIn = ({ 0: name, index }: RegExpExecArray) => index <= at && at + found.length <= index + name.length;
    // A value that is a whole part of an ARN may be what is to be hidden; one that is within a part is there by chance.
    const glued = /[A-Za-z0-9]/.test(text[at - 1] ?? '') || /[A-Za-z0-9]/.test(text[at + found.length] ?? '');
    return names?.some(isIn) || (glued && ids?.some(isIn)) ? found : '***';
  });
}

/** The names that are known, each as a whole word. */
function namesIn(names: readonly string[]): RegExp {
  const words = names
    .toSorted((a, b) => b.length - a.length)
    .map((name) => `(?<![A-Za-z0-9])${escaped(name)}(?![A-Za-z0-9])`);
  return new RegExp(words.length === 0 ? '(?!)' : words.join('|'), 'g');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** ARNs of what a rollout touches, and ids of deployments. */
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

/** A log has each line of a secret by itself, and programs that log JSON have it escaped. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, JSON.stringify(secret).slice(1, -1), ...(lines.length > 1 ? lines : [])];
}

/**
 * Masks every text in a value that is to become JSON. Names of properties stay, unless they are the user's own, and so do
 * the words that say what kind of thing an object is: LOG_LEVEL=warning must not take the warnings out of the log.
 */
export function maskDeep<T>(value: T, mask: Mask): T {
  return deep(value, mask, false) as T;
}

/** A reporter through which no secret comes: renderers see its events only, and the report is made of them. */
export function maskReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    // Facts are what AWS says of itself, and become outputs: ARNs, ids, an exit code.
    report: (event) => reporter.report(event.kind === 'fact' ? event : maskDeep(event, mask)),
    join: reporter.join,
    soFar: reporter.soFar,
    read: (outcome) => reporter.read(maskDeep(outcome, mask)),
  };
}

/** What of a deploy context has names that the user makes up; all below it is the user's too. */
const ownNames: ReadonlySet<string> = new Set(['dockerLabels', 'driverOpts', 'hookDetails', 'labels', 'options']);

function deep(value: unknown, mask: Mask, own: boolean): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => deep(item, mask, own));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const masked = Object.entries(value).map(([name, item]) => {
    if (own) return [mask(name), deep(item, mask, own)];
    return [name, isKind(name, item) ? item : deep(item, mask, ownNames.has(name))];
  });
  return Object.fromEntries(masked);
}

const isKind = (name: string, value: unknown): boolean =>
  (name === 'kind' || name === 'is') && typeof value === 'string' && /^[a-z][a-z-]{2,19}$/.test(value);
