import { nameIn } from '../../model/arn.ts';
import { fixedPorts } from '../../model/fixed-ports.ts';
import type { Problem } from '../../model/problem.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { batchOf } from '../dry-run/capacity.ts';
import type { Comparison } from './comparison.ts';
import { daemonProblems, percentProblems } from './daemon.ts';
import { serviceAfter } from './settings.ts';

/** Services that somebody else's machinery deploys, and revisions of which ECS starts nothing. */
export function unsupported(
  { command }: ResolvedRollout,
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
  const way = 'This action deploys services with the strategy ROLLING only, whatever its input `strategy` says';
  return [{ where: 'service', what: `${what}. ${way}` }];
}

/** A rollback that would change nothing is a mistake; a rollout that would is done already. */
export function noChange(
  { command, place }: ResolvedRollout,
  { stable }: Snapshot,
  identical: boolean,
): readonly Problem[] {
  if (command !== 'rollback' || !identical) return [];
  const what = `${place.service} runs ${nameIn(stable.definition.taskDefinitionArn ?? '')} already: there is nothing to bring back`;
  return [{ where: 'to-revision', what: `${what}; name another revision` }];
}

/** What ECS would refuse later, or what cannot work: known from what was read before anything is changed. */
export function obstaclesOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  { unfit = [] }: Pick<Comparison, 'unfit'>,
): readonly Problem[] {
  return [
    ...unfit,
    ...daemonProblems(request, snapshot),
    ...percentProblems(request, snapshot),
    ...portProblems(request, snapshot),
  ];
}

/** A canary needs its host ports on an instance where no task of the service has them. */
function portProblems(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  const { service, stable, portRoom, canaries } = snapshot;
  // What an earlier canary has taken is free when that one is swept, or it is gone on with.
  if (request.strategy !== 'canary-task' || portRoom === undefined || canaries.length > 0) return [];
  const { ports, instances, free } = portRoom;
  const daemon = service.schedulingStrategy === 'DAEMON';
  const named = snapshot.instance !== undefined;
  const shared = fixedPorts(stable.definition).some((port) => ports.includes(port));
  const everywhere = daemon && !named && shared && (service.runningCount ?? 0) > 0;
  // A service that runs on no instance is not there: its instances are not shown to us.
  if (free === undefined || instances === 0 ? !everywhere : free > 0) return [];
  const port = `host port ${ports.join(', ')}`;
  const taken = named ? 'the instance of canary-instance-arn' : `all ${instances} container instances`;
  const why = everywhere
    ? `this DAEMON service has a task on every container instance, which takes ${port}`
    : `${port} is taken on ${taken}`;
  const { desired, least } = batchOf(serviceAfter(request, snapshot));
  const rolling = daemon || least < desired ? '' : ' with a minimumHealthyPercent below 100';
  const what = `canary-task: ${why}, so there is no room for a canary`;
  return [{ where: 'strategy', what: `${what}; use strategy: rolling${rolling}, which needs no free port` }];
}

/** Alarms that could not tell a bad version from a good one. */
export function alarmProblems({ alarms }: Snapshot): readonly Problem[] {
  return alarms
    .filter(({ state }) => state === 'missing' || state === 'ringing')
    .map(({ name, state, because }) => ({
      where: 'alarms',
      what:
        state === 'missing'
          ? `there is no CloudWatch alarm ${name} in this region${name.includes(',') ? '. Write one name a line; a comma does not separate names' : ''}`
          : `alarm ${name} rings already, so it could not tell a bad canary: ${because}`,
    }));
}
