import type { DeployContext } from '../deploy-context/deploy-context.ts';
import type { RolloutFile } from '../deploy-context/rollout-file.ts';
import { defined } from '../model/json.ts';
import type { WeightedAsked } from '../model/measures.ts';
import { isOfCanaryGroup, type NamedGate } from '../model/measures.ts';
import type { Problem } from '../model/problem.ts';
import type { RolloutRequest } from '../model/request.ts';
import { defaultStrategy, type Strategy, strategyFacts, strategyNames } from '../model/strategy.ts';
import { defaultSettle, defaultSteps } from '../model/weights.ts';
import { isFromVariable } from './canarycage-compat.ts';
import type { InputName, Inputs } from './input-table.ts';
import { isGivenIn, nameOrigins, type Origins } from './inputs.ts';

/** Inputs of strategies that move traffic. */
const ofWeights = ['steps', 'guard-role', 'on-split'] as const satisfies readonly InputName[];

const movers = strategyNames.filter((name) => strategyFacts[name].movesTraffic).join(' or ');

/** The strategy that the input, else rollout.yml, names. */
const strategyOf = ({ strategy }: Inputs, { rollout }: DeployContext): Strategy =>
  strategy ?? rollout?.strategy ?? defaultStrategy;

/** The strategy of a rollout, and its steps if it moves traffic. */
export interface StrategyAsked {
  readonly strategy: Strategy;
  readonly weighted?: WeightedAsked;
}

/** What inputs and rollout.yml say about the strategy. */
export function strategyAsked(inputs: Inputs, context: DeployContext): StrategyAsked {
  const strategy = strategyOf(inputs, context);
  if (!strategyFacts[strategy].movesTraffic) return { strategy };
  return { strategy, weighted: weightedOf(inputs, context.rollout) };
}

function weightedOf(
  { steps, guardRole, onSplit }: Pick<Inputs, 'steps' | 'guardRole' | 'onSplit'>,
  rollout: RolloutFile | undefined,
): WeightedAsked {
  const filed = rollout?.weighted;
  return {
    warmUp: 0,
    settle: defaultSettle,
    tasks: 'auto',
    ...filed,
    steps: steps ?? filed?.steps ?? defaultSteps,
    onSplit,
    ...defined({ guardRole }),
  };
}

/** Where the strategy and its steps are, if rollout.yml has them and no input does. */
export function strategyOrigins(inputs: Inputs, { rollout }: DeployContext): Readonly<Record<string, string>> {
  if (rollout === undefined) return {};
  const place = (key: string) => ({ [key]: rollout.place([key]).where });
  return {
    ...(inputs.strategy === undefined && rollout.strategy !== undefined ? place('strategy') : {}),
    ...(inputs.steps === undefined && rollout.weighted.steps !== undefined ? place('steps') : {}),
  };
}

/** The one-off tasks and the gates of rollout.yml. */
export function filedTasks({
  rollout,
}: DeployContext): Pick<RolloutRequest, 'beforePromote' | 'gates' | 'afterPromote'> {
  if (rollout === undefined) return {};
  const { beforePromote, gates, afterPromote } = rollout;
  return { beforePromote, ...(gates.length > 0 ? { gates } : {}), ...defined({ afterPromote }) };
}

/** Finds what the strategy of a rollout does not use, in inputs and in rollout.yml; `others`: problems that are known. */
export function findStrategyProblems(
  inputs: Inputs,
  context: DeployContext,
  origins: Origins,
  others: readonly Problem[],
): readonly Problem[] {
  if (inputs.command !== 'rollout' && inputs.command !== 'rehearse') return [];
  // The strategy could not be read.
  const unsure = others.some(({ where }) => /^(strategy|command|deploy-context)$|rollout\.ya?ml/.test(where));
  if (unsure) return [];
  const strategy = strategyOf(inputs, context);
  return [
    ...nameOrigins(findUnusedInputs(inputs, origins, strategy), origins),
    ...findUnwaited(inputs, context, strategy),
    ...findUnusedKeys(inputs, context, strategy),
  ];
}

function findUnusedInputs(inputs: Inputs, origins: Origins, strategy: Strategy): readonly Problem[] {
  const { ignores, movesTraffic } = strategyFacts[strategy];
  const isMeant = (name: string) => isGivenIn(inputs, name as InputName) && !isFromVariable(origins[name]);
  const idle = Object.entries(ignores).filter(([name]) => isMeant(name));
  const moving = movesTraffic ? [] : ofWeights.filter((name) => isGivenIn(inputs, name));
  return [
    ...idle.map(([where, why]) => ({ where, what: `is not used by strategy ${strategy}: ${why}; remove it` })),
    ...moving.map((where) => ({
      where,
      what: `is for strategy ${movers}, but the strategy is ${strategy}; set \`strategy: ${movers}\`, or remove it`,
    })),
  ];
}

/** A canary must be monitored, and gates after the promote wait for its end. */
function findUnwaited({ wait }: Inputs, { rollout }: DeployContext, strategy: Strategy): readonly Problem[] {
  const { mustWait } = strategyFacts[strategy];
  if (wait) return [];
  if (mustWait === undefined) {
    const what = 'false does not wait for the gates of `after-promote` in rollout.yml; remove one of the two';
    return rollout?.afterPromote === undefined ? [] : [{ where: 'wait', what }];
  }
  const others = strategyNames.filter((name) => strategyFacts[name].mustWait === undefined);
  return [{ where: 'wait', what: `false is for strategy ${others.join(' or ')}: ${mustWait}` }];
}

/** The input can name a strategy of another kind than the file for one rollout. That is no mistake in the file. */
function isReplaced({ strategy }: Inputs, { rollout }: DeployContext): boolean {
  if (strategy === undefined || rollout?.strategy === undefined) return false;
  return strategyFacts[strategy].movesTraffic !== strategyFacts[rollout.strategy].movesTraffic;
}

function findUnusedKeys(inputs: Inputs, context: DeployContext, strategy: Strategy): readonly Problem[] {
  const { rollout } = context;
  if (rollout === undefined || isReplaced(inputs, context)) return [];
  const { keys, gates } = unusedIn(rollout, inputs, strategy);
  const what = `is for strategy ${movers}, but the strategy is ${strategy}; set \`strategy: ${movers}\`, or remove it`;
  const { movesTraffic, followsServiceDeployment } = strategyFacts[strategy];
  const idle = movesTraffic
    ? 'is not used: list it in the `gates` of a step or in `after-promote`, or remove it'
    : followsServiceDeployment === true
      ? `cannot be evaluated while ECS bakes with strategy ${strategy}: ECS does not wait for tasks and webhooks, and there is no canary whose target group has metrics; list a task or webhook in \`after-promote\`, use other metrics, or remove it`
      : `is not used with strategy ${strategy}: list it in \`after-promote\`, set \`strategy: ${movers}\`, or remove it`;
  return [
    ...keys.map((key) => ({ ...rollout.place([key], 'key'), what })),
    ...gates.map((name) => ({ ...rollout.place(['gates', name], 'key'), what: idle })),
  ];
}

/** Whether a gate can be evaluated while ECS bakes and goes on by itself. */
const isOfBakes = (gate: NamedGate): boolean =>
  gate.kind !== 'task' && gate.kind !== 'webhook' && !isOfCanaryGroup(gate);

/** Keys and gates of rollout.yml that have no effect. */
function unusedIn(
  rollout: RolloutFile,
  inputs: Inputs,
  strategy: Strategy,
): { readonly keys: readonly string[]; readonly gates: readonly string[] } {
  const { movesTraffic, followsServiceDeployment } = strategyFacts[strategy];
  const all = rollout.gates.map(({ name }) => name);
  const steps = movesTraffic ? weightedOf(inputs, rollout).steps : [];
  const inBakes = followsServiceDeployment === true ? rollout.gates.filter(isOfBakes).map(({ name }) => name) : [];
  const used = new Set([...steps.flatMap(({ gates }) => gates ?? all), ...inBakes, ...(rollout.afterPromote ?? [])]);
  return { keys: movesTraffic ? [] : rollout.weightedKeys, gates: all.filter((name) => !used.has(name)) };
}

/** A note on the parts of rollout.yml that have no effect because the input names another strategy. */
export function strategyRemarks(inputs: Inputs, context: DeployContext): readonly string[] {
  const { rollout } = context;
  if (rollout?.strategy === undefined || !isReplaced(inputs, context)) return [];
  const strategy = strategyOf(inputs, context);
  const { keys, gates } = unusedIn(rollout, inputs, strategy);
  const unused = [...keys.map((key) => `\`${key}\``), ...gates.map((name) => `the gate \`${name}\``)];
  const rest = unused.length === 0 ? '' : ` Not used of that file: ${unused.join(', ')}.`;
  return [`The input \`strategy\` overrides \`strategy: ${rollout.strategy}\` of rollout.yml.${rest}`];
}
