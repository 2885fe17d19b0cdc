import { type Duration, second } from '../../model/duration.ts';
import { type Check, firstDataAfter, type Gate, type Gates } from '../../model/gates.ts';
import type { HttpGate, MetricGate, NamedGate, TaskGate, WebhookGate } from '../../model/measures.ts';
import type { Step, Titled } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import type { ResolvedRollout, RolloutRequest } from '../../model/request.ts';
import { strategyFacts } from '../../model/strategy.ts';
import { theRevision } from '../../model/subject.ts';
import type { Weight } from '../../model/traffic.ts';
import { checkedBy } from '../health-check.ts';
import { afterPromoteWithin, maxDuration } from '../max-duration.ts';
import { oneOffSteps } from '../one-off.ts';
import { check, quietGates } from '../steps.ts';
import { definitionOf } from './promotion.ts';
import { fromDefinition, likeService } from './service-task.ts';
import type { Rollout } from './strategies/strategy.ts';

/** Where gates of rollout.yml are evaluated: at a step of a weighted rollout, or after the service was updated. */
export interface GateUse {
  /** Number of the step, from 1; 0 after the service was updated. */
  readonly step: number;
  readonly weight: Weight;
  readonly warmUp: Duration;
}

/** `during`: evaluated throughout a bake. `after`: steps of their own, one after the other. */
export interface GateSteps {
  readonly during: readonly Gate[];
  readonly after: readonly Step[];
}

const afterPromote: GateUse = { step: 0, weight: 1000, warmUp: 0 };

/** Plans gates of rollout.yml. The gates in `continuous` must pass as well while the run waits for a task or a webhook. */
export function gateSteps(
  rollout: Rollout,
  names: readonly string[],
  use: GateUse,
  continuous: readonly Gate[],
): GateSteps {
  const asked = namedGates(rollout.request, names);
  const during = asked.flatMap((gate) => (isContinuous(gate) ? [continuousGate(rollout, gate, use)] : []));
  const beside = [...continuous, ...during];
  const after = asked.flatMap((gate): readonly Step[] => {
    if (gate.kind === 'task') return taskSteps(rollout, gate, use, beside);
    return gate.kind === 'webhook' ? [webhookStep(rollout, gate, use, beside)] : [];
  });
  return { during, after };
}

/** The gates of these names, in this order. */
export const namedGates = ({ gates = [] }: Pick<RolloutRequest, 'gates'>, names: readonly string[]) =>
  names.flatMap((name): readonly NamedGate[] => gates.filter((gate) => gate.name === name));

type Continuous = MetricGate | HttpGate;

const isContinuous = (gate: NamedGate): gate is Continuous => gate.kind !== 'task' && gate.kind !== 'webhook';

const revisionOf = ({ revision }: Rollout) => revision ?? { registered: theRevision };

function continuousGate(rollout: Rollout, gate: Continuous, { step, warmUp }: GateUse): Gate {
  if (gate.kind === 'http') return { kind: 'http-probe', probe: gate };
  const { place } = rollout.request;
  const since = step === 0 ? 'itself' : 'weight';
  return { kind: 'measure', measure: gate, warmUp, place, revision: revisionOf(rollout), since };
}

function webhookStep(
  rollout: Rollout,
  hook: WebhookGate,
  { step, weight }: GateUse,
  beside: readonly Gate[],
): Check & Titled {
  const { place, run } = rollout.request;
  const gate: Gate = { kind: 'webhook', hook, place, step, weight, revision: revisionOf(rollout), run: run.id };
  return check(`wait for the verdict of the webhook ${hook.name}`, [gate, ...beside], hook.timeout);
}

function taskSteps(rollout: Rollout, gate: TaskGate, { step }: GateUse, beside: readonly Gate[]): readonly Step[] {
  const { request, snapshot, revision } = rollout;
  const { place, run, timeouts, gates = [], gateTasks = [] } = request;
  const task = gateTasks.find(({ name }) => name === gate.name);
  if (task === undefined) throw new Error(`the task of the gate ${gate.name} was not resolved`);
  const steps = oneOffSteps({
    place,
    run,
    subject: place.service,
    // A gate can be evaluated at several steps, with a task each.
    task: { ...task, name: step === 0 ? gate.name : `${gate.name} in step ${step}` },
    launch: likeService(request, snapshot),
    propagated: fromDefinition(request, snapshot),
    revision,
    timeouts,
    within: task.timeout,
    token: `${run.token}-gate-${step}-${gates.indexOf(gate) + 1}`,
    expires: snapshot.at + maxDuration(request),
    judges: 'new-version',
    wait: true,
    beside,
  });
  return steps.map((one) => (one.kind === 'check' ? { ...one, gate: gate.name } : one));
}

/** The gates that are evaluated while ECS bakes: those that `after-promote` does not list. */
export const namesInBakes = (request: RolloutRequest): readonly string[] => {
  const { command, gates = [], afterPromote = [], strategy } = request;
  if (command === 'rollback' || strategyFacts[strategy].followsServiceDeployment !== true) return [];
  return gates.flatMap(({ name }) => (afterPromote.includes(name) ? [] : name));
};

/** ECS moves on when a bake is over, and stops the old tasks after the last one: what is found must be found before. */
const ahead: Duration = 10 * second;

/** How long a bake of ECS must be for a gate. */
export const neededInBake = (gate: NamedGate): Duration =>
  isContinuous(gate) && gate.kind !== 'http' ? firstDataAfter({ measure: gate, warmUp: 0 }) + ahead : ahead;

/** What a bake of ECS is watched with besides, and for how long: by those gates that can tell within it. */
export function withinBake(
  rollout: Rollout,
  bake: Duration,
): { readonly gates: readonly Gate[]; readonly during: Duration } {
  const names = namedGates(rollout.request, namesInBakes(rollout.request)).flatMap((gate) =>
    neededInBake(gate) <= bake ? gate.name : [],
  );
  return { gates: gateSteps(rollout, names, afterPromote, []).during, during: Math.max(bake - ahead, ahead) };
}

/** The gates of `after-promote`, in order. Neighbours that need no step of their own are evaluated together. */
export function afterPromotion(rollout: Rollout): readonly Step[] {
  const { request, snapshot } = rollout;
  const { place } = request;
  const names = afterPromoteOf(request);
  // ECS names a service deployment otherwise than the deployments of a service.
  const stable: Gate = strategyFacts[request.strategy].followsServiceDeployment
    ? { kind: 'service-deployment', place, until: 'ended', targetGroups: [], drain: 0 }
    : { kind: 'service-stable', place, ...checkedBy(definitionOf(request, snapshot)) };
  const beside = [stable, ...quietGates(request)];
  const groups: string[][] = [];
  let before: NamedGate | undefined;
  for (const gate of namedGates(request, names)) {
    const joins = before !== undefined && isContinuous(before) && isContinuous(gate);
    if (joins) groups.at(-1)?.push(gate.name);
    else groups.push([gate.name]);
    before = gate;
  }
  return groups.flatMap((group): readonly Step[] => {
    const { during, after } = gateSteps(rollout, group, afterPromote, beside);
    const [first, ...others] = during;
    if (first === undefined) return after;
    const gates: Gates = [first, ...others, ...beside];
    const within = Math.max(...namedGates(request, group).filter(isContinuous).map(afterPromoteWithin));
    return [check(`check that ${place.service} passes ${group.join(', ')}`, gates, within)];
  });
}

/** A rollback evaluates no gates of rollout.yml: the version that it replaces must not return. */
export const afterPromoteOf = ({ command, afterPromote = [] }: RolloutRequest): readonly string[] =>
  command === 'rollback' ? [] : afterPromote;

/** Gates of `after-promote` need the end of the deployment. */
export function afterPromoteProblems(request: ResolvedRollout): readonly Problem[] {
  if (request.wait || afterPromoteOf(request).length === 0) return [];
  const what = 'is evaluated once the service is stable, but wait: false does not wait for that';
  return [{ where: 'after-promote', what, next: 'remove `wait: false`, or remove after-promote' }];
}

/** All gates of rollout.yml that this rollout evaluates. */
export function gatesInUse(request: RolloutRequest): readonly NamedGate[] {
  const { gates = [], weighted } = request;
  const steps = (weighted?.steps ?? []).flatMap((step) => step.gates ?? gates.map(({ name }) => name));
  const names = new Set([...steps, ...namesInBakes(request), ...afterPromoteOf(request)]);
  return gates.filter(({ name }) => names.has(name));
}
