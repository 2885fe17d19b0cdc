import type { CreateServiceRequest, LoadBalancer, TaskDefinition } from '@aws-sdk/client-ecs';
import { nameIn } from '../core/arn.ts';
import { minute } from '../core/duration.ts';
import type { Attachment, Plan, Step } from '../core/plan.ts';
import { type Problem, refuseIfAny } from '../core/problem.ts';
import type { UpRequest } from '../core/request.ts';
import { primaryOf } from '../core/service.ts';
import type { Site, Tenants } from '../core/snapshot.ts';
import type { Comparison } from './comparison.ts';
import { checkedBy } from './health-check.ts';
import { sayEnd } from './lifetime.ts';
import { longest } from './longest.ts';
import { check } from './trial.ts';

/** What in service.json makes a service that this action cannot bring up. */
export function creationProblems(service: CreateServiceRequest): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, what: string) => problems.push({ where: `service.json: ${path}`, what });
  const controller = service.deploymentController?.type ?? 'ECS';
  const others =
    controller === 'CODE_DEPLOY'
      ? 'create it with the tool that owns its CodeDeploy application'
      : 'create it with the tool that makes its task sets';
  if (controller !== 'ECS') {
    say('deploymentController.type', `${controller} is deployed by somebody else than ECS; ${others}, or take it away`);
  }
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING') {
    const what = `${strategy} moves traffic between target groups itself, which this action does not follow`;
    say('deploymentConfiguration.strategy', `${what}; create the service with ROLLING, or with another tool`);
  }
  if (service.schedulingStrategy !== 'DAEMON' && service.desiredCount === undefined) {
    say('desiredCount', 'is missing: say how many tasks the new service is to run');
  }
  return problems;
}

/** Plans to create a service; throws a Refusal when it cannot be tried. */
export function planUp(request: UpRequest, site: Site, comparison: Omit<Comparison, 'identical'>): Plan {
  const { place, wait } = request;
  refuseIfAny([
    ...whyOccupied(request, site),
    ...revisionProblems(site),
    ...targetProblems(request, site),
    ...tenantProblems(request, site),
  ]);
  const [known] = comparison.fitting;
  const { warnings, notes } = sayEnd(site, { what: 'it', least: 2 * minute, most: longest(request) });
  return {
    title: `Create ${place.service} in ${place.cluster}`,
    notes: [...notesOf(request, site, known), ...notes],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(wait ? {} : { unattended: true }),
    changes: comparison.changes,
    steps: [...register(request, known), ...create(request, site, known)],
  };
}

function whyOccupied({ place }: UpRequest, { service, status }: Site): readonly Problem[] {
  const where = `${place.service} in ${place.cluster}`;
  if (service !== undefined) {
    const { desiredCount = 0, runningCount = 0, createdAt } = service;
    const runs = nameIn(primaryOf(service)?.taskDefinition ?? service.taskDefinition ?? 'no revision');
    const since = createdAt === undefined ? '' : `, created ${createdAt.toISOString()}`;
    const what = `${where} exists already: it runs ${runs} (${runningCount} of ${desiredCount} tasks)${since}`;
    return [{ where: 'service', what: `${what}. To bring a new version to it, use command: rollout` }];
  }
  if (status === undefined || status === 'INACTIVE') return [];
  if (status === 'DRAINING') {
    const what = `${where} is being deleted (DRAINING): its name is free when all its tasks have stopped`;
    return [{ where: 'service', what: `${what}. Wait some minutes and run the job again` }];
  }
  return [{ where: 'service', what: `${where} is ${status}: nobody can say whether its name is free` }];
}

function revisionProblems({ given }: Site): readonly Problem[] {
  if (given?.definition.status !== 'INACTIVE') return [];
  const what = `${nameIn(given.definition.taskDefinitionArn ?? '')} is INACTIVE (deregistered): ECS starts no tasks of it`;
  return [{ where: 'task-definition-arn', what }];
}

/** What CreateService would refuse after the revision has been registered. */
function targetProblems({ revision, service }: UpRequest, { given, attachments }: Site): readonly Problem[] {
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

/** The load balancer would send the new tasks a share of the requests that are meant for others. */
function tenantProblems({ place, service }: UpRequest, { tenants }: Site): readonly Problem[] {
  return (service.loadBalancers ?? []).flatMap(({ targetGroupArn }, index) => {
    const there = tenants.find(({ targetGroup }) => targetGroup === targetGroupArn);
    const said = there === undefined ? [] : sayTenants(there);
    if (said.length === 0) return [];
    const what = `target group ${targetGroupArn} ${said.join(' and ')}: tasks of ${place.service} would get a share of the requests that are meant for those`;
    const next = `give ${place.service} a target group of its own, or set \`share-target-groups: true\` if it is meant to join them`;
    return [{ where: `service.json: loadBalancers[${index}].targetGroupArn`, what: `${what}; ${next}` }];
  });
}

function sayTenants({ targets, services }: Tenants): readonly string[] {
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
  const ports = (container.portMappings ?? []).map((mapping) => mapping.containerPort);
  const ranges = (container.portMappings ?? []).some((mapping) => mapping.containerPortRange !== undefined);
  const wrong: string[] = [];
  if (!ports.includes(containerPort) && !ranges) {
    wrong.push(`container ${containerName} has no port ${containerPort}; it has ${ports.join(', ') || 'none'}`);
  }
  if (attachment === undefined) return wrong;
  const { targetGroup, targetType, idle } = attachment;
  const needed = networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (targetType !== needed) {
    wrong.push(`${targetGroup} has the target type ${targetType}, but network mode ${networkMode} needs ${needed}`);
  }
  if (idle) wrong.push(`no load balancer forwards to ${targetGroup}; add it to a listener or a rule first`);
  return wrong;
}

function notesOf(request: UpRequest, { status, tenants }: Site, known: string | undefined): readonly string[] {
  const { place, revision, keep, wait, remarks } = request;
  const notes = [...remarks];
  if (status === 'INACTIVE') notes.push(`An earlier service ${place.service} has been deleted: its name is free.`);
  if (revision.kind === 'new' && known !== undefined) {
    notes.push(`${nameIn(known)} is exactly what is asked for: nothing is registered.`);
  }
  if (tenants.some(({ services }) => services === 'unknown')) {
    notes.push(
      'Whether another service uses the target groups is not known: ecs:ListServices is not allowed. They have no targets.',
    );
  }
  if (!wait) notes.push('wait is false: the service is created, and nobody follows it or takes it away again.');
  else if (keep) notes.push('keep is true: a service that does not become stable stays, to be looked at.');
  return notes;
}

function register({ revision, place, keep }: UpRequest, known: string | undefined): readonly Step[] {
  if (known !== undefined || revision.kind === 'existing') return [];
  const { definition } = revision;
  return [
    {
      kind: 'register-revision',
      title: `register a new revision of ${definition.family}`,
      definition,
      ...(keep ? {} : { onlyFor: place }),
    },
  ];
}

function create(request: UpRequest, { attachments, given }: Site, known: string | undefined): readonly Step[] {
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
    ...(known === undefined ? {} : { revision: known }),
    // Nothing was there before it that would have to be drained.
    ...(behind ? { behind: { targetGroups, drain: 0 } } : {}),
  };
  if (!wait) return [creation];
  const carries = check(
    `wait until ${place.service} has a healthy target`,
    [{ kind: 'service-carries', place, ...checked }],
    within,
  );
  const stable = check(
    `wait until ${place.service} is stable`,
    [{ kind: 'service-stable', place, ...checked }],
    within,
  );
  return behind ? [creation, carries, { ...stable, continued: true }] : [creation, stable];
}
