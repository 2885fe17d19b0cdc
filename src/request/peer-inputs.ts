import type { Environment } from '../model/environment.ts';

/**
 * Inputs of other actions that deploy to ECS (amazon-ecs-deploy-task-definition, amazon-ecs-render-task-definition,
 * configure-aws-credentials), and the equivalents here.
 */
const peers: Readonly<Record<string, string>> = {
  'aws-region': 'use `region`',
  'task-definition-family': 'use `base-revision: latest` to edit the newest revision of the family',
  'task-definition-revision':
    'use `task-definition-arn: family:revision` to deploy it unchanged, or `base-revision: family:revision` with `command: register` to edit it',
  'container-name': 'use `image: name=image` to set the image of one container, or `container` with `command: run`',
  'wait-for-service-stability': 'a rollout always waits; the input `wait: false` is for `strategy: rolling`',
  'wait-for-minutes': 'use `service-stable-timeout`, such as `30m`',
  'wait-for-task-stopped': 'use `command: run`, which waits for the task to stop; `wait: false` does not wait',
  'wait-max-delay-seconds': 'remove it: a rollout chooses its own polling intervals',
  'max-retries': 'remove it: calls to AWS are retried automatically',
  'propagate-tags': 'set `propagateTags` in service.json and use `update-service: true`',
  'enable-ecs-managed-tags': 'set `enableECSManagedTags` in service.json and use `update-service: true`',
  'keep-null-value-keys': 'remove the keys from the files',
  'service-managed-ebs-volume': 'set `volumeConfigurations` in service.json and use `update-service: true`',
  'service-managed-ebs-volume-name': 'set `volumeConfigurations` in service.json and use `update-service: true`',
  secrets: 'write them in the task definition',
  'task-role-arn': 'write `taskRoleArn` in the task definition',
  'execution-role-arn': 'write `executionRoleArn` in the task definition',
  'env-files': 'write `environmentFiles` in the task definition',
  'docker-labels': 'write `dockerLabels` in the task definition',
  'log-configuration-log-driver': 'write `logConfiguration` in the task definition',
  'log-configuration-options': 'write `logConfiguration` in the task definition',
  'target-health-check-timeout': 'use `target-healthy-timeout`',
  'skip-canary': 'use `strategy: rolling`',
  'next-task-definition-arn': 'use `task-definition-arn`',
  'role-duration-seconds': 'remove it: the session of `role-to-assume` lasts as long as the step needs it',
  'web-identity-token-file': 'use aws-actions/configure-aws-credentials in a step before this one',
  'aws-access-key-id': 'use `role-to-assume`, or aws-actions/configure-aws-credentials in a step before this one',
  'aws-secret-access-key': 'use `role-to-assume`, or aws-actions/configure-aws-credentials in a step before this one',
};

const families: readonly (readonly [start: string, advice: string])[] = [
  ['codedeploy-', 'this action does not deploy with CodeDeploy; the service must use the deployment controller ECS'],
  ['run-task', 'use `command: run` in a step of its own'],
];

/** Returns the names of all inputs that the runner passes, declared or not. */
export function givenNames(environment: Environment): readonly string[] {
  return Object.keys(environment).flatMap((key) => (key.startsWith('INPUT_') ? [key.slice(6).toLowerCase()] : []));
}

const adviceFor = (name: string): string | undefined =>
  Object.hasOwn(peers, name) ? peers[name] : families.find(([start]) => name.startsWith(start))?.[1];

/** Whether another action has an input with this name. */
export const isPeer = (name: string): boolean => adviceFor(name) !== undefined;

/** Returns a hint for each given input of another action, which has no effect here. */
export function findPeers(environment: Environment, own: readonly string[]): readonly string[] {
  return givenNames(environment).flatMap((name) => {
    const advice =
      own.includes(name) || !environment[`INPUT_${name.toUpperCase()}`]?.trim() ? undefined : adviceFor(name);
    return advice === undefined ? [] : [`\`${name}\` is an input of another action and has no effect here: ${advice}.`];
  });
}
