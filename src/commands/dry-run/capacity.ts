import type { RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import { originOf } from '../../model/change.ts';
import { nativeStrategyOf } from '../../model/native.ts';
import type { Capacity, TaskSize } from '../../model/preview.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { serviceAfter } from '../rollout/settings.ts';

/** The capacity that a rollout needs in addition to the running tasks. */
export function capacityOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  definition: RegisterTaskDefinitionRequest,
  /** The most canary tasks at a time. */
  canary: number,
): Capacity {
  const service = serviceAfter(request, snapshot);
  const size = openSize(request, definition);
  const deployment = batchOf(service);
  // Canaries stay until the deployment has healthy tasks of its own.
  const tasks = canary + Math.max(0, deployment.most - (snapshot.service.runningCount ?? deployment.desired));
  const times = (amount: number | undefined): number => (amount ?? 0) * tasks;
  return {
    ...(canary === 0 ? {} : { canary: canary === 1 ? size : { ...size, tasks: canary } }),
    deployment,
    more: {
      tasks,
      ...(size.cpu === undefined ? {} : { cpu: times(size.cpu) }),
      ...(size.memory === undefined ? {} : { memory: times(size.memory) }),
      addresses: times(size.addresses),
    },
  };
}

/** The size of one task, without values that come from the environment. */
export function openSize({ origins }: ResolvedRollout, definition: RegisterTaskDefinitionRequest): TaskSize {
  const isHidden = (path: 'cpu' | 'memory'): boolean => {
    const from = origins === undefined ? undefined : originOf(origins.definition, path);
    return from?.kind === 'file' && from.variables !== undefined;
  };
  const { cpu, memory, addresses } = sizeOf(definition);
  return {
    ...(cpu === undefined || isHidden('cpu') ? {} : { cpu }),
    ...(memory === undefined || isHidden('memory') ? {} : { memory }),
    addresses,
  };
}

/** The least and the most tasks during a deployment: ECS rounds the least up and the most down. */
export function batchOf(service: Service): Capacity['deployment'] {
  const { desiredCount: desired = 0, deploymentConfiguration = {}, schedulingStrategy } = service;
  // The defaults of CreateService; a DAEMON service has two tasks on an instance only if that is requested.
  const daemon = schedulingStrategy === 'DAEMON';
  // ECS starts a whole second set where it moves the traffic.
  const configured = nativeStrategyOf(service) === undefined ? deploymentConfiguration : {};
  const { minimumHealthyPercent = daemon ? 0 : 100, maximumPercent = daemon ? 100 : 200 } = configured;
  return {
    desired,
    least: Math.ceil((desired * minimumHealthyPercent) / 100),
    most: Math.floor((desired * maximumPercent) / 100),
    minimumHealthyPercent,
    maximumPercent,
  };
}

/** The size of one task: as the task definition says, or else the sum of its containers. */
export function sizeOf({
  cpu,
  memory,
  networkMode,
  containerDefinitions = [],
}: RegisterTaskDefinitionRequest): TaskSize {
  const sum = (of: (container: (typeof containerDefinitions)[number]) => number | undefined): number =>
    containerDefinitions.reduce((total, container) => total + (of(container) ?? 0), 0);
  const [ofCpu, ofMemory] = [
    inUnits(cpu) ?? sum((container) => container.cpu),
    // ECS places a container by its reservation, if it has one.
    inUnits(memory) ?? sum((container) => container.memoryReservation ?? container.memory),
  ];
  return {
    ...(ofCpu === 0 ? {} : { cpu: ofCpu }),
    ...(ofMemory === 0 ? {} : { memory: ofMemory }),
    addresses: networkMode === 'awsvpc' ? 1 : 0,
  };
}

/** `1024`, `1 vCPU`, `2 GB`. */
function inUnits(size: string | undefined): number | undefined {
  const [, amount, unit] = /^\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*$/i.exec(size ?? '') ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === undefined ? 1 : 1024);
}
