import { words } from './ecs-words.ts';

/** The type of a member of a request: a list is written as a list of one, a map as `{ '*': … }`, a required member with `!`. */
export type InputShape =
  | 'text'
  /** Text that is one of the words after the colon. */
  | `text:${string}`
  | 'number'
  | 'flag'
  | 'any'
  | readonly [InputShape]
  | { readonly [member: string]: InputShape };

const text = 'text';
const number = 'number';
const flag = 'flag';
const any = 'any';

const Tag = { key: text, value: text } as const;
const ClusterSetting = { name: text, value: text } as const;
const ExecuteCommandLogConfiguration = {
  cloudWatchLogGroupName: text,
  cloudWatchEncryptionEnabled: flag,
  s3BucketName: text,
  s3EncryptionEnabled: flag,
  s3KeyPrefix: text,
} as const;
const ExecuteCommandConfiguration = {
  kmsKeyId: text,
  logging: text,
  logConfiguration: ExecuteCommandLogConfiguration,
} as const;
const ManagedStorageConfiguration = { kmsKeyId: text, fargateEphemeralStorageKmsKeyId: text } as const;
const ClusterConfiguration = {
  executeCommandConfiguration: ExecuteCommandConfiguration,
  managedStorageConfiguration: ManagedStorageConfiguration,
} as const;
const CapacityProviderStrategyItem = { 'capacityProvider!': text, weight: number, base: number } as const;
const ClusterServiceConnectDefaultsRequest = { 'namespace!': text } as const;
const CreateClusterRequest = {
  clusterName: text,
  tags: [Tag],
  settings: [ClusterSetting],
  configuration: ClusterConfiguration,
  capacityProviders: [text],
  defaultCapacityProviderStrategy: [CapacityProviderStrategyItem],
  serviceConnectDefaults: ClusterServiceConnectDefaultsRequest,
} as const;
const DescribeClustersRequest = { clusters: [text], include: [text] } as const;
const ListClustersRequest = { nextToken: text, maxResults: number } as const;
const RepositoryCredentials = { 'credentialsParameter!': text } as const;
const PortMapping = {
  containerPort: number,
  hostPort: number,
  protocol: words.TransportProtocol,
  name: text,
  appProtocol: words.ApplicationProtocol,
  containerPortRange: text,
} as const;
const ContainerRestartPolicy = { 'enabled!': flag, ignoredExitCodes: [number], restartAttemptPeriod: number } as const;
const KeyValuePair = { name: text, value: text } as const;
const EnvironmentFile = { 'value!': text, 'type!': words.EnvironmentFileType } as const;
const MountPoint = { sourceVolume: text, containerPath: text, readOnly: flag } as const;
const VolumeFrom = { sourceContainer: text, readOnly: flag } as const;
const KernelCapabilities = { add: [text], drop: [text] } as const;
const Device = { 'hostPath!': text, containerPath: text, permissions: [words.DeviceCgroupPermission] } as const;
const Tmpfs = { 'containerPath!': text, 'size!': number, mountOptions: [text] } as const;
const LinuxParameters = {
  capabilities: KernelCapabilities,
  devices: [Device],
  initProcessEnabled: flag,
  sharedMemorySize: number,
  tmpfs: [Tmpfs],
  maxSwap: number,
  swappiness: number,
} as const;
const Secret = { 'name!': text, 'valueFrom!': text } as const;
const ContainerDependency = { 'containerName!': text, 'condition!': words.ContainerCondition } as const;
const HostEntry = { 'hostname!': text, 'ipAddress!': text } as const;
const Ulimit = { 'name!': words.UlimitName, 'softLimit!': number, 'hardLimit!': number } as const;
const LogConfiguration = { 'logDriver!': words.LogDriver, options: { '*': text }, secretOptions: [Secret] } as const;
const HealthCheck = {
  'command!': [text],
  interval: number,
  timeout: number,
  retries: number,
  startPeriod: number,
} as const;
const SystemControl = { namespace: text, value: text } as const;
const NvidiaMpsAllocation = { 'memory!': number, maxComputePercent: number } as const;
const SharingStrategy = { nvidiaMps: NvidiaMpsAllocation } as const;
const ResourceRequirement = { 'type!': words.ResourceType, value: text, sharingStrategy: SharingStrategy } as const;
const FirelensConfiguration = { 'type!': words.FirelensConfigurationType, options: { '*': text } } as const;
const ContainerDefinition = {
  name: text,
  image: text,
  repositoryCredentials: RepositoryCredentials,
  cpu: number,
  memory: number,
  memoryReservation: number,
  links: [text],
  portMappings: [PortMapping],
  essential: flag,
  restartPolicy: ContainerRestartPolicy,
  entryPoint: [text],
  command: [text],
  environment: [KeyValuePair],
  environmentFiles: [EnvironmentFile],
  mountPoints: [MountPoint],
  volumesFrom: [VolumeFrom],
  linuxParameters: LinuxParameters,
  secrets: [Secret],
  dependsOn: [ContainerDependency],
  startTimeout: number,
  stopTimeout: number,
  versionConsistency: words.VersionConsistency,
  hostname: text,
  user: text,
  workingDirectory: text,
  disableNetworking: flag,
  privileged: flag,
  readonlyRootFilesystem: flag,
  dnsServers: [text],
  dnsSearchDomains: [text],
  extraHosts: [HostEntry],
  dockerSecurityOptions: [text],
  interactive: flag,
  pseudoTerminal: flag,
  dockerLabels: { '*': text },
  ulimits: [Ulimit],
  logConfiguration: LogConfiguration,
  healthCheck: HealthCheck,
  systemControls: [SystemControl],
  resourceRequirements: [ResourceRequirement],
  firelensConfiguration: FirelensConfiguration,
  credentialSpecs: [text],
} as const;
const HostVolumeProperties = { sourcePath: text } as const;
const DockerVolumeConfiguration = {
  scope: words.Scope,
  autoprovision: flag,
  driver: text,
  driverOpts: { '*': text },
  labels: { '*': text },
} as const;
const EFSAuthorizationConfig = { accessPointId: text, iam: words.EFSAuthorizationConfigIAM } as const;
const EFSVolumeConfiguration = {
  'fileSystemId!': text,
  rootDirectory: text,
  transitEncryption: words.EFSTransitEncryption,
  transitEncryptionPort: number,
  authorizationConfig: EFSAuthorizationConfig,
} as const;
const S3FilesVolumeConfiguration = {
  'fileSystemArn!': text,
  rootDirectory: text,
  transitEncryptionPort: number,
  accessPointArn: text,
} as const;
const FSxWindowsFileServerAuthorizationConfig = { 'credentialsParameter!': text, 'domain!': text } as const;
const FSxWindowsFileServerVolumeConfiguration = {
  'fileSystemId!': text,
  'rootDirectory!': text,
  'authorizationConfig!': FSxWindowsFileServerAuthorizationConfig,
} as const;
const Volume = {
  name: text,
  host: HostVolumeProperties,
  dockerVolumeConfiguration: DockerVolumeConfiguration,
  efsVolumeConfiguration: EFSVolumeConfiguration,
  s3filesVolumeConfiguration: S3FilesVolumeConfiguration,
  fsxWindowsFileServerVolumeConfiguration: FSxWindowsFileServerVolumeConfiguration,
  configuredAtLaunch: flag,
} as const;
const TaskDefinitionPlacementConstraint = {
  type: words.TaskDefinitionPlacementConstraintType,
  expression: text,
} as const;
const ProxyConfiguration = {
  'containerName!': text,
  type: words.ProxyConfigurationType,
  properties: [KeyValuePair],
} as const;
const InferenceAccelerator = { 'deviceName!': text, 'deviceType!': text } as const;
const EphemeralStorage = { 'sizeInGiB!': number } as const;
const RuntimePlatform = { cpuArchitecture: words.CPUArchitecture, operatingSystemFamily: words.OSFamily } as const;
const RegisterTaskDefinitionRequest = {
  'family!': text,
  'containerDefinitions!': [ContainerDefinition],
  taskRoleArn: text,
  executionRoleArn: text,
  networkMode: text,
  volumes: [Volume],
  placementConstraints: [TaskDefinitionPlacementConstraint],
  requiresCompatibilities: [words.Compatibility],
  cpu: text,
  memory: text,
  tags: [Tag],
  pidMode: words.PidMode,
  ipcMode: words.IpcMode,
  proxyConfiguration: ProxyConfiguration,
  inferenceAccelerators: [InferenceAccelerator],
  ephemeralStorage: EphemeralStorage,
  runtimePlatform: RuntimePlatform,
  enableFaultInjection: flag,
} as const;
const DescribeTaskDefinitionRequest = { 'taskDefinition!': text, include: [text] } as const;
const ListTaskDefinitionsRequest = {
  familyPrefix: text,
  status: text,
  sort: text,
  nextToken: text,
  maxResults: number,
} as const;
const ListTaskDefinitionFamiliesRequest = {
  familyPrefix: text,
  status: text,
  nextToken: text,
  maxResults: number,
} as const;
const DeregisterTaskDefinitionRequest = { 'taskDefinition!': text } as const;
const DeleteTaskDefinitionsRequest = { 'taskDefinitions!': [text] } as const;
const AwsVpcConfiguration = {
  'subnets!': [text],
  securityGroups: [text],
  assignPublicIp: words.AssignPublicIp,
} as const;
const NetworkConfiguration = { awsvpcConfiguration: AwsVpcConfiguration } as const;
const ContainerOverride = {
  name: text,
  command: [text],
  environment: [KeyValuePair],
  environmentFiles: [EnvironmentFile],
  cpu: number,
  memory: number,
  memoryReservation: number,
  resourceRequirements: [ResourceRequirement],
} as const;
const InferenceAcceleratorOverride = { deviceName: text, deviceType: text } as const;
const TaskOverride = {
  containerOverrides: [ContainerOverride],
  cpu: text,
  inferenceAcceleratorOverrides: [InferenceAcceleratorOverride],
  executionRoleArn: text,
  memory: text,
  taskRoleArn: text,
  ephemeralStorage: EphemeralStorage,
} as const;
const PlacementConstraint = { type: words.PlacementConstraintType, expression: text } as const;
const PlacementStrategy = { type: words.PlacementStrategyType, field: text } as const;
const EBSTagSpecification = { 'resourceType!': words.EBSResourceType, tags: [Tag], propagateTags: text } as const;
const TaskManagedEBSVolumeTerminationPolicy = { 'deleteOnTermination!': flag } as const;
const TaskManagedEBSVolumeConfiguration = {
  'roleArn!': text,
  encrypted: flag,
  kmsKeyId: text,
  volumeType: text,
  sizeInGiB: number,
  snapshotId: text,
  volumeInitializationRate: number,
  iops: number,
  throughput: number,
  tagSpecifications: [EBSTagSpecification],
  terminationPolicy: TaskManagedEBSVolumeTerminationPolicy,
  filesystemType: words.TaskFilesystemType,
} as const;
const TaskVolumeConfiguration = { 'name!': text, managedEBSVolume: TaskManagedEBSVolumeConfiguration } as const;
const RunTaskRequest = {
  'taskDefinition!': text,
  capacityProviderStrategy: [CapacityProviderStrategyItem],
  cluster: text,
  count: number,
  enableECSManagedTags: flag,
  enableExecuteCommand: flag,
  group: text,
  launchType: text,
  networkConfiguration: NetworkConfiguration,
  overrides: TaskOverride,
  placementConstraints: [PlacementConstraint],
  placementStrategy: [PlacementStrategy],
  platformVersion: text,
  propagateTags: text,
  referenceId: text,
  startedBy: text,
  tags: [Tag],
  clientToken: text,
  volumeConfigurations: [TaskVolumeConfiguration],
} as const;
const StartTaskRequest = {
  'containerInstances!': [text],
  'taskDefinition!': text,
  cluster: text,
  enableECSManagedTags: flag,
  enableExecuteCommand: flag,
  group: text,
  networkConfiguration: NetworkConfiguration,
  overrides: TaskOverride,
  propagateTags: text,
  referenceId: text,
  startedBy: text,
  tags: [Tag],
  volumeConfigurations: [TaskVolumeConfiguration],
} as const;
const StopTaskRequest = { 'task!': text, cluster: text, reason: text } as const;
const ListTasksRequest = {
  cluster: text,
  containerInstance: text,
  family: text,
  nextToken: text,
  maxResults: number,
  startedBy: text,
  serviceName: text,
  desiredStatus: text,
  launchType: text,
  daemonName: text,
} as const;
const DescribeTasksRequest = { 'tasks!': [text], cluster: text, include: [text] } as const;
const DescribeServicesRequest = { 'services!': [text], cluster: text, include: [text] } as const;
const ListServicesRequest = {
  cluster: text,
  nextToken: text,
  maxResults: number,
  launchType: text,
  schedulingStrategy: text,
  resourceManagementType: text,
} as const;
const AdvancedConfiguration = {
  alternateTargetGroupArn: text,
  productionListenerRule: text,
  testListenerRule: text,
  roleArn: text,
} as const;
const LoadBalancer = {
  targetGroupArn: text,
  loadBalancerName: text,
  containerName: text,
  containerPort: number,
  advancedConfiguration: AdvancedConfiguration,
} as const;
const ServiceRegistry = { registryArn: text, port: number, containerName: text, containerPort: number } as const;
const ThresholdConfiguration = { 'type!': words.ThresholdType, 'value!': number } as const;
const DeploymentCircuitBreaker = {
  'enable!': flag,
  'rollback!': flag,
  resetOnHealthyTask: flag,
  thresholdConfiguration: ThresholdConfiguration,
} as const;
const DeploymentAlarms = { 'alarmNames!': [text], 'rollback!': flag, 'enable!': flag } as const;
const DeploymentLifecycleHookTimeoutConfiguration = {
  timeoutInMinutes: number,
  action: words.DeploymentLifecycleHookAction,
} as const;
const DeploymentLifecycleHook = {
  targetType: words.DeploymentLifecycleHookTargetType,
  hookTargetArn: text,
  roleArn: text,
  lifecycleStages: [words.DeploymentLifecycleHookStage],
  hookDetails: any,
  timeoutConfiguration: DeploymentLifecycleHookTimeoutConfiguration,
} as const;
const LinearConfiguration = { stepPercent: number, stepBakeTimeInMinutes: number } as const;
const CanaryConfiguration = { canaryPercent: number, canaryBakeTimeInMinutes: number } as const;
const DeploymentEarlySuccessCriteria = {
  'enable!': flag,
  healthyPercent: number,
  sourceServiceRevisionCleanup: words.ServiceRevisionCleanup,
} as const;
const DeploymentConfiguration = {
  deploymentCircuitBreaker: DeploymentCircuitBreaker,
  maximumPercent: number,
  minimumHealthyPercent: number,
  alarms: DeploymentAlarms,
  strategy: text,
  bakeTimeInMinutes: number,
  lifecycleHooks: [DeploymentLifecycleHook],
  linearConfiguration: LinearConfiguration,
  canaryConfiguration: CanaryConfiguration,
  earlySuccessCriteria: DeploymentEarlySuccessCriteria,
} as const;
const DeploymentController = { 'type!': text } as const;
const ServiceConnectTestTrafficHeaderMatchRules = { 'exact!': text } as const;
const ServiceConnectTestTrafficHeaderRules = {
  'name!': text,
  value: ServiceConnectTestTrafficHeaderMatchRules,
} as const;
const ServiceConnectTestTrafficRules = { 'header!': ServiceConnectTestTrafficHeaderRules } as const;
const ServiceConnectClientAlias = {
  'port!': number,
  dnsName: text,
  testTrafficRules: ServiceConnectTestTrafficRules,
} as const;
const TimeoutConfiguration = { idleTimeoutSeconds: number, perRequestTimeoutSeconds: number } as const;
const ServiceConnectTlsCertificateAuthority = { awsPcaAuthorityArn: text } as const;
const ServiceConnectTlsConfiguration = {
  'issuerCertificateAuthority!': ServiceConnectTlsCertificateAuthority,
  kmsKey: text,
  roleArn: text,
} as const;
const ServiceConnectService = {
  'portName!': text,
  discoveryName: text,
  clientAliases: [ServiceConnectClientAlias],
  ingressPortOverride: number,
  timeout: TimeoutConfiguration,
  tls: ServiceConnectTlsConfiguration,
} as const;
const ServiceConnectAccessLogConfiguration = {
  'format!': words.ServiceConnectAccessLoggingFormat,
  includeQueryParameters: words.ServiceConnectIncludeQueryParameters,
} as const;
const ServiceConnectContainerConfiguration = { logLevel: text } as const;
const ServiceConnectConfiguration = {
  'enabled!': flag,
  namespace: text,
  services: [ServiceConnectService],
  logConfiguration: LogConfiguration,
  accessLogConfiguration: ServiceConnectAccessLogConfiguration,
  containerConfigurations: [ServiceConnectContainerConfiguration],
} as const;
const ServiceManagedEBSVolumeConfiguration = {
  'roleArn!': text,
  encrypted: flag,
  kmsKeyId: text,
  volumeType: text,
  sizeInGiB: number,
  snapshotId: text,
  volumeInitializationRate: number,
  iops: number,
  throughput: number,
  tagSpecifications: [EBSTagSpecification],
  filesystemType: words.TaskFilesystemType,
} as const;
const ServiceVolumeConfiguration = { 'name!': text, managedEBSVolume: ServiceManagedEBSVolumeConfiguration } as const;
const VpcLatticeAdvancedConfiguration = {
  alternateTargetGroupArn: text,
  productionListenerRule: text,
  testListenerRule: text,
} as const;
const VpcLatticeConfiguration = {
  'roleArn!': text,
  'targetGroupArn!': text,
  'portName!': text,
  advancedConfiguration: VpcLatticeAdvancedConfiguration,
} as const;
const GatewayConnectorHealthCheckMatcher = { httpCode: text, grpcCode: text } as const;
const GatewayConnectorHealthCheck = {
  healthCheckProtocol: words.GatewayConnectorHealthCheckProtocol,
  healthCheckPort: number,
  healthCheckPath: text,
  healthCheckTimeoutSeconds: number,
  healthCheckIntervalSeconds: number,
  healthyThresholdCount: number,
  unhealthyThresholdCount: number,
  matcher: GatewayConnectorHealthCheckMatcher,
} as const;
const GatewayConnectorFilters = { accessTypes: [words.AccessType] } as const;
const GatewayConnector = {
  'portName!': text,
  healthCheck: GatewayConnectorHealthCheck,
  filters: GatewayConnectorFilters,
} as const;
const MetricConfiguration = { 'metricNames!': [text], 'resolutionSeconds!': number } as const;
const MonitoringConfiguration = { metricConfigurations: [MetricConfiguration] } as const;
const CreateServiceRequest = {
  'serviceName!': text,
  cluster: text,
  taskDefinition: text,
  availabilityZoneRebalancing: text,
  loadBalancers: [LoadBalancer],
  serviceRegistries: [ServiceRegistry],
  desiredCount: number,
  clientToken: text,
  launchType: text,
  capacityProviderStrategy: [CapacityProviderStrategyItem],
  platformVersion: text,
  role: text,
  deploymentConfiguration: DeploymentConfiguration,
  placementConstraints: [PlacementConstraint],
  placementStrategy: [PlacementStrategy],
  networkConfiguration: NetworkConfiguration,
  healthCheckGracePeriodSeconds: number,
  schedulingStrategy: text,
  deploymentController: DeploymentController,
  tags: [Tag],
  enableECSManagedTags: flag,
  propagateTags: text,
  enableExecuteCommand: flag,
  serviceConnectConfiguration: ServiceConnectConfiguration,
  volumeConfigurations: [ServiceVolumeConfiguration],
  vpcLatticeConfigurations: [VpcLatticeConfiguration],
  gatewayConnectors: [GatewayConnector],
  monitoring: MonitoringConfiguration,
} as const;
const UpdateServiceRequest = {
  'service!': text,
  cluster: text,
  desiredCount: number,
  taskDefinition: text,
  capacityProviderStrategy: [CapacityProviderStrategyItem],
  deploymentConfiguration: DeploymentConfiguration,
  availabilityZoneRebalancing: text,
  networkConfiguration: NetworkConfiguration,
  placementConstraints: [PlacementConstraint],
  placementStrategy: [PlacementStrategy],
  platformVersion: text,
  forceNewDeployment: flag,
  healthCheckGracePeriodSeconds: number,
  deploymentController: DeploymentController,
  enableExecuteCommand: flag,
  enableECSManagedTags: flag,
  loadBalancers: [LoadBalancer],
  propagateTags: text,
  serviceRegistries: [ServiceRegistry],
  serviceConnectConfiguration: ServiceConnectConfiguration,
  volumeConfigurations: [ServiceVolumeConfiguration],
  vpcLatticeConfigurations: [VpcLatticeConfiguration],
  gatewayConnectors: [GatewayConnector],
  monitoring: MonitoringConfiguration,
} as const;
const DeleteServiceRequest = { 'service!': text, cluster: text, force: flag } as const;
const CreatedAt = { before: number, after: number } as const;
const ListServiceDeploymentsRequest = {
  'service!': text,
  cluster: text,
  status: [text],
  createdAt: CreatedAt,
  nextToken: text,
  maxResults: number,
} as const;
const DescribeServiceDeploymentsRequest = { 'serviceDeploymentArns!': [text] } as const;
const DescribeServiceRevisionsRequest = { 'serviceRevisionArns!': [text] } as const;
const StopServiceDeploymentRequest = { 'serviceDeploymentArn!': text, stopType: text } as const;
const DescribeContainerInstancesRequest = { 'containerInstances!': [text], cluster: text, include: [text] } as const;
const ListContainerInstancesRequest = {
  cluster: text,
  filter: text,
  nextToken: text,
  maxResults: number,
  status: text,
} as const;
const DescribeCapacityProvidersRequest = {
  capacityProviders: [text],
  cluster: text,
  include: [text],
  maxResults: number,
  nextToken: text,
} as const;
const TagResourceRequest = { 'resourceArn!': text, 'tags!': [Tag] } as const;
const UntagResourceRequest = { 'resourceArn!': text, 'tagKeys!': [text] } as const;
const ListTagsForResourceRequest = { 'resourceArn!': text } as const;

/** What each ECS operation takes, as the public model says; members that nobody listed are ignored, as AWS does. */
export const ecsInputs: Readonly<Record<string, InputShape>> = {
  CreateCluster: CreateClusterRequest,
  DescribeClusters: DescribeClustersRequest,
  ListClusters: ListClustersRequest,
  RegisterTaskDefinition: RegisterTaskDefinitionRequest,
  DescribeTaskDefinition: DescribeTaskDefinitionRequest,
  ListTaskDefinitions: ListTaskDefinitionsRequest,
  ListTaskDefinitionFamilies: ListTaskDefinitionFamiliesRequest,
  DeregisterTaskDefinition: DeregisterTaskDefinitionRequest,
  DeleteTaskDefinitions: DeleteTaskDefinitionsRequest,
  RunTask: RunTaskRequest,
  StartTask: StartTaskRequest,
  StopTask: StopTaskRequest,
  ListTasks: ListTasksRequest,
  DescribeTasks: DescribeTasksRequest,
  DescribeServices: DescribeServicesRequest,
  ListServices: ListServicesRequest,
  CreateService: CreateServiceRequest,
  UpdateService: UpdateServiceRequest,
  DeleteService: DeleteServiceRequest,
  ListServiceDeployments: ListServiceDeploymentsRequest,
  DescribeServiceDeployments: DescribeServiceDeploymentsRequest,
  DescribeServiceRevisions: DescribeServiceRevisionsRequest,
  StopServiceDeployment: StopServiceDeploymentRequest,
  DescribeContainerInstances: DescribeContainerInstancesRequest,
  ListContainerInstances: ListContainerInstancesRequest,
  DescribeCapacityProviders: DescribeCapacityProvidersRequest,
  TagResource: TagResourceRequest,
  UntagResource: UntagResourceRequest,
  ListTagsForResource: ListTagsForResourceRequest,
};
