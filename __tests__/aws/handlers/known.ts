import { createContext, type HandlerContext } from '../../../src/aws/handlers/context.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { type Learned, newRun, type RunState, type TaskLearned } from '../../../src/model/run-state.ts';
import { noWeb } from '../../../src/rehearse/harness.ts';

export const place = { region: 'us-west-2', cluster: 'production', service: 'web' };

/** A canary of which nothing is known but that it was started. */
export const canary: TaskLearned = {
  arn: 'arn:task/1',
  cluster: 'production',
  startedAt: 0,
  revision: 'web:2',
  quick: false,
  containers: [],
};

/** The state of a run that has learned something. */
export function stateWith(learned: Partial<Learned> = {}, plan: Partial<Plan> = {}): RunState {
  const state = newRun({ title: '', notes: [], changes: [], steps: [], ...plan }, place);
  return { ...state, learned: { ...state.learned, ...learned } };
}

/** A context that reports to nobody. */
export const contextOf = (base: Pick<HandlerContext, 'aws' | 'clock'> & Partial<HandlerContext>): HandlerContext =>
  createContext({ signal: new AbortController().signal, report: () => {}, web: noWeb, ...base });
