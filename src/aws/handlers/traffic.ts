import type { ActHandlers, GateHandlers, UndoHandlers } from '../../engine/world.ts';
import type { HandlerContext } from './context.ts';

const unbuilt = (): never => {
  throw new Error('not built');
};
const act = { undo: unbuilt, do: unbuilt, find: unbuilt };

/** Acts that share the requests of a service with its canary. */
export const trafficActs = (_: HandlerContext) =>
  ({
    'start-canaries': act,
    'create-target-groups': act,
    'join-routes': act,
    'set-weight': act,
    'suspend-scale-in': act,
    'create-guard': act,
  }) satisfies Partial<ActHandlers>;

/** Gates of a service whose requests are shared. */
export const trafficGates = (_: HandlerContext) =>
  ({
    'canaries-healthy': unbuilt,
    'weight-settled': unbuilt,
    'traffic-returned': unbuilt,
    'stable-capacity': unbuilt,
  }) satisfies Partial<GateHandlers>;

/** How the requests return to the service. */
export const trafficUndos = (_: Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>) =>
  ({
    'return-traffic': unbuilt,
    'restore-routes': unbuilt,
    'delete-target-groups': unbuilt,
    'resume-scale-in': unbuilt,
    'delete-guard': unbuilt,
  }) satisfies Partial<UndoHandlers>;
