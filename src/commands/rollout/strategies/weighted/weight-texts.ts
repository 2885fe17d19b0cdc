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

/** Above this weight, in permille, a plan without a guard has a warning. */
const muchWithoutGuard = 100;

/** Notes of the plan about the steps, the rules and a runner that dies. */
export function weightNotes(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { steps } = askedOf(request);
  const routes = routesOf(request, snapshot);
  const noun = trafficNoun(routes);
  return [
    ...serviceOnlyNotes(request, snapshot),
    ...steps.map((step, index) => formatStep(step, index, request, snapshot)),
    ...splitRoutes(request, snapshot).map(formatEndOfSplit),
    `The canary shares the ${noun} of ${routes.map(({ name }) => name).join(', ')}. At the end the actions are exactly what they are now.`,
    ifItDies(request, noun),
    'If Terraform or a similar tool manages the listener rules, let it ignore their actions, for example with lifecycle { ignore_changes = [action] } (default_action of a listener): an apply during the rollout would overwrite the weights.',
    ...(routes.some(({ type }) => type === 'network')
      ? ['A Network Load Balancer shares new connections, not requests: an open connection stays with its target.']
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

/** The number of requests that the canary would receive in a step, at the rate of the last hour. */
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
    return `If the runner dies, EventBridge Scheduler returns all ${noun} to the service within about 5 minutes. The next rollout of this service, or \`command: sweep\`, removes the canary.`;
  }
  return `If the runner dies, the ${noun} stay split until the next rollout of this service, or \`command: sweep\`, returns them. Both can do so 5 minutes after the runner died.`;
}

/** Warnings of the plan. */
export function weightWarnings(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { steps, guardRole } = askedOf(request);
  const noun = trafficNoun(routesOf(request, snapshot));
  const most = Math.max(...steps.map(({ weight }) => weight));
  const scaling = scalingOf(snapshot);
  const unguarded =
    guardRole === undefined && most > muchWithoutGuard
      ? [
          `The canary receives up to ${showWeight(most)} % of the ${noun}, and nothing returns them immediately if the runner dies. Set guard-role, or run \`command: sweep\` on a schedule.`,
        ]
      : [];
  return [
    ...unguarded,
    ...(scaling.is === 'leave' && scaling.warning !== undefined ? [scaling.warning] : []),
    ...steps.flatMap((step, index) => stepWarnings(step, index, request, snapshot)),
  ];
}

/** Steps in which a gate has little or no data. */
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
          `Step ${index + 1} waits ${showDuration(step.wait)}, but CloudWatch can take up to ${showDuration(needed)} to show the first data of ${names}: the step waits for them.`,
        ]
      : []),
    ...(count === 0
      ? [
          `At the rate of the last hour, the canary receives no requests in step ${index + 1}: ${names} may have no data.`,
        ]
      : []),
  ];
}
