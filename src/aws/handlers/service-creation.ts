import type { Service } from '@aws-sdk/client-ecs';
import type { Act } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { readUntil } from '../../model/clock.ts';
import { type Duration, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Creation } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { DeploymentLearned } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Target } from '../../model/targets.ts';
import type { Undo } from '../../model/undos.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';
import { glimpseService } from './service.ts';
import { healthyTargets, keyOf } from './target.ts';

type CreateService = Extract<Act, { kind: 'create-service' }>;
type DeleteService = Extract<Undo, { kind: 'delete-service' }>;

/** The clocks of the runner and of AWS agree within this. That there was no service has been seen before it was asked for. */
export const skew: Duration = 60 * second;

type Known = Pick<Service, 'createdAt' | 'deployments' | 'taskDefinition'>;

/** Whether a service is the one that is meant, and not an earlier or a later one of the same name. */
export function isThat(service: Known, { asked = 0, at, revision }: Creation): boolean {
  const created = service.createdAt?.getTime() ?? 0;
  const then = at === undefined ? created >= asked - skew : Math.abs(created - at) < second;
  // A service that runs another revision now belongs to that deployment.
  return then && (revision === undefined || runs(service) === revision);
}

const runs = (service: Known): string | undefined => primaryOf(service)?.taskDefinition ?? service.taskDefinition;

/** How a service that this run created is deleted; never one that was created elsewhere. */
export function deleteUndo({ place, keep, goneWithin }: CreateService, whose: DeleteService['whose']): DeleteService {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'delete-service',
    title: `delete the service ${service}, which this run created`,
    place,
    changed: 'service',
    phase: 'compute',
    whose,
    ...(keep ? { unless: `keep is true: ${service} and ${nameIn(whose.revision)} stay` } : {}),
    verify: { kind: 'check', gates: [{ kind: 'service-gone', place, whose }], within: goneWithin },
    byHand: `aws ecs delete-service --region ${region} --cluster ${cluster} --service ${service} --force`,
  };
}

/** Creates a service, unless another one has been created since; a lost answer never creates a second one. */
export async function createService(context: HandlerContext, act: CreateService, revision: string) {
  const { aws, clock } = context;
  const { place, service: settings, token, behind } = act;
  const [there, ...healthy] = await Promise.all([
    glimpseService(aws, place),
    ...(behind?.targetGroups ?? []).map((group) => healthyTargets(aws, group)),
  ]);
  if (there !== undefined && there.status !== 'INACTIVE') throw createdByOthers(place, there);
  const asked = clock.now();
  const whose = { asked, revision };
  const input = { ...settings, cluster: place.cluster, serviceName: place.service, taskDefinition: revision };
  const service = await create(context, place, { ...input, clientToken: token }, whose);
  if (!isThat(service, whose)) throw createdByOthers(place, service);
  return created(act, service, whose, healthy.flat());
}

/** What has come of it: the service, by which it is known, and its first deployment. */
function created(
  { place, behind }: CreateService,
  service: Service,
  whose: { readonly asked: number; readonly revision: string },
  healthy: readonly Target[],
) {
  const deployment: DeploymentLearned = {
    place,
    id: primaryOf(service)?.id ?? '',
    revision: whose.revision,
    before: '',
    previous: '',
    startedAt: whose.asked,
    ...defined({ behind }),
    known: healthy.map(keyOf),
    carrying: [],
    seenEvents: [],
  };
  const at = service.createdAt?.getTime();
  return { service, deployment, whose: { ...whose, ...defined({ at }) } };
}

/** What has come of an act in doubt; nothing where ECS shows no such service, which can be asked for again. */
export async function findCreated({ aws }: HandlerContext, act: CreateService, revision: string, asked: number) {
  const seen = await glimpseService(aws, act.place);
  const whose = { asked, revision };
  if (seen?.status !== 'ACTIVE' || !isThat(seen, whose)) return undefined;
  const healthy = await Promise.all((act.behind?.targetGroups ?? []).map((group) => healthyTargets(aws, group)));
  return created(act, seen, whose, healthy.flat());
}

async function create(
  context: HandlerContext,
  place: Place,
  input: Parameters<typeof context.aws.call<'ecs', 'CreateService'>>[2],
  whose: Creation,
): Promise<Service> {
  const { aws } = context;
  const look = async () => {
    const seen = await glimpseService(aws, place);
    return seen?.status === 'ACTIVE' && isThat(seen, whose) ? seen : undefined;
  };
  try {
    const { service } = await aws.call('ecs', 'CreateService', input, {
      carriedOut: async () => {
        const service = await look();
        return service === undefined ? undefined : { service, $metadata: {} };
      },
    });
    if (service !== undefined) return service;
    const because = 'ECS returned no service';
    throw new Failure('ecs:CreateService', { kind: 'unanswered-call', because });
  } catch (error) {
    // "Creation of service was not idempotent": there is one already.
    if (!(error instanceof Failure) || !/not idempotent/i.test(error.because)) throw error;
    const unanswered = error.kind === 'unanswered-call';
    const ours = unanswered ? await readUntil(5, sleepOn(context), look, (seen) => seen !== undefined) : undefined;
    if (ours !== undefined) return ours;
    const there = await glimpseService(aws, place);
    throw there === undefined || (unanswered && isThat(there, whose)) ? error : createdByOthers(place, there);
  }
}

function createdByOthers({ service, cluster }: Place, there: Service): Failure {
  const what = nameIn(runs(there) ?? 'nothing');
  const since = there.createdAt === undefined ? '' : `, created ${there.createdAt.toISOString()}`;
  return new Failure('ecs:CreateService', {
    kind: 'refused-call',
    conflict: true,
    because: `${service} in ${cluster} was created elsewhere since this run began: it is ${there.status} and runs ${what}${since}`,
    next: 'To deploy a new version to it, use command: rollout.',
  });
}

/** Asks ECS to delete what this run has created, although an answer may never have come. */
export async function deleteCreated(aws: Aws, { place, whose, unless }: DeleteService, sleep: Sleep): Promise<void> {
  const seen = await lookForCreated(aws, place, sleep);
  if (seen === undefined || seen.status !== 'ACTIVE') return;
  if (!isThat(seen, whose)) {
    const { revision: _, ...creation } = whose;
    if (!isThat(seen, creation)) return;
    const what = nameIn(runs(seen) ?? 'another revision');
    const because = `another run or user has deployed ${what} to ${place.service} since, which is left alone`;
    throw new Failure('ecs:DeleteService', { kind: 'superseded', because });
  }
  if (unless !== undefined) throw new Failure('ecs:DeleteService', { kind: 'verdict', because: unless });
  await deleteService(aws, place, true);
}

/** What was created a moment ago can be missing for some seconds, or an earlier one of its name stand in its place. */
async function lookForCreated(aws: Aws, place: Place, sleep: Sleep): Promise<Service | undefined> {
  const look = () => glimpseService(aws, place);
  return readUntil(5, sleep, look, (seen) => seen !== undefined && seen.status !== 'INACTIVE');
}

/** Deletes a service; one that is deleted already is no error. */
export async function deleteService(aws: Aws, { cluster, service }: Place, force: boolean): Promise<void> {
  try {
    await aws.call('ecs', 'DeleteService', { cluster, service, ...(force ? { force } : {}) });
  } catch (error) {
    const gone = error instanceof Failure && /ServiceNot(Found|Active)Exception/.test(codeOf(error));
    if (!gone) throw error;
  }
}
