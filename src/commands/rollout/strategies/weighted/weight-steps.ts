import type { Act } from '../../../../model/acts.ts';
import { rolesOf } from '../../../../model/container-roles.ts';
import { type Duration, minute, second, showDuration } from '../../../../model/duration.ts';
import type { Bake, Check, Gate } from '../../../../model/gates.ts';
import type { WeightStep } from '../../../../model/measures.ts';
import type { Step, Titled } from '../../../../model/plan.ts';
import { type Subject, theRevision } from '../../../../model/subject.ts';
import type { Traffic, Weight } from '../../../../model/traffic.ts';
import { graceOf } from '../../../health-check.ts';
import { check, quietGates } from '../../../steps.ts';
import { containersToCheck } from '../../canary-phase.ts';
import { gateSteps } from '../../measured-gates.ts';
import { beforePromotion } from '../../one-off-tasks.ts';
import { definitionOf, promotion } from '../../promotion.ts';
import { lackingClient } from '../../service-only.ts';
import { canaryTask } from '../../service-task.ts';
import type { Rollout } from '../strategy.ts';
import {
  askedOf,
  canariesFrom,
  ownerOf,
  routesOf,
  scalingOf,
  shareOf,
  shortGroup,
  tasksAt,
  trafficNoun,
  trafficOf,
} from './traffic-plan.ts';

/** RunTask starts at most so many tasks with one call. */
const batch = 10;

/** A program that crashes at its start does so within seconds. */
const steady: Duration = 8 * second;

/** The guard restores the routes so long after the last sign of life of the run. */
const guardAfter: Duration = 5 * minute;

/** A rollout whose traffic is planned. */
interface Course {
  readonly rollout: Rollout;
  readonly traffic: Traffic;
  readonly noun: string;
}

/** From after the revision is registered until the service is stable and all its requests are its own again. */
export function weightedSteps(rollout: Rollout): readonly Step[] {
  const { request, snapshot } = rollout;
  const course: Course = {
    rollout,
    traffic: trafficOf(request, snapshot),
    noun: trafficNoun(routesOf(request, snapshot)),
  };
  const { steps } = askedOf(request);
  let [from, tasks]: [Weight, number] = [0, 0];
  const moves = steps.flatMap((step, index) => {
    const before = { from, tasks };
    [from, tasks] = [step.weight, Math.max(tasks, tasksAt(step.weight, request, snapshot))];
    return stepAt(course, step, index, before, tasks);
  });
  const watched = watchedAt(course, from, tasks);
  return [
    ...preparation(course),
    ...moves,
    ...beforePromotion(rollout, watched),
    ...promotion(rollout, [], watched),
    { kind: 'retire', title: `return all ${course.noun} to the service, then remove the canary` },
  ];
}

/** Everything that is needed before the canary can have requests; nothing of it moves one. */
function preparation({ rollout, traffic, noun }: Course): readonly Step[] {
  const { request, snapshot } = rollout;
  const { place, run } = request;
  const { guardRole } = askedOf(request);
  const scaling = scalingOf(snapshot);
  const suspended = scaling.is === 'suspend' ? { scaling: scaling.found } : {};
  const guard: Extract<Act, { kind: 'create-guard' }> | undefined =
    guardRole === undefined
      ? undefined
      : { kind: 'create-guard', place, routes: traffic.routes, role: guardRole, run: run.id, after: guardAfter };
  return [
    {
      kind: 'create-target-groups',
      title: titleOfGroups(traffic),
      place,
      traffic,
      owner: ownerOf(request),
      ...suspended,
      ...(guard === undefined ? {} : { guarded: true }),
    },
    ...(scaling.is === 'suspend' ? [suspension(request, scaling.found)] : []),
    ...(guard === undefined
      ? []
      : [{ ...guard, title: `schedule the return of all ${noun} to the service, in case this job disappears` }]),
    {
      kind: 'join-routes',
      title: `add the canary with weight 0 to ${routeNames(traffic)}`,
      place,
      run: run.id,
      traffic,
    },
  ];
}

const suspension = (
  { place, run }: Rollout['request'],
  found: Extract<Act, { kind: 'suspend-scale-in' }>['found'],
): Step => ({
  kind: 'suspend-scale-in',
  title: `suspend scale-in of ${place.service} while the canary has a part of its requests`,
  place,
  run: run.id,
  found,
});

function titleOfGroups({ groups }: Traffic): string {
  const [first, ...others] = groups;
  if (first?.given !== undefined) return `take the target group ${first.name} for the canary`;
  if (others.length > 0) return `create ${groups.length} target groups for the canary, like those of the service`;
  return `create a target group for the canary, like ${shortGroup(first?.stable ?? '')}`;
}

function routeNames({ routes }: Traffic): string {
  const names = routes.map(({ name }) => name);
  return names.length <= 2 ? names.join(' and ') : `${names.length} listener rules`;
}

/** One step: tasks that it needs more, the weight, the time until it holds, and what judges the canary meanwhile. */
function stepAt(
  course: Course,
  step: WeightStep,
  index: number,
  before: { readonly from: Weight; readonly tasks: number },
  tasks: number,
): readonly Step[] {
  const { rollout, traffic, noun } = course;
  const { place, run, gates: all = [] } = rollout.request;
  const { weight } = step;
  const watched = watchedAt(course, weight, tasks);
  const use = { step: index + 1, weight, warmUp: askedOf(rollout.request).warmUp };
  const names = step.gates ?? all.map(({ name }) => name);
  const { during, after } = gateSteps(rollout, names, use, watched);
  const share = shareOf(weight, noun);
  const set: readonly Step[] =
    weight === before.from
      ? []
      : [
          ...capacity(course, before),
          {
            kind: 'set-weight',
            title: `send ${share} to the canary`,
            place,
            run: run.id,
            traffic,
            from: before.from,
            weight,
          },
          settle(course, weight, watched),
        ];
  return [
    ...moreTasks(course, before, tasks),
    ...set,
    ...bakeAt(`see that the canary stays good with ${share}`, step, watched, during),
    ...after,
  ];
}

/** More requests are not moved away while the service could not take those back that it has given. */
function capacity(course: Course, { from, tasks }: { readonly from: Weight; readonly tasks: number }): readonly Step[] {
  if (from === 0) return [];
  const { rollout, traffic } = course;
  const { place, timeouts } = rollout.request;
  const title = `see that the tasks of ${place.service} could take all ${course.noun} again`;
  const gate: Gate = { kind: 'stable-capacity', place, traffic };
  const step = check(title, [gate, ...watchedAt(course, from, tasks)], timeouts.serviceStable);
  return [{ ...step, judges: 'what-is-there' }];
}

/** A load balancer follows a change within seconds; until then a verdict would be about the weight before. */
function settle({ rollout: { request }, traffic }: Course, _: Weight, watched: Watched): Step {
  const { taskRunning, targetHealthy } = request.timeouts;
  const title = `wait ${showDuration(traffic.settle)} for the load balancer to follow`;
  // A canary task that infrastructure takes meanwhile is replaced.
  return check(title, watched, traffic.settle + taskRunning + targetHealthy);
}

function bakeAt(title: string, { wait }: WeightStep, watched: Watched, during: readonly Gate[]): readonly Step[] {
  if (wait === 0 && during.length === 0) return [];
  const bake: Bake & Titled = { kind: 'bake', title, gates: [...watched, ...during], during: wait };
  return [bake];
}

type Watched = readonly [Gate, ...Gate[]];

/** What must hold all the time in which the canary has requests. */
function watchedAt({ rollout, traffic }: Course, weight: Weight, tasks: number): Watched {
  const { request, snapshot } = rollout;
  const { place } = request;
  return [
    {
      kind: 'canaries-healthy',
      of: canariesFrom(0, tasks),
      place,
      traffic,
      grace: graceOf(snapshot.service),
    },
    { kind: 'weight-settled', place, traffic, weight },
    ...quietGates(request),
  ];
}

/** Starts the tasks that a step needs in addition, and waits until they can take requests. */
function moreTasks(
  course: Course,
  { from, tasks: had }: { readonly from: Weight; readonly tasks: number },
  tasks: number,
): readonly Step[] {
  if (tasks <= had) return [];
  const { rollout, traffic } = course;
  const { request, snapshot } = rollout;
  const { place, timeouts } = request;
  const news = canariesFrom(had, tasks - had);
  const beside: readonly Gate[] = had === 0 ? quietGates(request) : watchedAt(course, from, had);
  const them = news.length === 1 ? (had === 0 ? 'the canary' : 'the new canary task') : 'the new canary tasks';
  const groups = traffic.groups.map(({ stable }) => stable);
  return [
    ...batchesOf(news).map((as, index) => startOf(rollout, as, had, index)),
    check(`wait until ${them} run${news.length === 1 ? 's' : ''}`, [...running(news), ...beside], timeouts.taskRunning),
    ...containerChecks(rollout, news, them, beside),
    {
      kind: 'register-targets',
      title: `register ${them} with ${news.length === 1 ? 'its' : 'their'} target ${groups.length === 1 ? 'group' : 'groups'}`,
      of: news,
      place,
      attachments: snapshot.attachments.filter(({ targetGroup }) => groups.includes(targetGroup)),
      inCopies: { run: request.run.id },
    },
    readiness(course, from, tasks, news, them),
  ];
}

function readiness(
  course: Course,
  from: Weight,
  tasks: number,
  news: readonly Subject[],
  them: string,
): Check & Titled {
  const [healthy, ...watched] = watchedAt(course, from, tasks);
  // With weight 0 it does not matter what requests follow.
  const others = from === 0 ? quietGates(course.rollout.request) : watched;
  const { targetHealthy } = course.rollout.request.timeouts;
  return check(`wait until ${them} can take requests`, [healthy, ...others, ...running(news, steady)], targetHealthy);
}

function running(of: readonly Subject[], during?: Duration): Watched {
  const [first, ...others] = of.map(
    (one): Gate => ({
      kind: 'tasks-running',
      of: one,
      ...(during === undefined ? {} : { steady: during }),
    }),
  );
  if (first === undefined) throw new Error('no canary task is started');
  return [first, ...others];
}

function containerChecks(
  { request, snapshot }: Rollout,
  news: readonly Subject[],
  them: string,
  beside: readonly Gate[],
): readonly Step[] {
  const { containers, every } = containersToCheck(request, snapshot);
  if (containers.length === 0) return [];
  const [first, ...others] = news.map((of): Gate => ({ kind: 'containers-healthy', of, containers, every }));
  if (first === undefined) return [];
  const title = `wait until the containers of ${them} are healthy: ${containers.join(', ')}`;
  return [check(title, [first, ...others, ...beside], request.timeouts.taskHealthCheck)];
}

const batchesOf = (all: readonly Subject[]): readonly (readonly [Subject, ...Subject[]])[] =>
  Array.from({ length: Math.ceil(all.length / batch) }, (_, i) => {
    const [first = '', ...others] = all.slice(i * batch, (i + 1) * batch);
    return [first, ...others];
  });

function startOf(
  { request, snapshot, revision }: Rollout,
  as: readonly [Subject, ...Subject[]],
  had: number,
  index: number,
): Step {
  const { place, run, timeouts } = request;
  const more = had === 0 && index === 0 ? '' : 'more ';
  const first = had + index * batch;
  const { instance: _, ...task } = canaryTask(request, snapshot);
  return {
    kind: 'start-canaries',
    title:
      as.length === 1
        ? `start ${more === '' ? 'the' : 'one more'} canary task`
        : `start ${as.length} ${more}canary tasks`,
    as,
    place,
    revision: revision ?? { registered: theRevision },
    run: run.id,
    // RunTask with a token that was used before returns the tasks of that call.
    task: { ...task, clientToken: first === 0 ? run.token : `${run.token}-canary-${first + 1}` },
    containers: rolesOf(definitionOf(request, snapshot)?.containerDefinitions ?? []),
    lacks: lackingClient(request, snapshot),
    stopWithin: timeouts.taskStopped,
  };
}
