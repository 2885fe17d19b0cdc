import type { GateHandlers } from '../../engine/world.ts';
import type { HandlerContext } from './context.ts';

const unbuilt = (): never => {
  throw new Error('not built');
};

/** Gates of rollout.yml. */
export const measureGates = (_: HandlerContext) =>
  ({ measure: unbuilt, 'http-probe': unbuilt, webhook: unbuilt }) satisfies Partial<GateHandlers>;
