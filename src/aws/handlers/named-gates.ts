import type { GateHandlers } from '../../engine/world.ts';
import type { HandlerContext } from './context.ts';
import { evaluateHttpProbe } from './http-probe.ts';
import { evaluateMeasure } from './metric.ts';
import { metricReader } from './metric-read.ts';
import { webRequests } from './web-requests.ts';
import { evaluateWebhook } from './webhook.ts';

/** The gates of rollout.yml. */
export function namedGates(context: HandlerContext) {
  const read = metricReader(context.aws);
  const send = webRequests(context);
  return {
    measure: (gate, asked, memory) => evaluateMeasure(context, read, gate, asked, memory),
    'http-probe': (gate, _, memory) => evaluateHttpProbe(send, gate, memory),
    webhook: (gate, asked, memory) => evaluateWebhook(context, send, gate, asked, memory),
  } satisfies Partial<GateHandlers>;
}
