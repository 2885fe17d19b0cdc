import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import { eachContainer, inTask, isWindows, outside, quoteInTask, type Rule, runsOnFargate } from './pair.ts';

/** Members that Fargate does not support, according to the API reference, unless they are empty. */
function unsupported({ linuxParameters, ...container }: ContainerDefinition): readonly Path[] {
  const { devices = [], maxSwap, sharedMemorySize, swappiness } = linuxParameters ?? {};
  const { dockerSecurityOptions = [], privileged, resourceRequirements = [] } = container;
  const has: readonly (readonly [boolean, Path])[] = [
    [privileged === true, ['privileged']],
    [dockerSecurityOptions.length > 0, ['dockerSecurityOptions']],
    [resourceRequirements.some(({ type }) => type === 'GPU'), ['resourceRequirements']],
    [devices.length > 0, ['linuxParameters', 'devices']],
    [maxSwap !== undefined, ['linuxParameters', 'maxSwap']],
    [sharedMemorySize !== undefined, ['linuxParameters', 'sharedMemorySize']],
    [swappiness !== undefined, ['linuxParameters', 'swappiness']],
  ];
  return has.flatMap(([is, path]) => (is ? [path] : []));
}

const what = 'is not supported on Fargate; remove it';

const containersFitFargate: Rule = (pair) =>
  runsOnFargate(pair) &&
  eachContainer(pair, (container, path) => [
    unsupported(container).map((below) => inTask([...path, ...below], what)),
    // "Tasks launched on Fargate only support adding the SYS_PTRACE kernel capability."
    (container.linuxParameters?.capabilities?.add ?? []).map((capability, index) => {
      const at = [...path, 'linuxParameters', 'capabilities', 'add', index];
      return capability !== 'SYS_PTRACE' && quoteInTask(pair, at, 'cannot be added on Fargate; only SYS_PTRACE can');
    }),
    // "The valid values for Fargate are 2-120 seconds"; for stopTimeout only the maximum is certain.
    outside(pair, 'taskDefinition', [...path, 'startTimeout'], container.startTimeout, [2, 120]),
    outside(pair, 'taskDefinition', [...path, 'stopTimeout'], container.stopTimeout, [0, 120]),
  ]);

const tasksFitFargate: Rule = (pair) => {
  const { taskDefinition } = pair;
  if (taskDefinition === undefined || !runsOnFargate(pair)) return undefined;
  const { ipcMode, pidMode, placementConstraints = [], inferenceAccelerators = [], volumes = [] } = taskDefinition;
  const windows = isWindows(taskDefinition);
  return [
    ipcMode !== undefined && inTask(['ipcMode'], what),
    (pidMode === 'host' || (pidMode !== undefined && windows)) &&
      inTask(['pidMode'], windows ? what : 'must be task on Fargate, or removed'),
    placementConstraints.length > 0 && inTask(['placementConstraints'], what),
    inferenceAccelerators.length > 0 && inTask(['inferenceAccelerators'], what),
    volumes.map(({ dockerVolumeConfiguration, host }, index) => [
      dockerVolumeConfiguration !== undefined && inTask(['volumes', index, 'dockerVolumeConfiguration'], what),
      host?.sourcePath !== undefined && inTask(['volumes', index, 'host', 'sourcePath'], what),
    ]),
  ];
};

export const fargateRules: readonly Rule[] = [containersFitFargate, tasksFitFargate];
