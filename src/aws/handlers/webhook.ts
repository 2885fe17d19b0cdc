import { createHmac } from 'node:crypto';
import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import { isObject } from '../../model/json.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { WebReply, WebRequest } from '../../model/web.ts';
import type { HandlerContext } from './context.ts';
import { revisionOf } from './metric.ts';
import { quote, type SendOf, soon } from './web-requests.ts';

type WebhookGate = Extract<Gate, { kind: 'webhook' }>;

/** Time limit of one request. */
const answersWithin: Duration = 10 * second;
/** The number of characters of `because` that are kept. */
const mostBecause = 500;

/** What the gate remembers. A pass is final. */
type Heard = { readonly verdict?: Verdict };

/** Asks a web service for a verdict, with a request that is signed with a secret of the environment. */
export async function evaluateWebhook(
  { web }: Pick<HandlerContext, 'web'>,
  send: SendOf,
  gate: WebhookGate,
  { state }: GateContext,
  memory: Heard,
): Promise<Answer> {
  const { hook } = gate;
  const { verdict: before } = memory;
  if (before?.is === 'pass') return { verdict: before, memory };
  const secret = web.variable(hook.secretEnv);
  if (!secret) return { verdict: unsigned(hook.secretEnv) };
  const reply = await send(`webhook ${hook.name} ${gate.step}`, () =>
    signed(gate, nameIn(revisionOf(gate, state)), secret),
  );
  if (reply === undefined) return { verdict: { ...(before ?? wait('no response yet')), again: soon }, memory };
  const verdict = judge(gate, reply);
  return { verdict, memory: { verdict } };
}

const unsigned = (name: string): Verdict =>
  fail(`the environment variable ${name}, the secret of the webhook, is not set or is empty`, {
    next: `Set ${name} in \`env\` of the step, from a secret of the repository.`,
  });

function signed({ hook, place, step, weight, run = '' }: WebhookGate, revision: string, secret: string): WebRequest {
  const body = JSON.stringify({ id: run, service: place.service, step, weight: weight / 10, revision });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    method: 'POST',
    url: hook.url,
    headers: { 'content-type': 'application/json', 'x-signature-256': `sha256=${signature}` },
    body,
    timeout: Math.min(answersWithin, hook.timeout),
  };
}

/** 2xx is a verdict, 4xx is a rejection, 5xx and no response mean "not now". */
function judge({ hook }: WebhookGate, reply: WebReply): Verdict {
  // The path can be a secret, as in the webhooks of chat services.
  const host = URL.parse(hook.url)?.host ?? hook.url;
  const status = reply.is === 'answered' ? { status: reply.status } : {};
  const evidence = (answer: string): readonly Evidence[] => [
    { kind: 'web', gate: hook.name, request: `POST ${host}`, ...status, answer },
  ];
  const later = (because: string): Verdict => wait(because, { again: hook.every, evidence: evidence(because) });
  const never = (because: string): Verdict => {
    const next = `Ask the owners of ${host} why.`;
    return fail(because, { evidence: evidence(because), next });
  };
  if (reply.is === 'unanswered') return later(`${host} did not answer: ${reply.because}`);
  const answered = `${host} answered ${reply.status}`;
  const said = reply.text.trim() === '' ? '' : `: ${quote(reply.text)}`;
  if (reply.status >= 500) return later(`${answered}${said}`);
  if (reply.status >= 300) {
    const redirect = reply.status < 400 ? ', and redirects are not followed' : '';
    return never(`${answered}${redirect}${said}`);
  }
  if (said === '') return pass(answered);
  const heard = verdictIn(reply.text);
  if (heard === undefined) return never(`${answered} without a verdict pass, wait or fail${said}`);
  const because = heard.because === '' ? `${host} says ${heard.is}` : `${host} says ${heard.is}: ${heard.because}`;
  if (heard.is === 'pass') return pass(because);
  return heard.is === 'wait' ? later(because) : never(because);
}

/** The verdict of the web service. Its reason comes from outside and is truncated. */
function verdictIn(text: string): { readonly is: 'pass' | 'wait' | 'fail'; readonly because: string } | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(answer)) return undefined;
  const { verdict: is, because } = answer;
  if (is !== 'pass' && is !== 'wait' && is !== 'fail') return undefined;
  return { is, because: typeof because === 'string' ? because.slice(0, mostBecause) : '' };
}
