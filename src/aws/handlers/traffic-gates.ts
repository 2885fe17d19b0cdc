import type { Answer, GateContext, GateHandlers } from '../../engine/world.ts';
import { type Duration, minute, second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import { keyOfPlace, type Memory } from '../../model/run-state.ts';
import type { Route } from '../../model/traffic.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import { actionsAt, sameActions, weightIn } from '../../model/weights.ts';
import { evaluateCanariesHealthy } from './canaries-healthy.ts';
import type { HandlerContext } from './context.ts';
import { foreignChange, formatWeight, readRoutes } from './routes.ts';
import { readLoad } from './stable-load.ts';
import { resolved } from './traffic-undos.ts';

/** Gates of a service that shares its requests with a canary. */
export const trafficGates = (context: HandlerContext) =>
  ({
    'canaries-healthy': (gate, asked, memory) => evaluateCanariesHealthy(context, gate, asked, memory),
    'weight-settled': (gate, asked, memory) => evaluateWeight(context, gate, asked, memory),
    'traffic-returned': (gate, asked, memory) => evaluateReturned(context, gate, asked, memory),
    'routes-restored': (gate) => evaluateRestored(context, gate),
    'stable-capacity': (gate, asked) => evaluateCapacity(context, gate, asked),
  }) satisfies Partial<GateHandlers>;

/** How often the routes are read. */
const often: Duration = 5 * second;

/** Whether the routes have the actions that this run wrote last, and `settle` has passed since. */
async function evaluateWeight(
  { aws, clock }: HandlerContext,
  gate: Extract<Gate, { kind: 'weight-settled' }>,
  { state }: Pick<GateContext, 'state'>,
  memory: Memory,
): Promise<Answer> {
  const { place } = gate;
  const known = state.learned.traffic[keyOfPlace(place)] ?? {};
  const traffic = resolved(gate.traffic, place, state);
  const weight = known.weight ?? gate.weight;
  const now = await readRoutes(aws, traffic.routes);
  const isWritten = (route: Route): boolean => {
    const actions = now.get(route.arn);
    return actions !== undefined && sameActions(actions, actionsAt(route, traffic.groups, weight));
  };
  const different = traffic.routes.filter((route) => !isWritten(route));
  if (different.length > 0) {
    // A single response can be older than the write.
    if (memory.different !== true) {
      return {
        verdict: wait('the listener rules are not as this run wrote them', { again: second }),
        memory: { different: true },
      };
    }
    const changes = different.map((route) => foreignChange(route, now.get(route.arn), traffic.groups));
    const because = changes.map((change) => change.because).join('; ');
    return { verdict: fail(because, { superseded: changes.every(({ superseded }) => superseded), next: foreignNext }) };
  }
  if (weight !== gate.weight) {
    const because = `the canary has ${formatWeight(weight)} of the traffic while a canary task is replaced`;
    return { verdict: wait(because, { again: often }) };
  }
  const left = (known.writtenAt ?? 0) + traffic.settle - clock.now();
  const because = `the canary has ${formatWeight(weight)} of the traffic`;
  return { verdict: left > 0 ? settling(because, left) : pass(because, { again: often }) };
}

const foreignNext =
  'Find out what changed it: an infrastructure deployment, a controller or a person. The action did not overwrite that change.';

const settling = (because: string, left: Duration): Verdict =>
  // An evaluation that comes a little early is wasted.
  wait(`${because}; the load balancer may still use the previous weights`, {
    again: Math.min(left < 9 * second ? 1.12 * left : left, often),
    settles: left,
  });

/** Whether no canary has had a weight for `settle`, whichever process wrote the weights. */
async function evaluateReturned(
  { aws, clock }: HandlerContext,
  { place, traffic: { routes, groups, settle } }: Extract<Gate, { kind: 'traffic-returned' }>,
  { state }: Pick<GateContext, 'state'>,
  memory: Memory,
): Promise<Answer> {
  const now = await readRoutes(aws, routes);
  const sharing = routes.filter((route) => (weightIn(now.get(route.arn) ?? [], groups) ?? 0) > 0);
  if (sharing.length > 0) {
    const names = sharing.map(({ name }) => name).join(', ');
    return { verdict: wait(`the canary still has a weight in ${names}`, { again: 2 * second }) };
  }
  const since =
    state.learned.traffic[keyOfPlace(place)]?.writtenAt ??
    (typeof memory.since === 'number' ? memory.since : clock.now());
  const left = since + settle - clock.now();
  const because = 'all traffic goes to the service';
  if (left <= 0) return { verdict: pass(because), memory: { since } };
  const again = left < 9 * second ? 1.12 * left : left;
  return {
    verdict: wait(`${because}; the load balancer may still use the previous weights`, { again, settles: left }),
    memory: { since },
  };
}

/** Whether the canary's groups are gone from every route. */
async function evaluateRestored(
  { aws }: HandlerContext,
  { traffic: { routes, groups } }: Extract<Gate, { kind: 'routes-restored' }>,
): Promise<Answer> {
  const now = await readRoutes(aws, routes);
  const left = routes.filter((route) => weightIn(now.get(route.arn) ?? [], groups) !== undefined);
  if (left.length === 0) return { verdict: pass('the listener rules are restored') };
  const names = left.map(({ name }) => name).join(', ');
  return { verdict: wait(`${names} still names the target group of an earlier canary`, { again: often }) };
}

/** The most requests per task of the service, relative to the start, if all traffic returned to it. */
const mostLoad = 1.3;

/** At this many requests per minute and task, or fewer, the load does not matter and varies by chance. */
const fewRequests = 10;

/** Whether the running tasks of the service could serve all traffic again. Passes without metrics. */
async function evaluateCapacity(
  context: HandlerContext,
  gate: Extract<Gate, { kind: 'stable-capacity' }>,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const { place } = gate;
  const before = state.learned.traffic[keyOfPlace(place)]?.loadPerTask;
  if (before === undefined) {
    return {
      verdict: pass('not checked: the number of requests before the rollout is not known', { again: 2 * minute }),
    };
  }
  const now = await readLoad(context, place, resolved(gate.traffic, place, state), {
    minutes: 2,
    which: 'mean',
  });
  if (now === undefined)
    return { verdict: pass('CloudWatch counted no requests in the last minutes', { again: minute }) };
  const text = `${Math.round(now)} requests per minute for each running task of the service, if it served all of them; ${Math.round(before)} in the busiest minute before the rollout`;
  if (now <= Math.max(mostLoad * before, fewRequests)) return { verdict: pass(text, { again: minute }) };
  const next = 'Scale the service out, or start the rollout when there is less traffic.';
  return { verdict: wait(`${text}: the service could not serve all traffic again`, { again: 15 * second, next }) };
}
