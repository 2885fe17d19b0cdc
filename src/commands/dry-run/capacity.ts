import type { RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import { originOf } from '../../model/change.ts';
import type { Capacity, TaskSize } from '../../model/preview.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import { serviceAfter } from '../rollout/settings.ts';

/** What a rollout of a definition needs beside what runs. */
export function capacityOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  definition: RegisterTaskDefinitionRequest,
): Capacity {
  const service = serviceAfter(request, snapshot);
  const size = openSize(request, definition);
  const canary = strategyFacts[request.strategy].canaryTasks;
  const deployment = batchOf(service);
  // The canary stays until the deployment has a task of its own that is well.
  const tasks = canary + Math.max(0, deployment.most - (snapshot.service.runningCount ?? deployment.desired));
  const times = (amount: number | undefined): number => (amount ?? 0) * tasks;
  return {
    ...(canary === 0 ? {} : { canary: size }),
    deployment,
    more: {
      tasks,
      ...(size.cpu === undefined ? {} : { cpu: times(size.cpu) }),
      ...(size.memory === undefined ? {} : { memory: times(size.memory) }),
      addresses: times(size.addresses),
    },
  };
}

/** What one task takes, less what the environment has said and nobody may see. */
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

/** How many tasks there are at least and at most meanwhile: ECS rounds the least up and the most down. */
export function batchOf(service: Service): Capacity['deployment'] {
  const { desiredCount: desired = 0, deploymentConfiguration = {}, schedulingStrategy } = service;
  // What CreateService takes when it is not said; a daemon has never two tasks on an instance unless that is asked for.
  const daemon = schedulingStrategy === 'DAEMON';
  const { minimumHealthyPercent = daemon ? 0 : 100, maximumPercent = daemon ? 100 : 200 } = deploymentConfiguration;
  return {
    desired,
    least: Math.ceil((desired * minimumHealthyPercent) / 100),
    most: Math.floor((desired * maximumPercent) / 100),
    minimumHealthyPercent,
    maximumPercent,
  };
}

/** What one task takes: what it says as a whole, or else the sum of its containers. */
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
    // A container is placed by its reservation, where it has one.
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
