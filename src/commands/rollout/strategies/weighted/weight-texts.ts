import { type Duration, minute, showDuration } from '../../../../model/duration.ts';
import { firstDataAfter } from '../../../../model/gates.ts';
import type { MetricGate, WeightStep } from '../../../../model/measures.ts';
import type { ResolvedRollout } from '../../../../model/request.ts';
import type { Snapshot } from '../../../../model/snapshot.ts';
import type { FoundRoute } from '../../../../model/traffic.ts';
import { showWeight } from '../../../../model/weights.ts';
import { namedGates } from '../../measured-gates.ts';
import { serviceOnlyNotes } from '../../service-only.ts';
import {
  askedOf,
  routesOf,
  scalingOf,
  shareOf,
  shortGroup,
  splitRoutes,
  stableGroups,
  tasksAt,
  trafficNoun,
} from './traffic-plan.ts';

/** Above this weight, in permille, a runner that dies is a danger to many users. */
const muchWithoutGuard = 100;

/** What a person should know before the requests are shared. */
export function weightNotes(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { steps } = askedOf(request);
  const routes = routesOf(request, snapshot);
  const noun = trafficNoun(routes);
  return [
    ...serviceOnlyNotes(request, snapshot),
    ...steps.map((step, index) => formatStep(step, index, request, snapshot)),
    ...splitRoutes(request, snapshot).map(formatEndOfSplit),
    `The canary shares ${noun} at ${routes.map(({ name }) => name).join(', ')}. Afterwards each is exactly as it is now.`,
    ifItDies(request, noun),
    'If Terraform or another tool manages the listener rules, tell it not to change their actions meanwhile, for example with lifecycle { ignore_changes = [action] } (default_action of a listener): an apply during the rollout would overwrite the weights.',
    ...(routes.some(({ type }) => type === 'network')
      ? [
          'A Network Load Balancer shares new connections, not requests: a client with an open connection stays where it is.',
        ]
      : []),
  ];
}

function formatEndOfSplit({ name, others }: FoundRoute): string {
  const shares = others.map(({ targetGroup, weight }) => `${shortGroup(targetGroup)} (weight ${weight})`).join(', ');
  return `on-split: roll-back: in ${name} the weight of ${shares} becomes 0 before the rollout starts, and stays 0 afterwards.`;
}

function formatStep(step: WeightStep, index: number, request: ResolvedRollout, snapshot: Snapshot): string {
  const noun = trafficNoun(routesOf(request, snapshot));
  const tasks = tasksAt(step.weight, request, snapshot);
  const share = shareOf(step.weight, noun);
  const who = tasks === 1 ? '1 canary task' : `${tasks} canary tasks`;
  const during = step.wait === 0 ? '' : ` for ${showDuration(step.wait)}`;
  return `Step ${index + 1}: ${share} to ${who}${during}${formatExpected(step, request, snapshot, noun)}.`;
}

/** The number of requests of the last hour that a step like this would have shown. */
function expectedAt({ weight, wait }: WeightStep, request: ResolvedRollout, snapshot: Snapshot): number | undefined {
  const stable = stableGroups(request, snapshot);
  const counts = (snapshot.traffic?.groups ?? []).filter(({ arn }) => stable.includes(arn));
  if (counts.length === 0 || counts.some(({ lastHour }) => lastHour === undefined)) return undefined;
  const total = counts.reduce((sum, { lastHour = 0 }) => sum + lastHour, 0);
  return Math.round((total * weight * wait) / (1000 * 60 * minute));
}

function formatExpected(step: WeightStep, request: ResolvedRollout, snapshot: Snapshot, noun: string): string {
  if (step.wait === 0) return '';
  const count = expectedAt(step, request, snapshot);
  if (count === undefined) return '';
  const one = count === 1 ? noun.replace(/s\b/g, '') : noun;
  return `, about ${count.toLocaleString('en-US')} ${one} at the rate of the last hour`;
}

function ifItDies(request: ResolvedRollout, noun: string): string {
  const { guardRole } = askedOf(request);
  if (guardRole !== undefined) {
    return `If the runner dies, schedules of EventBridge Scheduler return all ${noun} to the service within about 5 minutes. The next rollout or \`command: sweep\` removes the canary.`;
  }
  return `If the runner dies, the ${noun} stay split until the next rollout or \`command: sweep\` of this service, which may act 5 minutes after the last sign of life of this run.`;
}

/** What a person has to know before the requests are shared. */
export function weightWarnings(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { steps, guardRole } = askedOf(request);
  const noun = trafficNoun(routesOf(request, snapshot));
  const most = Math.max(...steps.map(({ weight }) => weight));
  const scaling = scalingOf(snapshot);
  const unguarded =
    guardRole === undefined && most > muchWithoutGuard
      ? [
          `The canary gets up to ${showWeight(most)} % of the ${noun}, and nothing returns them if the runner dies. Set guard-role, or run \`command: sweep\` on a schedule.`,
        ]
      : [];
  return [
    ...unguarded,
    ...(scaling.is === 'leave' && scaling.warning !== undefined ? [scaling.warning] : []),
    ...steps.flatMap((step, index) => stepWarnings(step, index, request, snapshot)),
  ];
}

/** Steps at which a gate can hardly see anything. */
function stepWarnings(
  step: WeightStep,
  index: number,
  request: ResolvedRollout,
  snapshot: Snapshot,
): readonly string[] {
  const { gates: all = [] } = request;
  const { warmUp } = askedOf(request);
  const named = namedGates(request, step.gates ?? all.map(({ name }) => name));
  const measures = named.filter((gate): gate is MetricGate => gate.kind === 'metric' || gate.kind === 'expression');
  if (measures.length === 0) return [];
  const names = measures.map(({ name }) => name).join(', ');
  const needed: Duration = Math.max(...measures.map((measure) => firstDataAfter({ measure, warmUp })));
  const count = expectedAt(step, request, snapshot);
  return [
    ...(step.wait < needed - minute
      ? [
          `Step ${index + 1} waits ${showDuration(step.wait)}, but CloudWatch can need up to ${showDuration(needed)} for the first data of ${names}: the step takes longer until then.`,
        ]
      : []),
    ...(count === 0
      ? [`Step ${index + 1} would have shown the canary no request in the last hour: ${names} can say little about it.`]
      : []),
  ];
}
