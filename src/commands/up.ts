import type { LoadBalancer, TaskDefinition } from '@aws-sdk/client-ecs';
import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeUpSnapshot } from '../aws/snapshots/up.ts';
import { nameIn } from '../model/arn.ts';
import type { Change } from '../model/change.ts';
import { minute } from '../model/duration.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { mappedPorts, mapsPort, targetTypeFor } from '../model/ports.ts';
import { type Problem, refuseIfAny } from '../model/problem.ts';
import type { UpRequest } from '../model/request.ts';
import { primaryOf } from '../model/service.ts';
import type { Tenants, UpSnapshot } from '../model/snapshot.ts';
import { theRevision } from '../model/subject.ts';
import type { Attachment } from '../model/targets.ts';
import { creationChanges, definitionChanges } from '../task-definition/changes.ts';
import { sameDefinition } from '../task-definition/compare.ts';
import type { Runtime } from './command-runtime.ts';
import { checkedBy } from './health-check.ts';
import { inactiveProblems } from './inactive.ts';
import { maxDuration } from './max-duration.ts';
import { type Decision, planAndExecute, reportFacts } from './plan-and-execute.ts';
import { formatEnd } from './rollout/credential-expiry.ts';
import { followDeployment, register } from './steps.ts';

/** Creates a service, and deletes it again if it does not become stable. */
export async function up(request: UpRequest, runtime: Runtime): Promise<Outcome> {
  return planAndExecute(request, runtime, () => decide(request, runtime));
}

async function decide(request: UpRequest, runtime: Runtime): Promise<Decision> {
  const snapshot = await readInAccount(request, runtime, takeUpSnapshot, ({ service, given, newest }) => [
    service?.serviceArn,
    given?.definition.taskDefinitionArn,
    newest?.definition.taskDefinitionArn,
  ]);
  const known = knownRevision(request, snapshot);
  const plan = planUp(request, snapshot, known);
  reportFacts({ 'task-definition-arn': known }, runtime);
  return { plan };
}

/** The revision that an input names, or a registered one that is exactly what is asked for. */
function knownRevision({ revision }: UpRequest, { given, newest }: UpSnapshot): string | undefined {
  if (revision.kind === 'existing') return given?.definition.taskDefinitionArn;
  if (newest === undefined || !sameDefinition(revision.definition, newest.definition, newest.tags)) return undefined;
  return newest.definition.taskDefinitionArn;
}

/** The settings of the service, and how its revision differs from the newest of the family. */
function changesOf(request: UpRequest, { newest }: UpSnapshot): readonly Change[] {
  const { revision, service } = request;
  const settings = creationChanges(service, request);
  if (revision.kind === 'existing' || newest === undefined) return settings;
  return [...settings, ...definitionChanges(revision.definition, newest, request)];
}

/** Plans to create a service; throws a Refusal if it cannot be tried. */
function planUp(request: UpRequest, snapshot: UpSnapshot, known: string | undefined): Plan {
  const { place, wait } = request;
  refuseIfAny([
    ...whyOccupied(request, snapshot),
    ...inactiveProblems(snapshot.given, 'task-definition-arn'),
    ...targetProblems(request, snapshot),
    ...tenantProblems(request, snapshot),
  ]);
  const { warnings, notes } = formatEnd(snapshot, { what: 'it', least: 2 * minute, most: maxDuration(request) });
  return {
    title: `Create ${place.service} in ${place.cluster}`,
    notes: [...notesOf(request, snapshot, known), ...notes],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(wait ? {} : { unattended: true }),
    changes: changesOf(request, snapshot),
    steps: [
      ...register(request.revision, known, request.keep ? undefined : place),
      ...create(request, snapshot, known),
    ],
  };
}

function whyOccupied({ place }: UpRequest, { service, status }: UpSnapshot): readonly Problem[] {
  const where = `${place.service} in ${place.cluster}`;
  if (service !== undefined) {
    const { desiredCount = 0, runningCount = 0, createdAt } = service;
    const runs = nameIn(primaryOf(service)?.taskDefinition ?? service.taskDefinition ?? 'no revision');
    const since = createdAt === undefined ? '' : `, created ${createdAt.toISOString()}`;
    const what = `${where} exists already: it runs ${runs} (${runningCount} of ${desiredCount} tasks)${since}`;
    return [{ where: 'service', what: `${what}. To deploy a new version to it, use command: rollout` }];
  }
  if (status === undefined || status === 'INACTIVE') return [];
  if (status === 'DRAINING') {
    const what = `${where} is being deleted (DRAINING): its name is free when all its tasks have stopped`;
    return [{ where: 'service', what: `${what}. Wait a few minutes and run the job again` }];
  }
  return [{ where: 'service', what: `${where} is ${status}: whether its name is free is unknown` }];
}

/** What CreateService would refuse after the revision has been registered. */
function targetProblems({ revision, service }: UpRequest, { given, attachments }: UpSnapshot): readonly Problem[] {
  const definition = revision.kind === 'new' ? revision.definition : given?.definition;
  if (definition === undefined) return [];
  return (service.loadBalancers ?? []).flatMap((balancer, index) => {
    const attachment = attachments.find(({ targetGroup }) => targetGroup === balancer.targetGroupArn);
    return whyUnfit(definition, balancer, attachment).map((what) => ({
      where: `service.json: loadBalancers[${index}]`,
      what,
    }));
  });
}

/** Target groups in use: the load balancer would send the new tasks a share of the others' requests. */
function tenantProblems({ place, service }: UpRequest, { tenants }: UpSnapshot): readonly Problem[] {
  return (service.loadBalancers ?? []).flatMap(({ targetGroupArn }, index) => {
    const there = tenants.find(({ targetGroup }) => targetGroup === targetGroupArn);
    const said = there === undefined ? [] : formatTenants(there);
    if (said.length === 0) return [];
    const what = `target group ${targetGroupArn} ${said.join(' and ')}: tasks of ${place.service} would get a share of the requests that are meant for those`;
    const next = `give ${place.service} a target group of its own, or set \`share-target-groups: true\` if it is meant to join them`;
    return [{ where: `service.json: loadBalancers[${index}].targetGroupArn`, what: `${what}; ${next}` }];
  });
}

function formatTenants({ targets, services }: Tenants): readonly string[] {
  const count = targets === 0 ? [] : [`has ${targets} registered target${targets === 1 ? '' : 's'}`];
  if (services === 'unknown' || services.length === 0) return count;
  return [...count, `is used by service ${services.join(', ')} of this cluster`];
}

function whyUnfit(
  { networkMode = 'bridge', containerDefinitions = [] }: Pick<TaskDefinition, 'networkMode' | 'containerDefinitions'>,
  { containerName, containerPort }: LoadBalancer,
  attachment: Attachment | undefined,
): readonly string[] {
  const container = containerDefinitions.find(({ name }) => name === containerName);
  if (container === undefined) return [`the task definition has no container ${containerName}`];
  const wrong: string[] = [];
  if (containerPort === undefined || !mapsPort(container, containerPort)) {
    const ports = mappedPorts(container).join(', ') || 'none';
    wrong.push(`container ${containerName} has no port ${containerPort}; it has ${ports}`);
  }
  if (attachment === undefined) return wrong;
  const { targetGroup, targetType, idle } = attachment;
  const needed = targetTypeFor(networkMode);
  if (targetType !== needed) {
    wrong.push(`${targetGroup} has the target type ${targetType}, but network mode ${networkMode} needs ${needed}`);
  }
  if (idle) wrong.push(`no load balancer forwards to ${targetGroup}; add it to a listener or a rule first`);
  return wrong;
}

function notesOf(request: UpRequest, { status, tenants }: UpSnapshot, known: string | undefined): readonly string[] {
  const { place, revision, keep, wait, remarks } = request;
  const notes = [...remarks];
  if (status === 'INACTIVE') notes.push(`An earlier service ${place.service} has been deleted: its name is free.`);
  if (revision.kind === 'new' && known !== undefined) {
    notes.push(`${nameIn(known)} is identical to the requested task definition: nothing is registered.`);
  }
  if (tenants.some(({ services }) => services === 'unknown')) {
    notes.push(
      'Whether another service uses the target groups is not known: ecs:ListServices is not allowed. They have no targets.',
    );
  }
  if (!wait) notes.push('wait is false: the service is created, but not monitored or deleted on failure.');
  else if (keep) notes.push('keep is true: a service that does not become stable is kept for inspection.');
  return notes;
}

function create(request: UpRequest, { attachments, given }: UpSnapshot, known: string | undefined): readonly Step[] {
  const { place, service, keep, wait, run, timeouts, revision } = request;
  const checked = checkedBy(revision.kind === 'new' ? revision.definition : given?.definition);
  const within = timeouts.serviceStable;
  const targetGroups = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  const behind = targetGroups.length > 0;
  const creation: Step = {
    kind: 'create-service',
    title: `create ${place.service}`,
    place,
    service,
    token: run.token,
    keep,
    goneWithin: within,
    revision: known ?? { registered: theRevision },
    // No earlier task has to be drained.
    ...(behind ? { behind: { targetGroups, drain: 0 } } : {}),
  };
  if (!wait) return [creation];
  const serving = behind ? `wait until ${place.service} has a healthy target` : undefined;
  const titles = { serving, stable: `wait until ${place.service} is stable` };
  return [creation, ...followDeployment({ place, within, checked, beside: [], titles })];
}
