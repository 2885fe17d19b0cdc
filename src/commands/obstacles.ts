import { nameIn } from '../core/arn.ts';
import type { Problem } from '../core/problem.ts';
import type { SettledRollout } from '../core/request.ts';
import type { Snapshot } from '../core/snapshot.ts';

/** Services that somebody else's machinery deploys, and revisions of which ECS starts nothing. */
export function unsupported(
  { command }: SettledRollout,
  { service, given, base, instance }: Snapshot,
): readonly Problem[] {
  if (instance !== undefined && service.launchType === 'FARGATE') {
    return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but the service runs on FARGATE' }];
  }
  if (given?.definition.status === 'INACTIVE') {
    const what = `${given.definition.family}:${given.definition.revision} is INACTIVE (deregistered): ECS starts no tasks of it`;
    // What is edited is not named by an input, but by the service that runs it.
    const named = base === undefined ? 'task-definition-arn' : 'service';
    return [{ where: command === 'rollback' ? 'to-revision' : named, what }];
  }
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    const what = `the service is deployed by ${controller}, not by ECS: UpdateService cannot give it a new task definition`;
    return [{ where: 'service', what: `${what}; create it with the deployment controller ECS to use this action` }];
  }
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy === 'ROLLING') return [];
  const what = `the service has the deployment strategy ${strategy}, which moves the traffic between target groups itself`;
  return [{ where: 'service', what: `${what}; strategy: canary-task is for services with the strategy ROLLING` }];
}

/** A rollback that would change nothing is a mistake; a rollout that would is done already. */
export function noChange(
  { command, place }: SettledRollout,
  { stable }: Snapshot,
  identical: boolean,
): readonly Problem[] {
  if (command !== 'rollback' || !identical) return [];
  const what = `${place.service} runs ${nameIn(stable.definition.taskDefinitionArn ?? '')} already: there is nothing to bring back`;
  return [{ where: 'to-revision', what: `${what}; name another revision` }];
}

/** Alarms that could not tell a bad version from a good one. */
export function alarmProblems({ alarms }: Snapshot): readonly Problem[] {
  return alarms
    .filter(({ state }) => state === 'missing' || state === 'ringing')
    .map(({ name, state, because }) => ({
      where: 'alarms',
      what:
        state === 'missing'
          ? `there is no CloudWatch alarm ${name} in this region`
          : `alarm ${name} rings already, so it could not tell a bad canary: ${because}`,
    }));
}
