import { type Verdict, wait } from '../core/verdict.ts';
import type { World } from '../core/world.ts';
import { lookQuiet } from './alarm.ts';
import { lookContainers, lookRunning, lookStopped } from './canary.ts';
import { tellNonEssential } from './container-health.ts';
import { lookEmpty, lookGone, lookScaled } from './departure.ts';
import { lookCarries, lookFree, lookRestored, lookStable } from './deployment.ts';
import type { CanaryFound, Found, OneOffFound } from './found.ts';
import type { Ground } from './ground.ts';
import { lookBegun, lookFinished } from './one-off.ts';
import { lookDrained, lookHealthy } from './target.ts';

/** What is asked again and again. */
export function looks(ground: Ground, found: Found): World['look'] {
  const { aws, clock, cluster, grace } = ground;
  const now = () => clock.now();
  const ofCanary = async (look: (canary: CanaryFound) => Promise<Verdict>): Promise<Verdict> => {
    const { canary } = found;
    if (canary === undefined) return wait('no canary has been started');
    const verdict = await look(canary);
    tellNonEssential(canary, { over: false }, ground.report);
    return verdict;
  };
  const ofOneOff = async (name: string, look: (oneOff: OneOffFound) => Promise<Verdict>): Promise<Verdict> => {
    const oneOff = found.oneOffs.get(name);
    return oneOff === undefined ? wait(`${name} has not been started`) : look(oneOff);
  };
  return {
    'tasks-running': (gate) => ofCanary((canary) => lookRunning(aws, cluster, canary, gate, now)),
    'containers-healthy': (gate) => ofCanary((canary) => lookContainers(aws, cluster, canary, gate, now)),
    'targets-healthy': async (_, care) =>
      found.targets.length === 0
        ? wait('the canary is in no target group')
        : lookHealthy(aws, found.targets, grace, care, now),
    'alarms-quiet': ({ alarms }) => lookQuiet(aws, alarms),
    'service-free': (gate) => lookFree(aws, gate, now, found),
    'service-carries': (gate) => lookCarries(ground, gate, found),
    'service-stable': (gate) => lookStable(ground, gate, found),
    'service-restored': (gate) => lookRestored(aws, gate, found, now()),
    'service-empty': (gate) => lookEmpty(ground, gate, found),
    'service-gone': (gate) => lookGone(ground, gate, found),
    'service-scaled': (gate) => lookScaled(aws, gate, found, now()),
    'targets-drained': (gate) => lookDrained(aws, gate, found, now),
    'tasks-stopped': (gate) => {
      const known = [found.canary, ...found.oneOffs.values()].find((task) => gate.tasks?.includes(task?.arn ?? ''));
      return lookStopped(aws, gate, known, now);
    },
    'task-begun': ({ name }) => ofOneOff(name, (oneOff) => lookBegun(ground, oneOff)),
    'task-finished': ({ name }) => ofOneOff(name, (oneOff) => lookFinished(ground, oneOff)),
  };
}
