import type { TimedEvent } from '../model/event.ts';
import { type Check, type Gate, nameOfGate } from '../model/gates.ts';
import { defined } from '../model/json.ts';
import type { GateName } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';

/** The label of each gate, and what its failure means. */
const gates: Readonly<Record<Gate['kind'], readonly [label: string, failure: string]>> = {
  'tasks-running': ['Canary running', 'the canary did not start'],
  'containers-healthy': ['Containers healthy', 'the containers of the canary did not become healthy'],
  'targets-healthy': ['Target healthy', 'the canary did not become healthy in its target group'],
  'alarms-quiet': ['Alarms quiet', 'an alarm went into ALARM'],
  'service-free': ['No other rollout', 'another rollout or deployment did not end'],
  'serving-traffic': ['New version serving', 'the new version did not serve traffic'],
  'service-stable': ['Service stable', 'the service did not become stable'],
  'service-restored': ['Service restored', 'the service was not restored'],
  'service-deployment': ['Service deployment', 'the deployment by ECS did not succeed'],
  'service-deployment-undone': ['Service rolled back', 'ECS did not roll the service back'],
  'service-deployment-over': ['No other deployment', 'another deployment did not end'],
  'service-empty': ['Tasks gone', 'the tasks of the service did not stop'],
  'service-gone': ['Service deleted', 'the service was not deleted'],
  'service-scaled': ['Service scaled', 'the service did not get its tasks again'],
  'targets-drained': ['Targets drained', 'the targets did not drain'],
  'tasks-stopped': ['Task stopped', 'the task did not stop'],
  'task-begun': ['One-off running', 'the one-off task did not start'],
  'task-finished': ['One-off finished', 'the one-off task failed'],
  'canaries-healthy': ['Canaries healthy', 'a canary task did not stay healthy'],
  'weight-settled': ['Weights in effect', 'the traffic weights are not as this run set them'],
  'traffic-returned': ['Traffic returned', 'the canary still receives requests'],
  'routes-restored': ['Routes restored', 'listener rules still name the canary of an earlier run'],
  'stable-capacity': ['Service capacity', 'the tasks of the service could not serve all traffic again'],
  measure: ['Metric', 'a metric gate did not pass'],
  'http-probe': ['HTTP', 'an HTTP gate did not pass'],
  webhook: ['Webhook', 'a webhook did not accept the new version'],
};

/** What tells gates apart: the kind, and the name of a gate of rollout.yml. */
export const gateKey = ({ gate, name }: { readonly gate: string; readonly name?: string }): string =>
  name === undefined ? gate : `${gate} ${name}`;

const keyOf = (gate: Gate): string => gateKey({ gate: gate.kind, ...defined({ name: nameOfGate(gate) }) });

/** The label of a gate by its key, such as `Metric checkout`; an unknown gate is its own label. */
export function gateLabel(key: string): string {
  const [kind = '', ...name] = key.split(' ');
  if (!Object.hasOwn(gates, kind)) return key;
  return [gates[kind as Gate['kind']][0], ...name].join(' ');
}

/** The gate that failed: its name in rollout.yml, or the label of one that is built in. */
export const failedGate = ({ kind, name }: GateName): string => name ?? gateLabel(kind);

/** The keys of the gates of a step. */
export const gateKeys = ({ gates: asked }: Pick<Check, 'gates'>): readonly string[] => asked.map(keyOf);

/** What went wrong in a failed step, as a clause; `last` is the last verdict of each gate. */
export function failureOf(step: Step & { readonly title: string }, last: ReadonlyMap<string, Verdict>): string {
  if (!('gates' in step)) return `could not ${step.title}`;
  const is = (word: Verdict['is']) => step.gates.find((gate) => last.get(keyOf(gate))?.is === word);
  const gate = is('fail') ?? is('inconclusive') ?? is('wait') ?? step.gates[0];
  const name = nameOfGate(gate);
  if (name !== undefined) return `${gates[gate.kind][1]} (${name})`;
  const isOfOthers = ['alarms-quiet', 'service-deployment', 'weight-settled'].includes(gate.kind);
  const stayed = step.kind === 'bake' && !isOfOthers;
  return stayed ? 'the canary did not stay healthy' : gates[gate.kind][1];
}

/** The last verdict of each gate, by its key. */
export function lastVerdicts(events: readonly TimedEvent[]): ReadonlyMap<string, Verdict> {
  return new Map(
    events.flatMap((event) => (event.kind === 'verdict' ? [[gateKey(event), event.verdict] as const] : [])),
  );
}
