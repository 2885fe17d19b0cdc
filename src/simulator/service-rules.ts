import { AwsFailure, clientFailure, invalidParameter, NotModelled } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { loadBalancersOf } from './load-balancers.ts';
import { checkStrategy } from './native-rules.ts';
import type { Cluster, TaskDefinition } from './records.ts';
import { subnetsOf } from './task-placement.ts';

/** Refuses settings of a service that AWS refuses, in whatever call they came. */
export function checkService(cloud: Cloud, cluster: Cluster, settings: JsonObject, definition: TaskDefinition): void {
  checkLaunch(cluster, settings, definition);
  checkNetwork(cloud, settings, definition);
  checkLoadBalancers(cloud, settings, definition);
  checkDeploymentConfiguration(settings);
  if (flag(settings.enableExecuteCommand) === true && text(definition.document.taskRoleArn) === undefined) {
    throw invalidParameter(
      "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    );
  }
  checkWord(settings, 'propagateTags', ['TASK_DEFINITION', 'SERVICE', 'NONE']);
  checkWord(settings, 'availabilityZoneRebalancing', ['ENABLED', 'DISABLED']);
  checkWord(settings, 'schedulingStrategy', ['REPLICA', 'DAEMON']);
  if (settings.schedulingStrategy === 'DAEMON') checkDaemon(settings);
  checkController(settings);
}

/** Each task is simulated individually, so the number is limited. */
const mostTasks = 1000;

/** Refuses a number of tasks that a service of these settings cannot have. */
export function checkCount(settings: JsonObject, desired: number | undefined): void {
  if (desired === undefined) return;
  if (settings.schedulingStrategy === 'DAEMON') {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if (desired < 0) throw invalidParameter('desiredCount must not be negative.');
  if (desired > mostTasks) {
    throw new NotModelled(`services of more than ${mostTasks} tasks`);
  }
}

/** "Tasks using the Fargate launch type or the CODE_DEPLOY or EXTERNAL deployment controller types don't support the DAEMON scheduling strategy." */
function checkDaemon(settings: JsonObject): void {
  const refuse = (what: string, remedy: string) =>
    invalidParameter(`The daemon scheduling strategy does not support ${what}. ${remedy}, and try again`);
  if (text(settings.launchType) === 'FARGATE') throw refuse('the FARGATE launch type', 'Change the launch type');
  if (list(settings.capacityProviderStrategy).length > 0) {
    throw refuse('capacity provider strategies', 'Remove the capacity provider strategy');
  }
  if (list(settings.placementStrategy).length > 0) {
    throw refuse('placement strategies', 'Remove the placement strategy');
  }
  if (text(object(settings.deploymentController).type) !== 'ECS') {
    throw refuse('this deployment controller', 'Change the deployment controller');
  }
  if ((number(object(settings.deploymentConfiguration).maximumPercent) ?? 100) > 100) {
    throw refuse(
      'values above 100 for maximumPercent on a deployment configuration',
      'Change the maximumPercent value to 100',
    );
  }
}

/** "If the service uses the CODE_DEPLOY deployment controller, the service is required to use either an ALB or an NLB." */
function checkController(settings: JsonObject): void {
  const controller = object(settings.deploymentController);
  checkWord(controller, 'type', ['ECS', 'CODE_DEPLOY', 'EXTERNAL']);
  if (controller.type === 'CODE_DEPLOY' && list(settings.loadBalancers).length === 0) {
    throw invalidParameter('A load balancer is required for services with a CODE_DEPLOY deployment controller.');
  }
}

/** Refuses a value that is none of the words. */
export function checkWord(settings: JsonObject, member: string, words: readonly string[]): void {
  const value = text(settings[member]);
  if (value === undefined || words.includes(value)) return;
  throw invalidParameter(`Invalid value for ${member}: ${value}. Valid values are ${words.join(', ')}.`);
}

/** Launch type and capacity provider strategy: one of them, known, and fitting the task definition. */
export function checkLaunch(cluster: Cluster, settings: JsonObject, definition: TaskDefinition): void {
  const strategy = objects(settings.capacityProviderStrategy);
  checkWord(settings, 'launchType', ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  if (settings.launchType === 'MANAGED_INSTANCES') throw new NotModelled('the launch type MANAGED_INSTANCES');
  if (strategy.length > 0 && text(settings.launchType) !== undefined) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  for (const item of strategy) {
    const name = text(item.capacityProvider) ?? '';
    if (!cluster.capacityProviders.includes(name)) {
      throw invalidParameter(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
      );
    }
  }
  const fargate =
    settings.launchType === 'FARGATE' || strategy.some((item) => text(item.capacityProvider)?.startsWith('FARGATE'));
  const compatible = texts(definition.document.compatibilities);
  if (fargate && !compatible.includes('FARGATE')) {
    throw clientFailure('Task definition does not support launch_type FARGATE.');
  }
  const version = text(settings.platformVersion);
  if (version === undefined) return;
  if (!fargate) throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
  if (!['LATEST', '1.4.0', '1.3.0', '1.2.0', '1.1.0', '1.0.0'].includes(version)) {
    throw new AwsFailure('PlatformUnknownException', 'The specified platform does not exist.');
  }
}

/** A network configuration is needed in awsvpc mode, and only there. */
export function checkNetwork(cloud: Cloud, settings: JsonObject, definition: TaskDefinition): void {
  const given = settings.networkConfiguration !== undefined && settings.networkConfiguration !== null;
  if (definition.networkMode === 'awsvpc') subnetsOf(cloud, settings.networkConfiguration);
  else if (given)
    throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
}

function checkLoadBalancers(cloud: Cloud, settings: JsonObject, definition: TaskDefinition): void {
  const loadBalancers = objects(settings.loadBalancers);
  if (loadBalancers.length > 5) throw invalidParameter('load balancers can have at most 5 items.');
  for (const loadBalancer of loadBalancers) checkLoadBalancer(cloud, loadBalancer, definition);
}

function checkLoadBalancer(cloud: Cloud, loadBalancer: JsonObject, definition: TaskDefinition): void {
  const arn = text(loadBalancer.targetGroupArn);
  if (arn !== undefined) checkTargetGroup(cloud, arn, loadBalancer, definition);
  else checkClassic(loadBalancer, definition);
}

function checkClassic(loadBalancer: JsonObject, definition: TaskDefinition): void {
  if (text(loadBalancer.loadBalancerName) === undefined) throw invalidParameter('targetGroupArn can not be blank.');
  // "Services with tasks that use the awsvpc network mode only support Application Load Balancers and Network Load Balancers."
  if (definition.networkMode === 'awsvpc') {
    throw invalidParameter('Classic Load Balancers are not supported with the awsvpc network mode.');
  }
  checkPort(loadBalancer, definition);
}

function checkTargetGroup(cloud: Cloud, arn: string, loadBalancer: JsonObject, definition: TaskDefinition): void {
  const group = cloud.targetGroups.get(arn);
  if (group === undefined) throw invalidParameter(`The target group with targetGroupArn ${arn} does not exist.`);
  if (loadBalancersOf(cloud, group).length === 0) {
    throw invalidParameter(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
  checkPort(loadBalancer, definition);
  const needed = definition.networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (group.targetType !== needed) {
    throw invalidParameter(
      `The provided target group ${arn} has target type ${group.targetType}, which is incompatible with the ${definition.networkMode} network mode specified in the task definition.`,
    );
  }
}

function checkPort(loadBalancer: JsonObject, definition: TaskDefinition): void {
  const name = text(loadBalancer.containerName);
  const container = definition.containers.find((candidate) => candidate.name === name);
  if (container === undefined) throw invalidParameter(`The container ${name} does not exist in the task definition.`);
  const port = number(loadBalancer.containerPort);
  if (!objects(container.portMappings).some((mapping) => mapping.containerPort === port)) {
    throw invalidParameter(`The container ${name} did not have a container port ${port} defined.`);
  }
}

function checkDeploymentConfiguration(settings: JsonObject): void {
  const configuration = object(settings.deploymentConfiguration);
  checkStrategy(settings);
  const [least, most] = [
    number(configuration.minimumHealthyPercent) ?? 100,
    number(configuration.maximumPercent) ?? 200,
  ];
  if (least < 0 || least > 100) throw invalidParameter('minimumHealthyPercent must be between 0 and 100.');
  if (most < 100) throw invalidParameter('maximumPercent must be at least 100.');
  if (least === 100 && most === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  if (
    objects([configuration.alarms]).some(
      (alarms) => flag(alarms.enable) === true && texts(alarms.alarmNames).length === 0,
    )
  ) {
    throw invalidParameter('alarmNames can not be empty when alarms are enabled.');
  }
}
