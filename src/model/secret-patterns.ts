/** Words that name something secret, in the name of a variable or of an option. */
const words =
  /^(pass|passwd|password|passwords|passphrase|passcode|pwd|pw|pin|otp|secrets?|tokens?|keys?|apikeys?|credentials?|creds?|dsn|private|bearer|jwt|salt|signature|signing|cookie|webhook)$/;
const parts =
  /passw(or)?d|passphrase|secret|token|credential|apikey|accesskey|privatekey|signingkey|encryptionkey|connectionstring|^auth(?!ors?$|ored$)|oauth|authori[sz]ation$|authentication$/;

/** Whether a name says that its value is a secret: `DB_PASSWORD`, `apiKey`, `splunk-token`. */
export function isSecretName(name: string): boolean {
  const split = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return [...split, split.join('')].some((word) => words.test(word) || parts.test(word));
}

/** What secrets look like, whatever they are called. */
const shapes: readonly RegExp[] = [
  /-----BEGIN /,
  // A JSON Web Token.
  /\beyJ[\w-]{8,}\.[\w-]+/,
  /\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/,
  // A user and a password, or a token alone, in a URL.
  /:\/\/[^/\s?#]*@/,
  // GitHub, GitLab, Slack, Stripe, Google, npm, SendGrid, Twilio.
  /\b(gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|sk_test_|rk_live_|AIza|npm_|SG\.)[\w-]{10,}/,
  /https:\/\/hooks\.slack\.com\/\S+/,
];

/** Whether a text has something in it that looks like a secret. */
export function hasSecret(text: string): boolean {
  if (shapes.some((shape) => shape.test(text))) return true;
  if (assignments(text).some(({ name, value }) => isSecretName(name) && value !== '')) return true;
  return withoutNames(text)
    .split(/[^A-Za-z0-9+/=_-]+/)
    .some(isRandom);
}

/** An ARN is a name, however random it looks, and so is the digest of an image. */
const withoutNames = (text: string): string =>
  text.replaceAll(/arn:aws[\w-]*:[^\s"',;]*/g, ' ').replaceAll(/\bsha256:[0-9a-f]{64}\b/g, ' ');

function* found(text: string): Generator<{ readonly name: string; readonly value: string }> {
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)["']?\s*[=:]\s*["']?([^\s"',;&]*)/g))
    yield { name, value };
}

const assignments = (text: string) => [...found(text)];

/** Whether a word looks random: long, and with mixed characters. */
function isRandom(word: string): boolean {
  if (/[0-9a-f]{32,}/i.test(word.replaceAll('-', ''))) return true;
  // What is put together from words has its parts between separators; what is random has long runs without.
  return word
    .split(/[-_/]/)
    .concat(word)
    .some((run) => run.length >= 20 && isMixed(run) && entropyOf(run) >= 3.5);
}

const isMixed = (run: string): boolean => {
  const digits = run.replaceAll(/[^0-9]/g, '').length;
  // Kebab and snake case, paths too: letters of one case, and a number or two.
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) return digits >= 4 && /[a-z]/i.test(run) && !/[-_/]/.test(run);
  const turns = [...run.matchAll(/(?<=[a-z])[A-Z]|(?<=[A-Z])[a-z]/g)].length;
  return digits > 0 || turns / run.length >= 0.4;
};

/** Shannon's, in bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
