import { defined } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import type { ResolvedRollout } from '../../../model/request.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import { type Strategy, strategyFacts, strategyNames } from '../../../model/strategy.ts';
import { canaryTask } from './canary-task.ts';
import { native } from './native.ts';
import { rolling } from './rolling.ts';
import type { StrategyEntry, Support } from './strategy.ts';
import { weighted } from './weighted.ts';

/** Every strategy. A new one does not compile until it has an entry here. */
export const strategies: Readonly<Record<Strategy, StrategyEntry>> = {
  'canary-task': { ...strategyFacts['canary-task'], ...canaryTask },
  rolling: { ...strategyFacts.rolling, ...rolling },
  weighted: { ...strategyFacts.weighted, ...weighted },
  native: { ...strategyFacts.native, ...native },
};

/** A rollback is not asked for by a strategy: it has the first one that fits the service. */
export function withFittingStrategy(request: ResolvedRollout, snapshot: Snapshot): ResolvedRollout {
  if (request.command !== 'rollback') return request;
  const isNever = (strategy: Strategy): boolean =>
    strategies[strategy].supports({ ...request, strategy }, snapshot).is === 'never';
  if (!isNever(request.strategy)) return request;
  const strategy = strategyNames.find((name) => !isNever(name));
  return strategy === undefined ? request : { ...request, strategy };
}

/** Why the strategy cannot deploy the service, and which strategies can. */
export function strategyProblems(
  request: ResolvedRollout,
  snapshot: Snapshot,
  when: Exclude<Support['is'], 'yes'>,
): readonly Problem[] {
  const support = strategies[request.strategy].supports(request, snapshot);
  if (support.is === 'yes' || support.is !== when) return [];
  const fitting = strategyNames.flatMap((name) => {
    const other = strategies[name].supports({ ...request, strategy: name }, snapshot);
    return other.is === 'yes' ? [`strategy: ${name}${other.given === undefined ? '' : ` ${other.given}`}`] : [];
  });
  const use = fitting.length === 0 ? undefined : `use ${fitting.join(' or ')}`;
  if (support.is === 'never') {
    const ways = [support.cure, use ?? support.next].filter((way) => way !== undefined);
    const next = ways.length === 0 ? undefined : ways.join(', or ');
    return [{ where: 'service', what: support.because, ...defined({ next }) }];
  }
  const next = use === undefined ? undefined : `${use}, which ${support.lack}`;
  return [{ where: 'strategy', what: `${request.strategy}: ${support.because}`, ...defined({ next }) }];
}
