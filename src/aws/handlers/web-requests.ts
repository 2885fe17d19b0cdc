import { type Duration, second } from '../../model/duration.ts';
import type { WebReply, WebRequest } from '../../model/web.ts';
import type { HandlerContext } from './context.ts';

/** A gate that waits longer for its answer lets the other gates of the step be evaluated meanwhile. */
const patience: Duration = second;

/** When a gate looks again whether its answer has come. */
export const soon: Duration = second;

/** A request and its answer; `old`: from then on its answer says nothing any more. */
interface UnderWay {
  readonly old: number;
  done: Promise<void>;
  reply?: WebReply;
}

/** Sends the request of a gate, or looks whether the answer to it has come: nothing while it has not. */
export type SendOf = (gate: string, requestOf: () => WebRequest) => Promise<WebReply | undefined>;

/**
 * Requests of gates that are under way, by gate. All gates of a step are evaluated together, so an answer that is late must
 * not keep the others waiting.
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

/** How much of an answer is quoted. */
const mostQuoted = 200;

/** The beginning of an answer in quotation marks, with escapes for what is not visible. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text);

/** A URL as it can be printed: its query and its credentials can be secrets. */
export function printable(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.origin}${parsed.pathname}`;
}
