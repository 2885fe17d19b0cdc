import { nameIn } from '../core/arn.ts';
import { type Duration, second } from '../core/duration.ts';
import { startedByOf, tagsOf } from '../core/mark.ts';
import type { Gate, Gates, Plan, Rivals, ServiceSettings, Step } from '../core/plan.ts';
import { type Problem, refuseIfAny } from '../core/problem.ts';
import type { Request } from '../core/request.ts';
import type { Canary, Snapshot } from '../core/snapshot.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { canaryTask, markOf } from './canary-task.ts';
import type { Comparison } from './comparison.ts';
import { conflictsOf, straysOf } from './conflict.ts';
import { sayLifetime } from './lifetime.ts';
import { covers, forced, settingChanges, settingsOf } from './settings.ts';
import { sweepSteps } from './sweep.ts';
import { restoreOf, restoreOfAdopted, runningInstead } from './way-back.ts';

/** Plans a rollout with a canary task; throws a Refusal when it cannot be tried. */
export function planRollout(request: Request, snapshot: Snapshot, comparison: Comparison): Plan {
  const { identical, fitting, changes: revisionChanges } = comparison;
  const adoption = adoptionOf(request, snapshot, fitting);
  const conflicts = [...alarmProblems(snapshot), ...conflictsOf(request, snapshot, adoption)];
  // A dry run hurts nobody: it tells what would be in the way.
  refuseIfAny([...unsupported(snapshot), ...(request.dryRun ? [] : conflicts)]);
  const { place, forceNewDeployment } = request;
  const settings = settingsOf(request, snapshot);
  const title = `Roll out ${nameOfRevision(request, identical)} to ${place.service} in ${place.cluster}`;
  const changes = [...revisionChanges, ...settingChanges(snapshot.service, settings)];
  const inTheWay = request.dryRun ? conflicts.map(({ what }) => `In the way at the moment: ${what}`) : [];
  const notes = [...inTheWay, ...notesOf(request, snapshot, identical)];
  if (adoption?.kind === 'deployment') {
    const steps = [...sweep(request, snapshot), ...follow(request, snapshot, adoption)];
    return { title: `Go on with the deployment of an earlier attempt to ${place.service}`, notes, changes, steps };
  }
  if (identical && !forceNewDeployment && Object.keys(settings).length === 0) {
    const nothing = `Nothing to roll out to ${place.service} in ${place.cluster}`;
    return { title: nothing, notes, changes, steps: [...sweep(request, snapshot), ...alreadyThere(request)] };
  }
  const canary = adoption?.canary;
  const revision = canary?.revision ?? fitting[0];
  const steps = [
    ...sweep(request, snapshot, canary),
    ...register(request, revision),
    canary === undefined ? start(request, snapshot, revision) : adopt(request, snapshot, canary),
    ...tryCanary(request, snapshot),
    ...promote(request, snapshot, settings, revision, straysOf(request, snapshot, canary)),
  ];
  const { warnings, notes: more } = sayLifetime(request, snapshot);
  return { title, notes: [...notes, ...more], ...(warnings.length === 0 ? {} : { warnings }), changes, steps };
}

function nameOfRevision({ revision }: Request, identical: boolean): string {
  if (identical) return 'the same revision';
  if (revision.kind === 'existing') return nameIn(revision.name);
  return `a new revision of ${revision.definition.family}`;
}

function alreadyThere({ place, timeouts }: Request): readonly Step[] {
  return [
    {
      kind: 'check',
      title: `see that ${place.service} is stable: it runs this revision already`,
      gates: [{ kind: 'service-stable', place }],
      within: timeouts.serviceStable,
    },
  ];
}

const sweep = (request: Request, snapshot: Snapshot, kept?: Canary): readonly Step[] =>
  sweepSteps(request, [...straysOf(request, snapshot, kept), ...snapshot.lost]);

/** The deployment is under way: all that is left to do is to see it through, and to put it back when it fails. */
function follow(
  request: Request,
  snapshot: Snapshot,
  adoption: Extract<Adoption, { kind: 'deployment' }>,
): readonly Step[] {
  const { place, timeouts } = request;
  return [
    {
      kind: 'adopt-deployment',
      title: 'go on with the deployment that an earlier attempt of this job has started',
      place,
      revision: snapshot.stable.definition.taskDefinitionArn ?? '',
      deployment: adoption.id,
      since: adoption.since,
      restore: restoreOfAdopted(request, snapshot, adoption),
    },
    {
      kind: 'check',
      title: `wait until ${place.service} is stable on the new revision`,
      gates: [{ kind: 'service-stable', place }, ...quietGates(request)],
      within: timeouts.serviceStable,
    },
  ];
}

function register({ revision }: Request, known: string | undefined): readonly Step[] {
  if (known !== undefined || revision.kind === 'existing') return [];
  const { definition } = revision;
  return [{ kind: 'register-revision', title: `register a new revision of ${definition.family}`, definition }];
}

function start(request: Request, snapshot: Snapshot, revision: string | undefined): Step {
  const { place, timeouts, run } = request;
  return {
    kind: 'start-canary',
    title: 'start the canary task',
    place,
    run: run.id,
    task: canaryTask(request, snapshot),
    stopWithin: timeouts.taskStopped,
    ...(revision === undefined ? {} : { revision }),
  };
}

function adopt(request: Request, snapshot: Snapshot, canary: Canary): Step {
  const { place, timeouts, run } = request;
  return {
    kind: 'adopt-canary',
    title: `go on with the canary that attempt ${canary.attempt} of this job has started`,
    place,
    canary,
    revision: canary.revision,
    startedBy: startedByOf(place.service),
    tags: tagsOf(markOf(request, snapshot), run),
    stopWithin: timeouts.taskStopped,
  };
}

/** Ask the canary everything that can be asked, before the service is touched. */
function tryCanary(request: Request, snapshot: Snapshot): readonly Step[] {
  const { place, timeouts, idle, bake } = request;
  const { attachments } = snapshot;
  const quiet = quietGates(request);
  const checked = containersWithHealthCheck(request, snapshot);
  const containers = checked.map(({ name }) => name);
  const every = Math.min(...checked.map(({ interval }) => interval));
  const healthy: readonly Gate[] = checked.length === 0 ? [] : [{ kind: 'containers-healthy', containers, every }];
  const steps: Step[] = [
    check('wait until the canary is running', [{ kind: 'tasks-running' }, ...quiet], timeouts.taskRunning),
  ];
  const [first, ...others] = healthy;
  if (first !== undefined) {
    const title = `wait until its containers are healthy: ${containers.join(', ')}`;
    steps.push(check(title, [first, ...others, ...quiet], timeouts.taskHealthCheck));
  }
  if (attachments.length > 0) {
    const groups = `${attachments.length} target group${attachments.length === 1 ? '' : 's'}`;
    steps.push(
      { kind: 'register-targets', title: `register the canary with ${groups}`, place, attachments },
      check(
        `wait until the canary is healthy in ${groups}`,
        [{ kind: 'targets-healthy' }, { kind: 'tasks-running', steady }, ...quiet],
        timeouts.targetHealthy,
      ),
    );
  } else if (idle > 0) {
    const title = 'see that the canary keeps running';
    steps.push({ kind: 'bake', title, gates: [{ kind: 'tasks-running' }, ...healthy, ...quiet], during: idle });
  }
  if (bake > 0) {
    const targets: readonly Gate[] = attachments.length === 0 ? [] : [{ kind: 'targets-healthy' }];
    const gates: Gates = [{ kind: 'tasks-running' }, ...healthy, ...targets, ...quiet];
    steps.push({ kind: 'bake', title: 'see that the canary stays healthy', gates, during: bake });
  }
  return steps;
}

/** One passed health check is little, and what crashes at its start does so in its first seconds. */
const steady: Duration = 8 * second;

const check = (title: string, gates: Gates, within: number): Step => ({ kind: 'check', title, gates, within });

const quietGates = ({ alarms }: Pick<Request, 'alarms'>): readonly Gate[] =>
  alarms.length === 0 ? [] : [{ kind: 'alarms-quiet', alarms }];

/** Every 30 seconds is what ECS does when the health check does not say it. */
function containersWithHealthCheck(
  { revision }: Request,
  { given }: Snapshot,
): readonly { readonly name: string; readonly interval: Duration }[] {
  const definition = revision.kind === 'new' ? revision.definition : given?.definition;
  return (definition?.containerDefinitions ?? []).flatMap(({ name, healthCheck }) =>
    healthCheck === undefined || name === undefined || healthCheck.command?.[0] === 'NONE'
      ? []
      : [{ name, interval: (healthCheck.interval ?? 30) * second }],
  );
}

/** Update the service, let the canary go as soon as it is not needed, and follow the deployment to its end. */
function promote(
  request: Request,
  snapshot: Snapshot,
  settings: ServiceSettings,
  revision: string | undefined,
  swept: readonly Canary[],
): readonly Step[] {
  const { place, timeouts, forceNewDeployment } = request;
  const quiet = quietGates(request);
  const retire: Step = { kind: 'retire', title: 'take the canary out of traffic and stop it, beside the deployment' };
  const within = timeouts.serviceStable;
  const carries: Step[] =
    snapshot.attachments.length === 0
      ? []
      : [
          check(
            'wait until the new version has a healthy target of its own',
            [{ kind: 'service-carries', place }, ...quiet],
            within,
          ),
        ];
  const stable: Step = {
    kind: 'check',
    title: `wait until ${place.service} is stable on the new revision`,
    gates: [{ kind: 'service-stable', place }, ...quiet],
    within,
    ...(carries.length === 0 ? {} : { continued: true }),
  };
  return [
    {
      kind: 'promote',
      title: `update ${place.service} to the new revision`,
      place,
      settings: forceNewDeployment ? { ...settings, forceNewDeployment: true } : forced(settings),
      restore: restoreOf(request, snapshot, settings),
      rivals: rivalsOf(request, swept),
      ...(revision === undefined ? {} : { revision }),
    },
    ...carries,
    retire,
    stable,
  ];
}

const rivalsOf = ({ place, run }: Request, swept: readonly Canary[]): Rivals => ({
  startedBy: startedByOf(place.service),
  run: run.id,
  attempt: run.attempt,
  swept: swept.map(({ task }) => task),
});

function notesOf(request: Request, snapshot: Snapshot, identical: boolean): readonly string[] {
  const { place, settings } = request;
  const { service, scaled } = snapshot;
  const notes: string[] = [];
  if (identical) {
    const stable = snapshot.stable.definition.taskDefinitionArn ?? '';
    const force = request.forceNewDeployment
      ? ''
      : ' If its image tag is moved to new images, set force-new-deployment: true.';
    notes.push(`${place.service} runs this revision already (${nameIn(stable)}); nothing is registered.${force}`);
  }
  const live: Readonly<Record<string, unknown>> = { ...service };
  for (const [key, value] of Object.entries(settings?.creationOnly ?? {})) {
    if (!covers(live[key], value))
      notes.push(`service.json: ${key} differs from the live service, but UpdateService cannot change it.`);
  }
  if (settings?.update.desiredCount !== undefined && settings.update.desiredCount !== service.desiredCount) {
    if (scaled === 'yes')
      notes.push('service.json: desiredCount is not applied, because Application Auto Scaling owns it.');
    if (scaled === 'unknown') {
      notes.push(
        'service.json: desiredCount is not applied, because it could not be looked up whether Application Auto Scaling owns it.',
      );
    }
  }
  const running = runningInstead(service);
  if (running !== undefined) {
    notes.push(
      `The deployment that is under way has no running task: on a failure the way back leads to ${nameIn(running)}, which runs.`,
    );
  }
  const classic = (service.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn === undefined);
  if (classic) notes.push('The canary is not registered with the Classic Load Balancer of the service.');
  return notes;
}

/** Services that somebody else's machinery deploys. */
function unsupported({ service, given, instance }: Snapshot): readonly Problem[] {
  if (instance !== undefined && service.launchType === 'FARGATE') {
    return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but the service runs on FARGATE' }];
  }
  if (given?.definition.status === 'INACTIVE') {
    const what = `${given.definition.family}:${given.definition.revision} is INACTIVE (deregistered): ECS starts no tasks of it`;
    return [{ where: 'task-definition-arn', what }];
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

function alarmProblems({ alarms }: Snapshot): readonly Problem[] {
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
