import { describe, expect, it } from 'vitest';
import { inputNames } from '../../src/request/input-table.ts';
import { findPeers } from '../../src/request/peer-inputs.ts';

/** The inputs of the actions that this one replaces, from their action.yml. */
const theirs: Readonly<Record<string, string>> = {
  'amazon-ecs-deploy-task-definition': `task-definition service cluster desired-count wait-for-service-stability
    wait-for-minutes wait-max-delay-seconds force-new-deployment max-retries enable-ecs-managed-tags propagate-tags
    keep-null-value-keys service-managed-ebs-volume-name service-managed-ebs-volume run-task
    run-task-container-overrides run-task-security-groups run-task-subnets run-task-assign-public-IP
    run-task-capacity-provider-strategy run-task-launch-type run-task-started-by run-task-tags
    run-task-managed-ebs-volume-name run-task-managed-ebs-volume wait-for-task-stopped codedeploy-appspec
    codedeploy-application codedeploy-deployment-group codedeploy-deployment-description codedeploy-deployment-config`,
  'amazon-ecs-render-task-definition': `task-definition task-definition-arn task-definition-family
    task-definition-revision container-name image environment-variables log-configuration-log-driver
    log-configuration-options docker-labels command task-role-arn execution-role-arn env-files secrets`,
  'actions-deploy-cage': `deploy-context region create-deployment environment github-ref github-repository github-token
    cage-options`,
};

describe.each(Object.entries(theirs))('each input of %s', (_, names) => {
  it.each(names.split(/\s+/))('is one of ours, or is told what to use: %s', (name) => {
    const hints = findPeers({ [`INPUT_${name.toUpperCase()}`]: 'value' }, inputNames);
    if ((inputNames as readonly string[]).includes(name)) expect(hints).toEqual([]);
    else
      expect(hints).toEqual([
        expect.stringMatching(/is an input of another action and has no effect here: \w.{10,}\.$/),
      ]);
  });
});

it('says how to edit an older revision, which a render step could', () => {
  expect(findPeers({ 'INPUT_TASK-DEFINITION-REVISION': '7' }, inputNames).join()).toContain(
    '`base-revision: family:revision` with `command: register`',
  );
});
