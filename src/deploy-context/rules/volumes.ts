import type { EFSVolumeConfiguration } from '@aws-sdk/client-ecs';
import { isName } from '../../model/arn.ts';
import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import { type Conflicts, eachContainer, inService, inTask, quoteInService, quoteInTask, type Rule } from './pair.ts';
import { unknownContainer } from './unknown-container.ts';

const mountedVolumesExist: Rule = (pair) => {
  const volumes = pair.taskDefinition?.volumes ?? [];
  const names = volumes.flatMap(({ name }) => name ?? []);
  return eachContainer(pair, ({ mountPoints = [] }, container) =>
    mountPoints.map(({ sourceVolume }, at) => {
      if (sourceVolume === undefined || names.includes(sourceVolume)) return undefined;
      const near = suggest(sourceVolume, names);
      const path = ['volumes', volumes.findIndex(({ name }) => name === near), 'name'];
      const help = near === undefined ? '' : `; did you mean ${pair.written('taskDefinition', path)}?`;
      const what = `is not a volume of the task${help}`;
      return quoteInTask(pair, [...container, 'mountPoints', at, 'sourceVolume'], what);
    }),
  );
};

const sourcesOfVolumesExist: Rule = (pair) =>
  eachContainer(pair, ({ volumesFrom = [], name }, container) =>
    volumesFrom.map(({ sourceContainer }, at) => {
      const path = [...container, 'volumesFrom', at, 'sourceContainer'];
      return sourceContainer !== undefined && sourceContainer === name
        ? quoteInTask(pair, path, 'is the container itself')
        : unknownContainer(pair, 'taskDefinition', path, sourceContainer);
    }),
  );

const volumesHaveNames: Rule = (pair) => {
  const volumes = pair.taskDefinition?.volumes ?? [];
  return volumes.map(({ name }, index) => {
    if (name === undefined) return undefined;
    const path = ['volumes', index, 'name'];
    if (!isName(name))
      return quoteInTask(pair, path, 'is not a name; use 1 to 255 letters, digits, hyphens and underscores');
    const first = volumes.findIndex((other) => other.name === name);
    return first < index && quoteInTask(pair, path, `is already the name of volumes[${first}]`);
  });
};

/** API reference of EFSVolumeConfiguration and EFSAuthorizationConfig. */
function efsFaults(efs: EFSVolumeConfiguration, path: Path): Conflicts {
  const { accessPointId, iam } = efs.authorizationConfig ?? {};
  const why = iam === 'ENABLED' ? 'authorizationConfig.iam is ENABLED' : 'authorizationConfig has an accessPointId';
  const hasPoint = accessPointId !== undefined;
  return [
    (iam === 'ENABLED' || hasPoint) &&
      efs.transitEncryption !== 'ENABLED' &&
      inTask([...path, 'transitEncryption'], `must be ENABLED, because ${why}`),
    hasPoint &&
      (efs.rootDirectory ?? '/') !== '/' &&
      inTask([...path, 'rootDirectory'], 'must be / or removed, because authorizationConfig has an accessPointId'),
  ];
}

const efsIsSafe: Rule = ({ taskDefinition }) =>
  (taskDefinition?.volumes ?? []).map(
    ({ efsVolumeConfiguration: efs }, index) => efs && efsFaults(efs, ['volumes', index, 'efsVolumeConfiguration']),
  );

/** "This value must match the volume name from the Volume object in the task definition." */
const configuredVolumesExist: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  const configurations = service?.volumeConfigurations ?? [];
  const sizes = configurations.map(({ managedEBSVolume: volume }, index) => {
    const path = ['volumeConfigurations', index, 'managedEBSVolume'];
    const lacks = volume && volume.sizeInGiB === undefined && volume.snapshotId === undefined;
    return lacks && inService(path, 'has neither sizeInGiB nor snapshotId; set one of them');
  });
  if (service === undefined || taskDefinition === undefined) return sizes;
  const { volumes = [] } = taskDefinition;
  const unknown = configurations.map(({ name }, index) => {
    const exists = volumes.some((volume) => volume.configuredAtLaunch === true && volume.name === name);
    const path = ['volumeConfigurations', index, 'name'];
    return !exists && quoteInService(pair, path, 'is not a volume of the task definition with configuredAtLaunch true');
  });
  // A service that exists can have the configuration; that is looked at when it has been read.
  const unconfigured = (pair.live ? [] : volumes).map(({ name, configuredAtLaunch }, index) => {
    const lacks = configuredAtLaunch === true && !configurations.some((one) => one.name === name);
    const what = 'needs an item in volumeConfigurations of service.json, which has none for this volume';
    return lacks && inTask(['volumes', index, 'configuredAtLaunch'], what);
  });
  return [sizes, unknown, unconfigured];
};

export const volumeRules: readonly Rule[] = [
  mountedVolumesExist,
  sourcesOfVolumesExist,
  volumesHaveNames,
  efsIsSafe,
  configuredVolumesExist,
];
