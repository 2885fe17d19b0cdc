import { AwsFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { noSuchDeployment } from './ecs-services.ts';
import { type JsonObject, number, object, objects, text, texts } from './json.ts';
import type { LifecycleHook, NativeProgress, ServiceDeployment } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { findRecord } from './service-deployments.ts';

/** How long a Lambda function of a hook takes; one with `fail` in its name answers FAILED. */
const lambdaMs = 5_000;

/** The hooks of a deployment that are reached at a stage: all of them start together. */
export function reachHooks(cloud: Cloud, record: ServiceDeployment, stage: string): readonly LifecycleHook[] {
  return objects(record.configuration.lifecycleHooks)
    .filter((hook) => texts(hook.lifecycleStages).includes(stage))
    .map((hook): LifecycleHook => {
      const pause = hook.targetType === 'PAUSE';
      const { timeoutInMinutes, action } = object(hook.timeoutConfiguration);
      return {
        id: `ecs-${pause ? 'pause' : 'lambda'}-${cloud.random.digits(12)}`,
        targetType: pause ? 'PAUSE' : 'AWS_LAMBDA',
        targetArn: text(hook.hookTargetArn),
        expiresAt: new Date(cloud.now() + (number(timeoutInMinutes) ?? 1440) * 60_000),
        timeoutAction: action === 'CONTINUE' ? 'CONTINUE' : 'ROLLBACK',
        status: pause ? 'AWAITING_ACTION' : 'IN_PROGRESS',
      };
    });
}

/** When the hooks change by themselves: a Lambda function answers, or the time of a pause is over. */
export const hookMoments = (cloud: Cloud, hooks: readonly LifecycleHook[]): readonly number[] =>
  hooks
    .filter(({ status }) => status === 'AWAITING_ACTION' || status === 'IN_PROGRESS')
    .map(({ targetType, expiresAt }) => (targetType === 'PAUSE' ? expiresAt.getTime() : cloud.now() + lambdaMs));

/** Answers of Lambda functions, and pauses whose time is over. */
export function settleHooks(cloud: Cloud, { hooks }: NativeProgress, enteredAt: number): void {
  for (const hook of hooks) {
    if (hook.status === 'IN_PROGRESS' && cloud.since(enteredAt) >= lambdaMs)
      hook.status = /fail/i.test(hook.targetArn ?? '') ? 'FAILED' : 'SUCCEEDED';
    if (hook.status === 'AWAITING_ACTION' && cloud.now() >= hook.expiresAt.getTime()) hook.status = 'TIMED_OUT';
  }
}

/** Whether the deployment can go on, has to wait, or has to be rolled back. */
export function hookAnswer(hooks: readonly LifecycleHook[]): 'passed' | 'waiting' | 'failed' {
  const failed = ({ status, timeoutAction }: LifecycleHook): boolean =>
    status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction === 'ROLLBACK');
  if (hooks.some(failed)) return 'failed';
  return hooks.some(({ status }) => status === 'AWAITING_ACTION' || status === 'IN_PROGRESS') ? 'waiting' : 'passed';
}

/** ContinueServiceDeployment: answers a pause. */
export function continueServiceDeployment(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = text(input.serviceDeploymentArn) ?? '';
  const action = text(input.action) ?? 'CONTINUE';
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') {
    throw invalidParameter(`Invalid action: ${action}. Valid values are CONTINUE, ROLLBACK.`);
  }
  const found = findRecord(cloud, arn);
  if (found === undefined) throw noSuchDeployment();
  const { service, record } = found;
  if (record.native === undefined) {
    throw new AwsFailure('UnsupportedFeatureException', 'The service deployment does not support lifecycle hooks.');
  }
  const hook = record.native.hooks.find(({ id }) => id === input.hookId);
  if (record.status !== 'IN_PROGRESS' || hook?.status !== 'AWAITING_ACTION') {
    throw invalidParameter('The lifecycle hook is not awaiting action.');
  }
  hook.status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
  noteServiceTask(cloud, service);
  return { serviceDeploymentArn: arn };
}
