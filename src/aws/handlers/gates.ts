import type { World } from '../../engine/world.ts';
import { type Verdict, wait } from '../../model/verdict.ts';
import { evaluateAlarms } from './alarm.ts';
import { evaluateContainersHealthy, evaluateTasksRunning, evaluateTasksStopped } from './canary.ts';
import { reportNonEssential } from './container-health.ts';
import type { HandlerContext } from './context.ts';
import {
  evaluateServiceFree,
  evaluateServiceRestored,
  evaluateServiceStable,
  evaluateServingTraffic,
} from './deployment.ts';
import type { CanaryFound, Found, OneOffFound } from './found.ts';
import { evaluateTaskBegun, evaluateTaskFinished } from './one-off.ts';
import { evaluateServiceEmpty, evaluateServiceGone, evaluateServiceScaled } from './service-removal.ts';
import { evaluateTargetsDrained, evaluateTargetsHealthy } from './target.ts';

/** What is asked again and again. */
export function gateHandlers(context: HandlerContext, found: Found): World['evaluate'] {
  const { aws, clock, cluster, grace } = context;
  const now = () => clock.now();
  const ofCanary = async (evaluate: (canary: CanaryFound) => Promise<Verdict>): Promise<Verdict> => {
    const { canary } = found;
    if (canary === undefined) return wait('no canary has been started');
    const verdict = await evaluate(canary);
    reportNonEssential(canary, { over: false }, context.report);
    return verdict;
  };
  const ofOneOff = async (name: string, evaluate: (oneOff: OneOffFound) => Promise<Verdict>): Promise<Verdict> => {
    const oneOff = found.oneOffs.get(name);
    return oneOff === undefined ? wait(`${name} has not been started`) : evaluate(oneOff);
  };
  return {
    'tasks-running': (gate) => ofCanary((canary) => evaluateTasksRunning(aws, cluster, canary, gate, now)),
    'containers-healthy': (gate) => ofCanary((canary) => evaluateContainersHealthy(aws, cluster, canary, gate, now)),
    'targets-healthy': async (_, sampling) =>
      found.targets.length === 0
        ? wait('the canary is in no target group')
        : evaluateTargetsHealthy(aws, found.targets, grace, sampling, now),
    'alarms-quiet': ({ alarms }) => evaluateAlarms(aws, alarms),
    'service-free': (gate) => evaluateServiceFree(aws, gate, now, found),
    'serving-traffic': (gate) => evaluateServingTraffic(context, gate, found),
    'service-stable': (gate) => evaluateServiceStable(context, gate, found),
    'service-restored': (gate) => evaluateServiceRestored(aws, gate, found, now()),
    'service-empty': (gate) => evaluateServiceEmpty(context, gate, found),
    'service-gone': (gate) => evaluateServiceGone(context, gate, found),
    'service-scaled': (gate) => evaluateServiceScaled(aws, gate, found, now()),
    'targets-drained': (gate) => evaluateTargetsDrained(aws, gate, found, now),
    'tasks-stopped': (gate) => {
      const known = [found.canary, ...found.oneOffs.values()].find((task) => gate.tasks?.includes(task?.arn ?? ''));
      return evaluateTasksStopped(aws, gate, known, now);
    },
    'task-begun': ({ name }) => ofOneOff(name, (oneOff) => evaluateTaskBegun(context, oneOff)),
    'task-finished': ({ name }) => ofOneOff(name, (oneOff) => evaluateTaskFinished(context, oneOff)),
  };
}
