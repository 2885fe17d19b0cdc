import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { orphans, serviceIn, shop, stage } from '../stage.ts';

const runTask = (fault: FaultRule['fault'], times?: number): FaultRule => ({
  service: 'ecs',
  operation: 'RunTask',
  fault,
  ...(times === undefined ? {} : { times }),
});
const error = (code: string, message: string): FaultRule['fault'] => ({ error: { code, message, status: 400 } });
const user =
  'User: arn:aws:sts::123456789012:assumed-role/deployer/run is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:us-west-2:123456789012:task-definition/web:2';

/** Rolls out where RunTask answers so, and gives what a person reads. */
async function rollOut(rule: FaultRule) {
  const here = stage(shop(), (seed) => ({ ...seed, faults: [rule] }));
  const before = serviceIn(here.before);
  const run = await here.rollout();
  return { run, before, after: serviceIn(here.after()), left: orphans(here.after()) };
}

describe('throttling inside something else', () => {
  it.each([
    [
      'an InvalidParameterException',
      error(
        'InvalidParameterException',
        'Error retrieving security group information for [sg-1]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)',
      ),
    ],
    ['a ClientException', error('ClientException', 'Rate exceeded while calling elasticloadbalancing')],
    ['a name that mostly means a quota', error('LimitExceededException', 'Rate exceeded')],
    ['the failures of a good answer', { failures: [{ reason: 'ThrottlingException: Rate exceeded' }] }],
  ] satisfies readonly (readonly [string, FaultRule['fault']])[])('is tried again: %s', async (_, fault) => {
    const { run } = await rollOut(runTask(fault, 1));
    expect(run.outcome.is).toBe('succeeded');
    expect(run.report.events.filter(({ kind }) => kind === 'retry')).toHaveLength(1);
  });
});

describe('a refusal that does not pass', () => {
  it.each([
    [
      error('LimitExceededException', "You've reached the limit on the number of vCPUs you can run concurrently"),
      /quota of the account/,
      /Service Quotas/,
    ],
    [
      { failures: [{ reason: "You've reached the limit on the number of vCPUs you can run concurrently" }] },
      /quota of the account/,
      /Service Quotas/,
    ],
    [
      error('LimitExceededException', 'The limit for the resource was exceeded.'),
      /quota of the account/,
      /Service Quotas/,
    ],
    [
      error('InvalidParameterException', 'No Container Instances were found in your cluster.'),
      /No capacity is available/,
      /Add container instances/,
    ],
    [
      error(
        'ClientException',
        "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x' that was provided for this task.",
      ),
      /role/,
      /trust ecs-tasks.amazonaws.com/,
    ],
    [{ failures: [{ reason: 'RESOURCE:CPU' }] }, /No capacity is available/, /Add container instances/],
    [
      {
        failures: [
          {
            reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
          },
        ],
      },
      /No capacity is available/,
      /subnets in other Availability Zones/,
    ],
  ] satisfies readonly (readonly [FaultRule['fault'], RegExp, RegExp])[])(
    'is explained and not repeated: %j',
    async (fault, probably, next) => {
      const { run, before, after, left } = await rollOut(runTask(fault));
      expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
      expect(run.outcome.cause?.probably).toMatch(probably);
      expect(run.outcome.cause?.next).toMatch(next);
      expect(run.report.calls['ecs:RunTask']).toBe(1);
      expect(after).toEqual(before);
      expect(left).toEqual([]);
    },
  );

  it.each([
    [
      'with an explicit deny in a service control policy',
      /Deny statement in a service control policy in AWS Organizations.*does not override/,
    ],
    ['with an explicit deny in an identity-based policy', /Deny statement in an identity-based policy of the role/],
    ['with an explicit deny in a permissions boundary', /Deny statement in the permissions boundary/],
    ['with an explicit deny in a VPC endpoint policy', /policy of a VPC endpoint/],
    ['because no permissions boundary allows the ecs:RunTask action', /Allow the action in the permissions boundary/],
    ['because no session policy allows the ecs:RunTask action', /session policy of the role session/],
    ['because no service control policy allows the ecs:RunTask action', /Allow the action in a service control policy/],
    [
      'because no identity-based policy allows the ecs:RunTask action',
      /^Allow ecs:RunTask on \S+ to the role of the workflow/,
    ],
  ])('says which policy has to change: %s', async (why, next) => {
    for (const code of ['AccessDeniedException', 'ClientException']) {
      const { run } = await rollOut(runTask(error(code, `${user} ${why}`)));
      expect(run.outcome.cause?.next).toMatch(next);
      expect(run.outcome.cause?.probably).toBeUndefined();
    }
  });
});
