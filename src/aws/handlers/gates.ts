import type { GateHandlers } from '../../engine/world.ts';
import { evaluateAlarms } from './alarm.ts';
import { evaluateContainersHealthy, evaluateTasksRunning, evaluateTasksStopped } from './canary.ts';
import type { HandlerContext } from './context.ts';
import {
  evaluateServiceFree,
  evaluateServiceRestored,
  evaluateServiceStable,
  evaluateServingTraffic,
} from './deployment.ts';
import { namedGates } from './named-gates.ts';
import { evaluateTaskBegun, evaluateTaskFinished } from './one-off.ts';
import {
  evaluateDeploymentOver,
  evaluateDeploymentUndone,
  evaluateServiceDeployment,
} from './service-deployment-gates.ts';
import { evaluateServiceEmpty, evaluateServiceGone, evaluateServiceScaled } from './service-removal.ts';
import { evaluateTargetsDrained, evaluateTargetsHealthy } from './target.ts';
import { trafficGates } from './traffic-gates.ts';

/** What is asked again and again. */
export function gateHandlers(context: HandlerContext): GateHandlers {
  return {
    'tasks-running': (gate, asked, memory) => evaluateTasksRunning(context, gate, asked, memory),
    'containers-healthy': (gate, asked) => evaluateContainersHealthy(context, gate, asked),
    'targets-healthy': (gate, asked) => evaluateTargetsHealthy(context, gate, asked),
    'alarms-quiet': (gate) => evaluateAlarms(context, gate),
    'service-free': (gate, asked, memory) => evaluateServiceFree(context, gate, asked, memory),
    'serving-traffic': (gate, asked, memory) => evaluateServingTraffic(context, gate, asked, memory),
    'service-stable': (gate, asked, memory) => evaluateServiceStable(context, gate, asked, memory),
    'service-restored': (gate, asked, memory) => evaluateServiceRestored(context, gate, asked, memory),
    'service-deployment': (gate, asked, memory) => evaluateServiceDeployment(context, gate, asked, memory),
    'service-deployment-undone': (gate, asked) => evaluateDeploymentUndone(context, gate, asked),
    'service-deployment-over': (gate) => evaluateDeploymentOver(context, gate),
    'service-empty': (gate, asked) => evaluateServiceEmpty(context, gate, asked),
    'service-gone': (gate, asked, memory) => evaluateServiceGone(context, gate, asked, memory),
    'service-scaled': (gate, asked) => evaluateServiceScaled(context, gate, asked),
    'targets-drained': (gate, asked) => evaluateTargetsDrained(context, gate, asked),
    'tasks-stopped': (gate, asked) => evaluateTasksStopped(context, gate, asked),
    'task-begun': (gate, asked, memory) => evaluateTaskBegun(context, gate, asked, memory),
    'task-finished': (gate, asked, memory) => evaluateTaskFinished(context, gate, asked, memory),
    ...trafficGates(context),
    ...namedGates(context),
  };
}
