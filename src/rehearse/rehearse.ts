import { type Policy, policyFor } from '../aws/permissions.ts';
import { runCommand } from '../commands/index.ts';
import { worldFor } from '../commands/plan-and-execute.ts';
import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { unwindHurried } from '../engine/unwind.ts';
import { isDebug, outputFor, wantsColours } from '../github/runner.ts';
import { nameIn, partitionOf } from '../model/arn.ts';
import { minute, second } from '../model/duration.ts';
import type { TimedEvent } from '../model/event.ts';
import { Cancelled, formatError } from '../model/failure.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Output } from '../model/output.ts';
import { Refusal } from '../model/problem.ts';
import type { DrillResult, Rehearsal } from '../model/rehearsal.ts';
import type { Report } from '../model/report.ts';
import type { Request, RolloutRequest } from '../model/request.ts';
import { leftBehind } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';
import { publish } from '../publish.ts';
import { refuse } from '../refuse.ts';
import { createLog } from '../report/log.ts';
import { createMask, maskReporter } from '../report/redact.ts';
import { formatRehearsal, notChecked, printRehearsal } from '../report/rehearsal.ts';
import { createReporter, type Reporter } from '../report/reporter.ts';
import { renderRehearsalPage } from '../report/summary.ts';
import type { AskedRollout, Environment } from '../request/build-request.ts';
import { newService } from '../request/translate.ts';
import { wallClock } from '../runtime.ts';
import { Account } from '../simulator/account.ts';
import type { Picture } from '../simulator/picture.ts';
import { requestHandler } from '../simulator/request-handler.ts';
import type { Seed } from '../simulator/seed.ts';
import { seedFor } from '../simulator/seed-for.ts';
import { VirtualClock } from '../simulator/virtual-clock.ts';
import { createStatus, reportTo } from '../team.ts';
import { type Drill, definitionFor, drillsFor, playedAs, tasksFor } from './drills.ts';
import { pretend } from './harness.ts';

/** Tries the deploy context out in a pretend account: the real rollout, in virtual time, going well and going wrong. */
export async function rehearse(asked: AskedRollout, environment: Environment): Promise<void> {
  const { request, context, inputs, secrets } = asked;
  const startedAt = wallClock.now();
  const output = outputFor(environment);
  const mask = createMask(secrets, asked.names);
  const [happy, ...others] = drillsFor(request).filter(({ fits }) => fits?.(context) ?? true);
  if (happy === undefined) throw new Error('there is no drill for this deploy context');
  const impossible = whyImpossible(asked);
  if (impossible !== undefined) return await refuse(impossible, environment);
  output.print(
    `Rehearsal of ${request.place.service} in a pretend AWS account: no credentials, no network, virtual time. Nothing is deployed.`,
  );
  output.print(`Your images are played as good ones: ${imagesIn(context).join(', ')}`);
  const shown = await practise(happy, asked, logFor(asked, environment, output));
  const practised = [shown];
  // What cannot go well need not be tried in other ways to go wrong.
  const goes = shown.result.complaints.length === 0;
  for (const other of goes ? others : []) practised.push(await practise(other, asked, () => {}));
  const rehearsal: Rehearsal = {
    results: [shown.result, ...practised.slice(1).map(({ result }) => result)],
    policy: policyOf(
      asked,
      // The other commands have policies of their own.
      practised.flatMap(({ report }) => (report.command === 'rollout' ? Object.keys(report.calls) : [])),
    ),
    ...(asked.regionKnown ? {} : { policyNote: regionNote }),
  };
  printRehearsal(rehearsal, output);
  const outcome = outcomeOf(rehearsal);
  // The events are those of the drill that is shown, in its virtual time; the step itself began and ended in ours.
  const real = { startedAt, finishedAt: wallClock.now() };
  // Nothing of what the pretend account has named is anywhere.
  const report: Report = { ...shown.report, ...real, command: 'rehearse', outcome, rehearsal, facts: {} };
  const said = formatRehearsal(rehearsal);
  if (outcome.is === 'failed') output.annotate({ level: 'error', title: 'ECS rehearsal failed', message: said });
  else output.print(said);
  output.print(notChecked);
  const warn = (message: string) => output.annotate({ level: 'warning', title: 'ECS rehearsal', message });
  await publish(report, {
    environment,
    mask,
    warn,
    ...(inputs.summary ? { summary: () => renderRehearsalPage(report, shown.report) } : {}),
  });
  const team = await createStatus({ inputs, place: request.place }, environment, reportTo(output, 'ECS rehearsal'));
  await team?.conclude(report);
}

function logFor({ request }: AskedRollout, environment: Environment, output: Output): (event: TimedEvent) => void {
  const colours = wantsColours(environment, process.stdout.isTTY ?? false);
  // What fails here has failed nobody: it is shown, and only the rehearsal itself may become an annotation.
  const shown: Output = { ...output, annotate: ({ message }) => output.print(message) };
  const about = { command: 'rehearse', service: request.place.service };
  return createLog({ about, output: shown, colours, debug: isDebug() });
}

const imagesIn = ({ taskDefinition }: DeployContext): readonly string[] => [
  ...new Set((taskDefinition?.containerDefinitions ?? []).flatMap(({ image }) => image ?? [])),
];

/** What AWS would say of the service itself: then there is nothing to roll out to. */
function whyImpossible(asked: AskedRollout): Refusal | undefined {
  try {
    new Account({ seed: seedOf(drillsFor(asked.request)[0], asked), clock: new VirtualClock() }).picture();
    return undefined;
  } catch (error) {
    return new Refusal({ where: asked.inputs.deployContext ?? 'deploy-context', what: formatError(error) });
  }
}

interface Practised {
  readonly result: DrillResult;
  readonly report: Report;
}

/** Carries out one drill, and asks the pretend account itself how it ended. */
async function practise(drill: Drill, asked: AskedRollout, log: (event: TimedEvent) => void): Promise<Practised> {
  const clock = new VirtualClock();
  const account = new Account({ seed: seedOf(drill, asked), clock });
  for (const fault of drill.faults ?? []) account.inject(fault);
  const before = account.picture();
  const began = clock.now();
  const abort = new AbortController();
  const cancel = cancelAfter(drill.cancelAt, clock, abort);
  const about = { command: drill.command ?? 'rollout', place: asked.request.place };
  const unmasked = createReporter(about, clock, (event) => {
    log(event);
    cancel(event);
  });
  const reporter = maskReporter(unmasked, createMask(asked.secrets, asked.names));
  const request = requestOf(drill, asked);
  const runtime = sceneOn(account, clock, abort.signal, reporter, request);
  const outcome = await runCommand(request, runtime);
  const left = runtime.journal.pending();
  if (left.length > 0) await afterCancel(account, clock, reporter, request, left);
  else reporter.report({ kind: 'ended', outcome });
  const took = clock.now() - began;
  if (left.length > 0) await clock.sleep(30 * minute);
  const report = reporter.read(outcome);
  const calls = Object.values(report.calls).reduce((sum, count) => sum + count, 0);
  return { result: judge(drill, report.outcome, before, account.picture(), { took, calls }), report };
}

function sceneOn(
  account: Account,
  clock: VirtualClock,
  signal: AbortSignal,
  { report }: Reporter,
  { place }: Request,
  left: readonly Undo[] = [],
) {
  const handler = requestHandler(account);
  return pretend({ region: place.region, clock, requestHandler: handler, signal, report, random: () => 0.5, left });
}

/** Cancels the job some seconds after the first step of a kind, as a person would press the button. */
function cancelAfter(
  kind: string | undefined,
  clock: VirtualClock,
  abort: AbortController,
): (event: TimedEvent) => void {
  let index = -1;
  return (event) => {
    if (event.kind === 'planned') index = event.plan.steps.findIndex((step) => step.kind === kind);
    if (event.kind !== 'step' || event.is !== 'done' || event.index !== index) return;
    void clock.sleep(8 * second).then(() => abort.abort(new Cancelled('SIGINT')));
  };
}

/** What `post` does: puts back what the journal says, in a process of its own. */
async function afterCancel(
  account: Account,
  clock: VirtualClock,
  reporter: Reporter,
  request: Request,
  left: readonly Undo[],
): Promise<void> {
  const runtime = sceneOn(account, clock, new AbortController().signal, reporter, request, left);
  await unwindHurried(leftBehind(left, request.place), worldFor(runtime, request.place));
}

function requestOf(drill: Drill, { request, context }: AskedRollout): Request {
  const { place, timeouts, run, hidden } = request;
  const common = { place, timeouts, run, dryRun: false };
  const revision = { kind: 'new', definition: definitionFor(drill, context) } as const;
  switch (drill.command) {
    case undefined:
      return { ...withoutAccount(request), ...tasksFor(drill, request), dryRun: false, revision };
    case 'undeploy':
      return { ...common, command: 'undeploy', onConflict: 'fail', deregisterRevisions: false };
    case 'up': {
      const service = newService(context.service);
      return { ...common, command: 'up', revision, service, keep: false, wait: true, remarks: [], hidden };
    }
    default:
      return drill.command satisfies never;
  }
}

/** The pretend account has an id of its own; that the files agree on theirs has been checked. */
const withoutAccount = ({ account: _, ...request }: RolloutRequest): RolloutRequest => request;

function seedOf(drill: Drill, { request, context }: AskedRollout): Seed {
  const { region, cluster, service } = request.place;
  const wanted = { ...context.service, cluster, serviceName: service };
  const { deploymentConfiguration } = wanted;
  const breaker = { enable: drill.circuitBreaker ?? false, rollback: true };
  const own = { ...deploymentConfiguration, deploymentCircuitBreaker: breaker };
  const seed = seedFor({
    service: plain(drill.circuitBreaker === undefined ? wanted : { ...wanted, deploymentConfiguration: own }),
    taskDefinition: plain(context.taskDefinition ?? {}),
    region,
  });
  const known = new Set(seed.alarms?.map(({ name }) => name));
  const missing = request.alarms.filter((name) => !known.has(name)).map((name) => ({ name }));
  const alarms = [...(seed.alarms ?? []), ...missing];
  const before = { taskDefinitions: seed.taskDefinitions?.map((one) => withOtherImages(one, context)) ?? [] };
  const played = { ...seed, ...before, alarms, playedAs: playedAs(drill, context) };
  return drill.command === 'up' ? { ...played, services: [] } : played;
}

/** What ran before has other images than the files, also where these have the tag that it was given. */
function withOtherImages(
  { containerDefinitions, ...before }: Readonly<Record<string, unknown>>,
  context: DeployContext,
): Record<string, unknown> {
  const own = new Set(imagesIn(context));
  const containers = (Array.isArray(containerDefinitions) ? containerDefinitions : []) as { readonly image?: string }[];
  const others = containers.map((container) => ({
    ...container,
    ...(own.has(container.image ?? '') ? { image: container.image?.replace(/:stable$/, ':before') } : {}),
  }));
  return { ...before, containerDefinitions: others };
}

const plain = (input: object): Record<string, unknown> => structuredClone(input) as Record<string, unknown>;

/** Compares what the rollout says with what the account shows. */
function judge(
  drill: Drill,
  outcome: Outcome,
  before: Picture,
  after: Picture,
  cost: Pick<DrillResult, 'took' | 'calls'>,
): DrillResult {
  const orphans = [
    // One that stops has been put away; ECS only takes its network interface away.
    ...after.standaloneTasks
      .filter(({ desiredStatus }) => desiredStatus !== 'STOPPED')
      .map(({ taskArn }) => `task ${nameIn(taskArn)}`),
    ...Object.entries(after.targets).flatMap(([group, targets]) =>
      targets
        // One that drains has been taken away; ELB only shows it until its delay is over.
        .filter(({ of, state }) => !of.startsWith('service:') && state !== 'draining')
        .map(({ of, state }) => `target ${of} in ${group} (${state})`),
    ),
  ];
  const unchanged = serviceOf(before) === serviceOf(after);
  const succeeded = outcome.is === 'succeeded';
  const complaints: string[] = [];
  if (!drill.expected.includes(outcome.is)) complaints.push(`expected ${drill.expected.join(' or ')}`);
  if (orphans.length > 0) complaints.push('something stray is left');
  if (outcome.serviceIntact && !unchanged) complaints.push('it says that the service is intact, but it is not');
  if (!succeeded && !unchanged) complaints.push('the service is not what it was');
  if (succeeded && drill.command === 'up' && !isComplete(after)) complaints.push('the service is not complete');
  if (succeeded && drill.command === 'undeploy' && living(after).length > 0)
    complaints.push('the service is still there');
  const registered = JSON.stringify(before.revisions) !== JSON.stringify(after.revisions);
  if (!succeeded && drill.command === 'up' && registered) complaints.push('the revision is still registered');
  const becomes = drill.command === undefined ? 'new revision' : { up: 'created', undeploy: 'gone' }[drill.command];
  return { title: drill.title, expected: drill.expected, outcome, becomes, orphans, unchanged, complaints, ...cost };
}

/** ECS shows a service that is gone for a while. */
const living = ({ services }: Picture) => Object.entries(services).filter(([, { status }]) => status !== 'INACTIVE');

const isComplete = (picture: Picture): boolean => {
  const [first, ...others] = living(picture);
  if (first === undefined || others.length > 0) return false;
  const [, { status, desiredCount, taskDefinition, tasks }] = first;
  return status === 'ACTIVE' && (tasks[`${taskDefinition} RUNNING`] ?? 0) === desiredCount;
};

/** What the services run and how they are set; tasks that are on their way out do not count. */
function serviceOf(picture: Picture): string {
  const entries = living(picture).map(([name, { tasks, ...service }]) => {
    const running = Object.entries(tasks).filter(([key]) => key.endsWith(' RUNNING'));
    return [name, service, running];
  });
  return JSON.stringify(entries);
}

function outcomeOf({ results }: Rehearsal): Outcome {
  const bad = results.filter(({ complaints }) => complaints.length > 0);
  if (bad.length === 0) return { is: 'succeeded', serviceIntact: true, leftovers: [] };
  const because = bad.map(({ title, complaints }) => `${title}: ${complaints.join('; ')}`).join('\n');
  const cause = {
    what: 'rehearse',
    because,
    evidence: bad.flatMap(({ outcome }) => outcome.cause?.evidence ?? []),
    next: '',
  };
  return { is: 'failed', serviceIntact: true, cause, leftovers: [] };
}

const regionNote =
  'No input, no variable and no file names the region: put it in the place of REGION before you use this policy.';

/** Exactly the actions that were used, narrowed to the names in the deploy context. */
function policyOf(
  { request: { place, account: named }, context: { service, taskDefinition }, regionKnown }: AskedRollout,
  actions: readonly string[],
): Policy {
  const groups = (service?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn].filter((arn) => arn !== undefined);
  const logs = (taskDefinition?.containerDefinitions ?? []).map(({ logConfiguration }) => logConfiguration?.options);
  const logGroups = [...new Set(logs.flatMap((options) => options?.['awslogs-group'] ?? []))];
  const [, partition, , , said = ''] = (groups[0] ?? roles[0] ?? '').split(':');
  const account = named?.id ?? said;
  return policyFor(actions, {
    partition: partition || partitionOf(place.region),
    region: regionKnown ? place.region : 'REGION',
    cluster: nameIn(place.cluster),
    service: place.service,
    targetGroups: groups,
    roles: [...new Set(roles)],
    ...(logGroups.length === 0 ? {} : { logGroups }),
    ...(account === '' ? {} : { account }),
    ...(taskDefinition?.family === undefined ? {} : { family: taskDefinition.family }),
  });
}
