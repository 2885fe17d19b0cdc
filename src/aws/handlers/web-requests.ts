import { type Duration, second } from '../../model/duration.ts';
import type { WebReply, WebRequest } from '../../model/web.ts';
import type { HandlerContext } from './context.ts';

/** How long a gate waits for its response before the other gates of the step are evaluated. */
const patience: Duration = second;

/** When a gate checks again for its response. */
export const soon: Duration = second;

/** A request and its response. From `old` on, the response no longer counts. */
interface UnderWay {
  readonly old: number;
  done: Promise<void>;
  reply?: WebReply;
}

/** Sends the request of a gate, or returns the response of the one under way; `undefined` until it has come. */
export type SendOf = (gate: string, requestOf: () => WebRequest) => Promise<WebReply | undefined>;

/**
 * The requests under way, by gate. All gates of a step are evaluated together, so a late response must not delay the
 * others.
 */
export function webRequests({ web, clock, signal }: Pick<HandlerContext, 'web' | 'clock' | 'signal'>): SendOf {
  const open = new Map<string, UnderWay>();
  const begin = (request: WebRequest): UnderWay => {
    const begun: UnderWay = { old: clock.now() + request.timeout + 5 * second, done: Promise.resolve() };
    begun.done = web.send(request, signal).then((reply) => {
      begun.reply = reply;
    });
    // A cancelled job asks no gate again.
    begun.done.catch(() => {});
    return begun;
  };
  return async (gate, requestOf) => {
    const before = open.get(gate);
    const request = before === undefined || clock.now() > before.old ? begin(requestOf()) : before;
    open.set(gate, request);
    const stop = new AbortController();
    const late = clock.sleep(patience, AbortSignal.any([signal, stop.signal]));
    late.catch(() => {});
    try {
      await Promise.race([request.done, late]);
    } catch (error) {
      open.delete(gate);
      throw error;
    } finally {
      stop.abort();
    }
    if (request.reply !== undefined) open.delete(gate);
    return request.reply;
  };
}

/** The number of characters of a response that are quoted. */
const mostQuoted = 200;

/** The beginning of a response in quotation marks, with escapes for invisible characters. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text);

/** A URL as it can be printed: its query and its credentials can be secrets. */
export function printable(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.origin}${parsed.pathname}`;
}
