import type { CreateScheduleInput } from '@aws-sdk/client-scheduler';
import type { Act } from '../../model/acts.ts';
import { allOrInPart, allOrThrow } from '../../model/all-or-throw.ts';
import { partitionOf } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import { guardName, type Route } from '../../model/traffic.ts';
import { foundActions } from '../../model/weights.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import type { HandlerContext } from './context.ts';

type CreateGuard = Extract<Act, { kind: 'create-guard' }>;

/**
 * Creates one-time schedules that restore the routes unless the run moves them forward. A universal target takes the
 * request as the API reference has it.
 */
export async function createGuard({ aws, clock }: HandlerContext, act: CreateGuard): Promise<void> {
  await allOrInPart(
    act.routes.map(async (route) => {
      const schedule = scheduleFor(act, route, clock.now());
      try {
        await aws.call('scheduler', 'CreateSchedule', schedule);
      } catch (error) {
        // It exists if a response was lost, or from an earlier attempt of this job.
        if (!(error instanceof Failure) || !/ConflictException/.test(codeOf(error))) throw error;
        await aws.call('scheduler', 'UpdateSchedule', schedule);
      }
    }),
  );
}

/** UpdateSchedule replaces the whole schedule. */
export async function moveGuard(
  { aws, clock }: Pick<HandlerContext, 'aws' | 'clock'>,
  act: CreateGuard,
): Promise<void> {
  await allOrThrow(
    act.routes.map((route) => aws.call('scheduler', 'UpdateSchedule', scheduleFor(act, route, clock.now()))),
  );
}

/** Deletes schedules. A missing one has been deleted, or was invoked. */
export async function deleteGuard(aws: Aws, names: readonly string[]): Promise<void> {
  await allOrThrow(
    names.map(async (Name) => {
      try {
        await aws.call('scheduler', 'DeleteSchedule', { Name });
      } catch (error) {
        if (!(error instanceof Failure) || !/ResourceNotFound/.test(codeOf(error))) throw error;
      }
    }),
  );
}

function scheduleFor({ place, run, role, after }: CreateGuard, route: Route, now: number): CreateScheduleInput {
  const actions = foundActions(route);
  const rule = route.kind === 'rule';
  const input = rule ? { RuleArn: route.arn, Actions: actions } : { ListenerArn: route.arn, DefaultActions: actions };
  const operation = rule ? 'modifyRule' : 'modifyListener';
  return {
    Name: guardName(place, run, route),
    Description: `Restores ${route.name} if the runner of rollout ${run} of ${place.service} dies`.slice(0, 512),
    // Whole seconds, in UTC unless a time zone is given.
    ScheduleExpression: `at(${new Date(now + after).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: `arn:${partitionOf(place.region)}:scheduler:::aws-sdk:elasticloadbalancingv2:${operation}`,
      RoleArn: role,
      Input: JSON.stringify(input),
    },
  };
}
