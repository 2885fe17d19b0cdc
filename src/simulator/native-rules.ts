import { invalidParameter } from './aws-failure.ts';
import { type JsonObject, list, number, object, objects, text, texts } from './json.ts';

/** The strategies with which ECS starts a second set of tasks and moves the traffic itself. */
const nativeStrategies = ['BLUE_GREEN', 'LINEAR', 'CANARY'];

/** Whether ECS moves the traffic of the service itself. */
export const isNative = (configuration: JsonObject): boolean =>
  nativeStrategies.includes(text(configuration.strategy) ?? 'ROLLING');

const hookStages = [
  ...['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'],
  ...['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
];

/** Refuses a strategy, its times and its hooks as CreateService and UpdateService do. */
export function checkStrategy(settings: JsonObject): void {
  const configuration = object(settings.deploymentConfiguration);
  const strategy = text(configuration.strategy) ?? 'ROLLING';
  if (!['ROLLING', ...nativeStrategies].includes(strategy)) {
    throw invalidParameter(
      `Invalid deployment strategy: ${strategy}. Valid values are ROLLING, ${nativeStrategies.join(', ')}.`,
    );
  }
  checkRange(configuration, 'bakeTimeInMinutes', 0, 1440);
  const linear = object(configuration.linearConfiguration);
  checkRange(linear, 'stepPercent', 3, 100);
  checkRange(linear, 'stepBakeTimeInMinutes', 0, 1440);
  const canary = object(configuration.canaryConfiguration);
  checkRange(canary, 'canaryPercent', 0.1, 100);
  checkRange(canary, 'canaryBakeTimeInMinutes', 0, 1440);
  if (configuration.linearConfiguration !== undefined && strategy !== 'LINEAR')
    throw invalidParameter('linearConfiguration is only valid when strategy is LINEAR.');
  if (configuration.canaryConfiguration !== undefined && strategy !== 'CANARY')
    throw invalidParameter('canaryConfiguration is only valid when strategy is CANARY.');
  checkHooks(objects(configuration.lifecycleHooks));
  if (nativeStrategies.includes(strategy)) checkNative(settings, strategy);
}

function checkRange(of: JsonObject, member: string, low: number, high: number): void {
  const value = number(of[member]);
  if (value !== undefined && (value < low || value > high))
    throw invalidParameter(`${member} must be between ${low} and ${high}.`);
}

function checkHooks(hooks: readonly JsonObject[]): void {
  for (const type of ['PAUSE', 'AWS_LAMBDA']) {
    const count = hooks.filter((hook) => (text(hook.targetType) ?? 'AWS_LAMBDA') === type).length;
    if (count > 10) throw invalidParameter(`A service can have at most 10 lifecycle hooks of the type ${type}.`);
  }
  for (const hook of hooks) checkHook(hook);
}

function checkHook(hook: JsonObject): void {
  const stages = texts(hook.lifecycleStages);
  if (stages.length === 0) throw invalidParameter('lifecycleStages can not be empty.');
  const unknown = stages.find((stage) => !hookStages.includes(stage));
  if (unknown !== undefined) throw invalidParameter(`Invalid lifecycle stage: ${unknown}.`);
  const pause = hook.targetType === 'PAUSE';
  const { timeoutInMinutes, action } = object(hook.timeoutConfiguration);
  const minutes = number(timeoutInMinutes);
  const most = pause ? 20_160 : 1440;
  if (minutes !== undefined && (minutes < 1 || minutes > most))
    throw invalidParameter(`timeoutInMinutes must be between 1 and ${most}.`);
  if (action !== undefined && action !== 'ROLLBACK' && action !== 'CONTINUE')
    throw invalidParameter(`Invalid timeout action: ${action}. Valid values are ROLLBACK, CONTINUE.`);
  if (!pause) {
    if (text(hook.hookTargetArn) === undefined || text(hook.roleArn) === undefined)
      throw invalidParameter('hookTargetArn and roleArn are required for AWS_LAMBDA lifecycle hooks.');
    return;
  }
  const refused = stages.find((stage) => ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'].includes(stage));
  if (refused !== undefined) throw invalidParameter(`PAUSE lifecycle hooks are not supported at the stage ${refused}.`);
  if (hook.hookTargetArn !== undefined || hook.roleArn !== undefined || hook.hookDetails !== undefined)
    throw invalidParameter('hookTargetArn, roleArn and hookDetails are not supported for PAUSE lifecycle hooks.');
}

function checkNative(settings: JsonObject, strategy: string): void {
  if (text(object(settings.deploymentController).type) !== 'ECS')
    throw invalidParameter(`The deployment strategy ${strategy} requires the ECS deployment controller.`);
  if (settings.schedulingStrategy === 'DAEMON')
    throw invalidParameter(`The deployment strategy ${strategy} is not supported for the DAEMON scheduling strategy.`);
  const loadBalancers = objects(settings.loadBalancers);
  const traffic = [...loadBalancers, ...list(settings.vpcLatticeConfigurations)].length > 0;
  const connect = object(settings.serviceConnectConfiguration).enabled === true;
  if (strategy !== 'BLUE_GREEN' && !traffic && !connect) {
    throw invalidParameter(
      `The deployment strategy ${strategy} requires a load balancer, Service Connect or VPC Lattice.`,
    );
  }
  for (const one of loadBalancers) {
    const { alternateTargetGroupArn, productionListenerRule, roleArn } = object(one.advancedConfiguration);
    if ([alternateTargetGroupArn, productionListenerRule, roleArn].some((value) => text(value) === undefined)) {
      throw invalidParameter(
        `advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn is required for the deployment strategy ${strategy}.`,
      );
    }
  }
}
