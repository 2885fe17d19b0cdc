import { type Duration, minute, readDuration, second } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { HttpGate, WebhookGate } from '../../model/measures.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Path } from '../../task-definition/path.ts';
import type { Source } from './source.ts';

/** A gate of the kind `http`. */
export function readHttpGate(source: Source, name: string, path: Path): HttpGate | undefined {
  const at = (key: string) => [...path, key];
  const url = source.read(at('http'), (text) => parseUrl(text, ['http', 'https']));
  const method = source.choice(at('method'), ['GET', 'HEAD', 'POST', 'OPTIONS']) ?? 'GET';
  const host = source.read(at('host'), parseHost);
  const status = source.number(at('status'), { from: 100, to: 599, whole: true }) ?? 200;
  const contains = source.read(at('contains'), (value) =>
    value === '' ? { wrong: 'is empty; remove it' } : { value },
  );
  const maxLatency = source.read(at('max-latency'), parseLatency);
  const timeout = source.duration(at('timeout'), { zero: false }) ?? 5 * second;
  const every = source.duration(at('every'), { zero: false }) ?? 10 * second;
  const failures = source.number(at('failures'), { from: 1, to: 100, whole: true }) ?? 3;
  if (contains !== undefined && method === 'HEAD')
    source.say(at('contains'), 'cannot be checked with `method: HEAD`, whose responses have no body');
  if (maxLatency !== undefined && maxLatency > timeout)
    source.say(at('max-latency'), 'is longer than `timeout`, after which a request is given up');
  if (url === undefined) return undefined;
  return {
    kind: 'http',
    name,
    url,
    method,
    status,
    timeout,
    every,
    failures,
    ...defined({ host, contains, maxLatency }),
  };
}

/** A gate of the kind `webhook`; the value of its secret stays in the environment. */
export function readWebhookGate(source: Source, name: string, path: Path): WebhookGate | undefined {
  const at = (key: string) => [...path, key];
  const url = source.read(at('webhook'), (text) => parseUrl(text, ['https']));
  const secretEnv = source.read(at('secret-env'), (text) => parseSecretName(text, source));
  const every = source.duration(at('every'), { zero: false }) ?? 30 * second;
  const timeout = source.duration(at('timeout'), { zero: false }) ?? 10 * minute;
  if (url === undefined || secretEnv === undefined) return undefined;
  return { kind: 'webhook', name, url, secretEnv, every, timeout };
}

function parseSecretName(name: string, source: Source): Parsed<string> {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return {
      wrong: 'is not the name of a variable; write the name of the one that has the secret, such as HOOK_SECRET',
    };
  const secret = Object.hasOwn(source.environment, name) ? source.environment[name] : undefined;
  if (!secret)
    return { wrong: `names ${name}, which is not set in the environment, or is empty; set it under \`env:\`` };
  source.hide(secret);
  return { value: name };
}

/** A latency is the only duration that is written in milliseconds. */
function parseLatency(text: string): Parsed<Duration> {
  const [, milliseconds] = /^(\d{1,6})\s*ms$/.exec(text.trim()) ?? [];
  if (milliseconds === undefined) return readDuration(text, { zero: false });
  const value = Number(milliseconds);
  return value > 0 ? { value } : { wrong: 'must be more than 0' };
}

/** An absolute URL; its parts can be secret, so that no message has them. */
function parseUrl(text: string, schemes: readonly string[]): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const form = schemes.map((scheme) => `${scheme}://`).join(' or ');
  if (url === undefined || !schemes.includes(url.protocol.slice(0, -1)) || /[\s\p{C}]/u.test(text))
    return { wrong: `is not an absolute URL that begins with ${form}` };
  if (url.username !== '' || url.password !== '')
    return { wrong: 'must not have a user or a password, which would be in logs of others' };
  return url.hash === '' ? { value: text } : { wrong: 'must not have a fragment (#), which is not sent' };
}

const parseHost = (value: string): Parsed<string> =>
  /^(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?(:\d{1,5})?$/.test(
    value,
  )
    ? { value }
    : { wrong: 'is not a host name; use one such as www.example.com, without scheme and path' };
