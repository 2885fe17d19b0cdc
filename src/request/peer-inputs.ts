import type { Environment } from '../model/environment.ts';

/**
 * Inputs of other actions that deploy to ECS (amazon-ecs-deploy-task-definition, amazon-ecs-render-task-definition,
 * configure-aws-credentials), and the equivalents here.
 */
const peers: Readonly<Record<string, string>> = {
  'aws-region': 'use `region`',
  'task-definition': 'use `deploy-context`, a directory with service.json and task-definition.json',
  'task-definition-family': 'use `base-revision: latest` to edit the newest revision of the family',
  'container-name': 'use `image: name=image` to set the image of one container, or `container` with `command: run`',
  'wait-for-service-stability': 'a rollout always waits; the input `wait: false` is for `strategy: rolling`',
  'wait-for-minutes': 'use `service-stable-timeout`, such as `30m`',
  'wait-for-task-stopped': 'use `command: run`, which waits for the task to stop; `wait: false` does not wait',
  'propagate-tags': 'set `propagateTags` in service.json and use `update-service: true`',
  'enable-ecs-managed-tags': 'set `enableECSManagedTags` in service.json and use `update-service: true`',
  'keep-null-value-keys': 'remove the keys from the files',
  'role-duration-seconds': 'remove it: the session of `role-to-assume` lasts as long as the step needs it',
  'web-identity-token-file': 'use aws-actions/configure-aws-credentials in a step before this one',
  'aws-access-key-id': 'use `role-to-assume`, or aws-actions/configure-aws-credentials in a step before this one',
  'aws-secret-access-key': 'use `role-to-assume`, or aws-actions/configure-aws-credentials in a step before this one',
};

const families: readonly (readonly [start: string, advice: string])[] = [
  ['codedeploy-', 'this action does not deploy with CodeDeploy; the service must use the deployment controller ECS'],
  ['run-task', 'use `command: run`'],
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
