import * as ecs from '@aws-sdk/client-ecs';

/**
 * The enum values of members for which ECS answers with the general validation error. Members with their own error message
 * are in the rules of services and task definitions.
 */
export const words: Readonly<Record<string, readonly string[]>> = {
  'AwsVpcConfiguration.assignPublicIp': Object.values(ecs.AssignPublicIp),
  'ContainerDefinition.versionConsistency': Object.values(ecs.VersionConsistency),
  'ContainerDependency.condition': Object.values(ecs.ContainerCondition),
  'DeploymentEarlySuccessCriteria.sourceServiceRevisionCleanup': Object.values(ecs.ServiceRevisionCleanup),
  'DeploymentLifecycleHook.lifecycleStages': Object.values(ecs.DeploymentLifecycleHookStage),
  'DeploymentLifecycleHook.targetType': Object.values(ecs.DeploymentLifecycleHookTargetType),
  'DeploymentLifecycleHookTimeoutConfiguration.action': Object.values(ecs.DeploymentLifecycleHookAction),
  'Device.permissions': Object.values(ecs.DeviceCgroupPermission),
  'DockerVolumeConfiguration.scope': Object.values(ecs.Scope),
  'EBSTagSpecification.resourceType': Object.values(ecs.EBSResourceType),
  'EFSAuthorizationConfig.iam': Object.values(ecs.EFSAuthorizationConfigIAM),
  'EFSVolumeConfiguration.transitEncryption': Object.values(ecs.EFSTransitEncryption),
  'EnvironmentFile.type': Object.values(ecs.EnvironmentFileType),
  'FirelensConfiguration.type': Object.values(ecs.FirelensConfigurationType),
  'GatewayConnectorFilters.accessTypes': Object.values(ecs.AccessType),
  'GatewayConnectorHealthCheck.healthCheckProtocol': Object.values(ecs.GatewayConnectorHealthCheckProtocol),
  'LogConfiguration.logDriver': Object.values(ecs.LogDriver),
  'PlacementConstraint.type': Object.values(ecs.PlacementConstraintType),
  'PlacementStrategy.type': Object.values(ecs.PlacementStrategyType),
  'PortMapping.appProtocol': Object.values(ecs.ApplicationProtocol),
  'PortMapping.protocol': Object.values(ecs.TransportProtocol),
  'ProxyConfiguration.type': Object.values(ecs.ProxyConfigurationType),
  'RegisterTaskDefinitionRequest.ipcMode': Object.values(ecs.IpcMode),
  'RegisterTaskDefinitionRequest.pidMode': Object.values(ecs.PidMode),
  'RegisterTaskDefinitionRequest.requiresCompatibilities': Object.values(ecs.Compatibility),
  'ResourceRequirement.type': Object.values(ecs.ResourceType),
  'RuntimePlatform.cpuArchitecture': Object.values(ecs.CPUArchitecture),
  'RuntimePlatform.operatingSystemFamily': Object.values(ecs.OSFamily),
  'ServiceConnectAccessLogConfiguration.format': Object.values(ecs.ServiceConnectAccessLoggingFormat),
  'ServiceConnectAccessLogConfiguration.includeQueryParameters': Object.values(
    ecs.ServiceConnectIncludeQueryParameters,
  ),
  'ServiceManagedEBSVolumeConfiguration.filesystemType': Object.values(ecs.TaskFilesystemType),
  'TaskDefinitionPlacementConstraint.type': Object.values(ecs.TaskDefinitionPlacementConstraintType),
  'TaskManagedEBSVolumeConfiguration.filesystemType': Object.values(ecs.TaskFilesystemType),
  'ThresholdConfiguration.type': Object.values(ecs.ThresholdType),
  'Ulimit.name': Object.values(ecs.UlimitName),
};
