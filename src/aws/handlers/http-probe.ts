import type { Answer } from '../../engine/world.ts';
import { second, showDuration } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import type { HttpGate } from '../../model/measures.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { WebReply } from '../../model/web.ts';
import { printable, quote, type SendOf, soon } from './web-requests.ts';

/** `failed`: how many requests in a row have failed. `verdict`: the last one, which holds until the next response. */
interface Probed {
  readonly failed?: number;
  readonly verdict?: Verdict;
}

/** Sends a request, and fails after `failures` bad responses in a row. */
export async function evaluateHttpProbe(
  send: SendOf,
  { probe }: Extract<Gate, { kind: 'http-probe' }>,
  { failed = 0, verdict }: Probed,
): Promise<Answer> {
  const { name, method, url, host, timeout, every, failures } = probe;
  const reply = await send(`http ${name}`, () => ({
    method,
    url,
    headers: { ...defined({ host }), accept: '*/*' },
    timeout,
  }));
  const request = `${method} ${printable(url)}`;
  if (reply === undefined) {
    const so = verdict ?? wait(`${request}: no response yet`);
    return {
      verdict: { ...so, again: soon, ...(so.is === 'wait' ? { settles: soon } : {}) },
      memory: { failed, ...defined({ verdict }) },
    };
  }
  const wrong = whatIsWrong(probe, reply);
  if (wrong === undefined) {
    const passed = pass(`${request} answered ${probe.status}`, { again: every });
    return { verdict: passed, memory: { verdict: passed } };
  }
  const count = failed + 1;
  const status = reply.is === 'answered' ? reply.status : undefined;
  const evidence: readonly Evidence[] = [{ kind: 'web', gate: name, request, ...defined({ status }), answer: wrong }];
  const because = `${request}: ${wrong}`;
  if (count >= failures) {
    const row = failures === 1 ? '' : `${count} failures in a row; the last: `;
    return { verdict: fail(`${row}${because}`, { evidence, next: nextFor(probe, reply) }) };
  }
  const waiting = wait(`${count} of ${failures} failures in a row: ${because}`, {
    again: every,
    settles: Math.max(every, second),
    evidence,
  });
  return { verdict: waiting, memory: { failed: count, verdict: waiting } };
}

function whatIsWrong({ status, contains, maxLatency }: HttpGate, reply: WebReply): string | undefined {
  if (reply.is === 'unanswered') return reply.because;
  const said = reply.text === '' ? '' : `: ${quote(reply.text)}`;
  if (reply.status !== status) return `status ${reply.status} instead of ${status}${said}`;
  if (contains !== undefined && !reply.text.includes(contains)) {
    return `the response does not contain ${quote(contains)}${said || ': it is empty'}`;
  }
  if (maxLatency === undefined || reply.latency <= maxLatency) return undefined;
  return `the response took ${formatLatency(reply.latency)}, more than ${formatLatency(maxLatency)}`;
}

const formatLatency = (latency: number): string =>
  latency < 10 * second ? `${Math.round(latency)} ms` : showDuration(latency);

function nextFor({ url }: HttpGate, reply: WebReply): string {
  const asked = printable(url);
  return reply.is === 'answered'
    ? `Find out how the new version handles a request to ${asked}.`
    : `Check that the runner of the job can reach ${asked}.`;
}
