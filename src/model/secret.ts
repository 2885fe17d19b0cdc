import { parseArn } from './arn.ts';

/** The text that replaces redacted values. */
export const redacted = '***';

/** Words in names of variables or options that indicate a secret. */
const words =
  /^(pass|passwd|password|passwords|passphrase|passcode|pwd|pw|pin|otp|secrets?|tokens?|keys?|apikeys?|credentials?|creds?|dsn|private|bearer|jwt|salt|signature|signing|cookie|webhook)$/;
const parts =
  /passw(or)?d|passphrase|secret|token|credential|apikey|accesskey|privatekey|signingkey|encryptionkey|connectionstring|^auth(?!ors?$|ored$)|oauth|authori[sz]ation$|authentication$/;

/** Whether a name indicates a secret value: `DB_PASSWORD`, `apiKey`, `splunk-token`. */
export function isSecretName(name: string): boolean {
  const split = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return [...split, split.join('')].some((word) => words.test(word) || parts.test(word));
}

/** Formats of secrets, whatever their name. */
const shapes: readonly RegExp[] = [
  /-----BEGIN /,
  // A JSON Web Token.
  /\beyJ[\w-]{8,}\.[\w-]+/,
  /\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/,
  // User and password, or a token, in a URL.
  /:\/\/[^/\s?#]*@/,
  // GitHub, GitLab, Slack, Stripe, Google, npm, SendGrid, Twilio.
  /\b(gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|sk_test_|rk_live_|AIza|npm_|SG\.)[\w-]{10,}/,
  /https:\/\/hooks\.slack\.com\/\S+/,
];

/** Whether a text contains something that looks like a secret. */
export function hasSecret(text: string): boolean {
  if (shapes.some((shape) => shape.test(text))) return true;
  if (assignments(text).some(({ name, value }) => isSecretName(name) && value !== '')) return true;
  return withoutNames(text)
    .split(/[^A-Za-z0-9+/=_-]+/)
    .some(isRandom);
}

/** Removes ARNs and image digests, which are not secret although they look random. */
const withoutNames = (text: string): string =>
  text.replaceAll(/arn:aws[\w-]*:[^\s"',;]*/g, ' ').replaceAll(/\bsha256:[0-9a-f]{64}\b/g, ' ');

function* found(text: string): Generator<{ readonly name: string; readonly value: string }> {
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)["']?\s*[=:]\s*["']?([^\s"',;&]*)/g))
    yield { name, value };
}

const assignments = (text: string) => [...found(text)];

/** Whether a word looks randomly generated: long, with high entropy. */
function isRandom(word: string): boolean {
  if (/[0-9a-f]{32,}/i.test(word.replaceAll('-', ''))) return true;
  // Names consist of words with separators; random texts have long runs without separators.
  return word
    .split(/[-_/]/)
    .concat(word)
    .some((run) => run.length >= 20 && isMixed(run) && entropyOf(run) >= 3.5);
}

const isMixed = (run: string): boolean => {
  const digits = run.replaceAll(/[^0-9]/g, '').length;
  // Kebab case, snake case and paths: letters of one case and few digits.
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) return digits >= 4 && /[a-z]/i.test(run) && !/[-_/]/.test(run);
  const turns = [...run.matchAll(/(?<=[a-z])[A-Z]|(?<=[A-Z])[a-z]/g)].length;
  return digits > 0 || turns / run.length >= 0.4;
};

/** Shannon entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}

/** Objects with user-defined keys. */
const named: ReadonlySet<string> = new Set(['options', 'dockerLabels', 'labels', 'driverOpts']);
/** Members that name AWS resources, which are not secret and must stay distinguishable. */
const open: ReadonlySet<string> = new Set(['image', 'valueFrom', 'credentialsParameter']);

/** Returns a copy in which every value that looks like a secret is redacted. */
export function redactSecrets<T>(value: T): T {
  return veiled(value, '', false) as T;
}

function veiled(value: unknown, key: string, own: boolean): unknown {
  if (typeof value === 'string')
    return isOpen(key, value) ? value : own && isSecretName(key) ? redacted : veilText(value);
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string')
      ? veilWords(value)
      : value.map((item) => veiled(item, key, own));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value);
  const pair = nameOfPair(value);
  return Object.fromEntries(
    entries.map(([name, member]) => {
      if (pair !== undefined && name === 'value') return [name, veiled(member, pair, true)];
      return [name, veiled(member, name, own || named.has(key))];
    }),
  );
}

const isOpen = (key: string, value: string): boolean => value === '' || open.has(key);

/** Returns the name in an object with a name and a value: a variable, a tag or an option. */
function nameOfPair(value: object): string | undefined {
  const name = 'name' in value ? value.name : 'key' in value ? value.key : undefined;
  return 'value' in value && typeof name === 'string' ? name : undefined;
}

const veilText = (text: string): string => (hasSecret(text) ? redacted : text);

/** Redacts words of a command, including the word after an option such as `--password`. */
function veilWords(list: readonly string[]): readonly string[] {
  return list.map((word, index) => {
    const before = list[index - 1] ?? '';
    const told = /^--?[\w-]+$/.test(before) && isSecretName(before) && !word.startsWith('-');
    return told ? redacted : veilText(word);
  });
}

/** Values shorter than this are part of many names, so only whole words are redacted. */
const short = 4;

function coverOne(text: string, secret: string): string {
  if (secret.length >= short) return text.replaceAll(secret, redacted);
  return text.replaceAll(secret, (found, at: number) =>
    /[A-Za-z0-9]/.test(text[at - 1] ?? '') || /[A-Za-z0-9]/.test(text[at + found.length] ?? '') ? found : redacted,
  );
}

/** ARNs of ECS and load balancer resources and of roles are kept, because a partly redacted ARN is useless. */
const isPlaceArn = (text: string): boolean => /^(ecs|elasticloadbalancing|iam)$/.test(parseArn(text)?.service ?? '');

/** Returns a function that redacts each hidden value wherever it occurs; longest first, since one can contain another. */
export function redactor(hidden: readonly string[]): (value: unknown) => unknown {
  const values = hidden.filter((value) => value !== '').toSorted((a, b) => b.length - a.length);
  const cover = (value: unknown): unknown => {
    if (typeof value === 'string') return isPlaceArn(value) ? value : values.reduce(coverOne, value);
    if (Array.isArray(value)) return value.map(cover);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cover(member)]));
    if (typeof value === 'number' || typeof value === 'boolean')
      return values.includes(String(value)) ? redacted : value;
    return value;
  };
  return cover;
}
