import type { EFSVolumeConfiguration } from '@aws-sdk/client-ecs';
import { isName } from '../../model/arn.ts';
import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import { type Conflict, eachContainer, inService, inTask, type Rule } from './pair.ts';
import { unknownContainer } from './unknown-container.ts';

const mountedVolumesExist: Rule = (pair) => {
  const names = (pair.taskDefinition?.volumes ?? []).flatMap(({ name }) => name ?? []);
  return eachContainer(pair, ({ mountPoints = [] }, container) =>
    mountPoints.flatMap(({ sourceVolume }, at) => {
      if (sourceVolume === undefined || names.includes(sourceVolume)) return [];
      const path = [...container, 'mountPoints', at, 'sourceVolume'];
      const near = suggest(sourceVolume, names);
      const index = pair.taskDefinition?.volumes?.findIndex(({ name }) => name === near) ?? -1;
      const help =
        near === undefined ? '' : `; did you mean ${pair.written('taskDefinition', ['volumes', index, 'name'])}?`;
      return [inTask(path, `${pair.written('taskDefinition', path)} is not among the task's volumes${help}`)];
    }),
  );
};

const sourcesOfVolumesExist: Rule = (pair) =>
  eachContainer(pair, ({ volumesFrom = [], name }, container) =>
    volumesFrom.flatMap(({ sourceContainer }, at) => {
      const path = [...container, 'volumesFrom', at, 'sourceContainer'];
      if (sourceContainer !== undefined && sourceContainer === name) {
        return [inTask(path, `${pair.written('taskDefinition', path)} is the container itself`)];
      }
      return unknownContainer(pair, 'taskDefinition', path, sourceContainer);
    }),
  );

const volumesHaveNames: Rule = (pair) => {
  const volumes = pair.taskDefinition?.volumes ?? [];
  return volumes.flatMap(({ name }, index) => {
    if (name === undefined) return [];
    const path = ['volumes', index, 'name'];
    const said = pair.written('taskDefinition', path);
    if (!isName(name))
      return [inTask(path, `${said} is not a name: 1 to 255 letters, digits, hyphens and underscores`)];
    const first = volumes.findIndex((other) => other.name === name);
    return first < index ? [inTask(path, `${said} is the name of volumes[${first}] already`)] : [];
  });
};

/** As the API reference of EFSVolumeConfiguration and EFSAuthorizationConfig has it. */
function efsFaults(efs: EFSVolumeConfiguration, path: Path): readonly Conflict[] {
  const { accessPointId, iam } = efs.authorizationConfig ?? {};
  const open = efs.transitEncryption !== 'ENABLED';
  const key = [...path, 'transitEncryption'];
  return [
    ...(iam === 'ENABLED' && open ? [inTask(key, 'must be ENABLED, because authorizationConfig.iam is')] : []),
    ...(iam !== 'ENABLED' && accessPointId !== undefined && open
      ? [inTask(key, 'must be ENABLED, because authorizationConfig has an accessPointId')]
      : []),
    ...(accessPointId !== undefined && (efs.rootDirectory ?? '/') !== '/'
      ? [
          inTask(
            [...path, 'rootDirectory'],
            'must be left out or be /, because authorizationConfig has an accessPointId',
          ),
        ]
      : []),
  ];
}

const efsIsSafe: Rule = ({ taskDefinition }) =>
  (taskDefinition?.volumes ?? []).flatMap(({ efsVolumeConfiguration: efs }, index) =>
    efs === undefined ? [] : efsFaults(efs, ['volumes', index, 'efsVolumeConfiguration']),
  );

/** "This value must match the volume name from the Volume object in the task definition." */
const configuredVolumesExist: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  const configurations = service?.volumeConfigurations ?? [];
  const sizes = configurations.flatMap(({ managedEBSVolume }, index) => {
    if (managedEBSVolume === undefined) return [];
    if (managedEBSVolume.sizeInGiB !== undefined || managedEBSVolume.snapshotId !== undefined) return [];
    return [inService(['volumeConfigurations', index, 'managedEBSVolume'], 'has neither sizeInGiB nor snapshotId')];
  });
  if (service === undefined || taskDefinition === undefined) return sizes;
  const atLaunch = (taskDefinition.volumes ?? []).filter(({ configuredAtLaunch }) => configuredAtLaunch === true);
  const unknown = configurations.flatMap(({ name }, index) => {
    if (atLaunch.some((volume) => volume.name === name)) return [];
    const path = ['volumeConfigurations', index, 'name'];
    const what = `${pair.written('service', path)} is not a volume of the task definition with configuredAtLaunch`;
    return [inService(path, what)];
  });
  // A service that exists can have the configuration; that is looked at when it has been read.
  const unconfigured = (pair.live ? [] : (taskDefinition.volumes ?? [])).flatMap(
    ({ name, configuredAtLaunch }, index) => {
      if (configuredAtLaunch !== true || configurations.some((one) => one.name === name)) return [];
      const what = 'needs an item in volumeConfigurations of service.json, which has none for this volume';
      return [inTask(['volumes', index, 'configuredAtLaunch'], what)];
    },
  );
  return [...sizes, ...unknown, ...unconfigured];
};

export const volumeRules: readonly Rule[] = [
  mountedVolumesExist,
  sourcesOfVolumesExist,
  volumesHaveNames,
  efsIsSafe,
  configuredVolumesExist,
];
