import { type Policy, policyFor } from '../aws/permissions.ts';
import { worldFor } from '../commands/execution.ts';
import { runCommand } from '../commands/index.ts';
import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { unwindHurried } from '../engine/unwind.ts';
import { finish } from '../finish.ts';
import { isDebug, outputFor, wantsColours } from '../github/runner.ts';
import { createStatus, reportTo } from '../github-status.ts';
import { nameIn, partitionOf } from '../model/arn.ts';
import type { Drill } from '../model/drill.ts';
import { minute, second } from '../model/duration.ts';
import type { Environment } from '../model/environment.ts';
import type { TimedEvent } from '../model/event.ts';
import { Cancelled, formatError } from '../model/failure.ts';
import type { Cause, Outcome } from '../model/outcome.ts';
import type { Output } from '../model/output.ts';
import { Refusal } from '../model/problem.ts';
import { createMask } from '../model/redact.ts';
import type { DrillResult, Rehearsal } from '../model/rehearsal.ts';
import type { Report } from '../model/report.ts';
import type { Request, RolloutRequest } from '../model/request.ts';
import { leftBehind } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';
import type { Web } from '../model/web.ts';
import { refuse } from '../refuse.ts';
import { createLog } from '../report/log/log.ts';
import { printRehearsal } from '../report/log/rehearsal.ts';
import { renderRehearsalPage } from '../report/markdown/summary.ts';
import { createReporter, maskReporter, type Reporter } from '../report/reporter.ts';
import { formatRehearsal, notChecked } from '../report/tables/drills.ts';
import type { AskedRollout } from '../request/build-request.ts';
import { newService } from '../request/translate.ts';
import { wallClock } from '../runtime.ts';
import { Account } from '../simulator/account.ts';
import type { Picture } from '../simulator/picture.ts';
import { requestHandler } from '../simulator/request-handler.ts';
import type { Seed } from '../simulator/seed.ts';
import { seedFor } from '../simulator/seed-for.ts';
import { VirtualClock } from '../simulator/virtual-clock.ts';
import { definitionFor, drillsFor, fits, playedAs, tasksFor } from './drills.ts';
import { gatesFor, pretendWeb } from './gates.ts';
import { pretend } from './harness.ts';

/** Runs the real rollout of a deploy context in a simulated account, in virtual time, with success and failures. */
export async function rehearse(asked: AskedRollout, environment: Environment): Promise<void> {
  const { request, context, inputs, secrets } = asked;
  const startedAt = wallClock.now();
  const output = outputFor(environment);
  const mask = createMask(secrets, asked.names);
  const [happy, ...others] = drillsFor(request).filter((drill) => fits(context, drill));
  if (happy === undefined) throw new Error('there is no drill for this deploy context');
  const impossible = whyImpossible(asked);
  if (impossible !== undefined) return await refuse(impossible, environment);
  output.print(
    `Rehearsal of ${request.place.service} in a simulated AWS account: no credentials, no network, virtual time. Nothing is deployed.`,
  );
  output.print(`Your images are simulated as healthy: ${imagesIn(context).join(', ')}`);
  const shown = await runDrill(happy, asked, logFor(asked, environment, output));
  const runs = [shown];
  // If the successful drill fails, the others are skipped.
  const succeeds = shown.result.complaints.length === 0;
  for (const other of succeeds ? others : []) runs.push(await runDrill(other, asked, () => {}));
  const rehearsal: Rehearsal = {
    results: [shown.result, ...runs.slice(1).map(({ result }) => result)],
    policy: policyOf(
      asked,
      // Other commands have separate policies.
      runs.flatMap(({ report }) => (report.command === 'rollout' ? Object.keys(report.calls) : [])),
    ),
    ...(asked.regionKnown ? {} : { policyNote: regionNote }),
  };
  printRehearsal(rehearsal, output);
  const outcome = outcomeOf(rehearsal);
  // The events are those of the displayed drill in virtual time; start and end are those of the step in real time.
  const real = { startedAt, finishedAt: wallClock.now() };
  // Resources of the simulated account do not exist, so there are no links.
  const report: Report = { ...shown.report, ...real, command: 'rehearse', outcome, rehearsal, facts: {} };
  const said = formatRehearsal(rehearsal);
  if (outcome.is === 'failed') output.annotate({ level: 'error', title: 'ECS rehearsal failed', message: said });
  else output.print(said);
  output.print(notChecked);
  const warn = (message: string) => output.annotate({ level: 'warning', title: 'ECS rehearsal', message });
  await finish(report, {
    environment,
    warn,
    files: { mask },
    summary: inputs.summary ? () => renderRehearsalPage(report, shown.report) : undefined,
    onGitHub: async () => {
      const onGitHub = { inputs, place: request.place };
      const status = await createStatus(onGitHub, environment, reportTo(output, 'ECS rehearsal'));
      await status?.conclude(report);
    },
  });
}

function logFor({ request }: AskedRollout, environment: Environment, output: Output): (event: TimedEvent) => void {
  const colours = wantsColours(environment, process.stdout.isTTY ?? false);
  // Failures of drills are expected: print them, and annotate only the result of the rehearsal.
  const shown: Output = { ...output, annotate: ({ message }) => output.print(message) };
  const about = { command: 'rehearse', service: request.place.service };
  return createLog({ about, output: shown, colours, debug: isDebug() });
}

const imagesIn = ({ taskDefinition }: DeployContext): readonly string[] => [
  ...new Set((taskDefinition?.containerDefinitions ?? []).flatMap(({ image }) => image ?? [])),
];

/** Returns why AWS would refuse the service itself, in which case no rollout is possible. */
function whyImpossible(asked: AskedRollout): Refusal | undefined {
  try {
    new Account({ seed: seedOf(drillsFor(asked.request)[0], asked), clock: new VirtualClock() }).picture();
    return undefined;
  } catch (error) {
    return new Refusal({ where: asked.inputs.deployContext ?? 'deploy-context', what: formatError(error) });
  }
}

interface DrillRun {
  readonly result: DrillResult;
  readonly report: Report;
}

/** Runs one drill and checks the result in the simulated account. */
async function runDrill(drill: Drill, asked: AskedRollout, log: (event: TimedEvent) => void): Promise<DrillRun> {
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
  const web = pretendWeb(drill, asked.request);
  const runtime = sceneOn(account, clock, abort.signal, reporter, request, { web });
  const outcome = await runCommand(request, runtime);
  const left = runtime.journal.pending();
  const lost = left.length > 0 ? await afterCancel(account, clock, reporter, request, left) : 0;
  if (left.length === 0) reporter.report({ kind: 'ended', outcome });
  const took = clock.now() - began;
  if (left.length > 0) await clock.sleep(30 * minute);
  // What had no time to drain is for the next run or a sweep.
  if (lost > 0)
    await runCommand(sweepOf(request), sceneOn(account, clock, new AbortController().signal, reporter, request));
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
  more: { readonly left?: readonly Undo[]; readonly web?: Web } = {},
) {
  const handler = requestHandler(account);
  return pretend({ region: place.region, clock, requestHandler: handler, signal, report, random: () => 0.5, ...more });
}

/** Cancels the job some seconds after the first step of a kind. */
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

const sweepOf = ({ place, timeouts, run }: Request): Request => ({
  command: 'sweep',
  place,
  timeouts,
  run: { ...run, id: `${run.id}-sweep` },
  dryRun: false,
  onConflict: 'fail',
});

/** Runs the `post` phase: unwinds the journal. Returns how much of it could not be undone in time. */
async function afterCancel(
  account: Account,
  clock: VirtualClock,
  reporter: Reporter,
  request: Request,
  left: readonly Undo[],
): Promise<number> {
  const runtime = sceneOn(account, clock, new AbortController().signal, reporter, request, { left });
  // As long as the post step of a real job has.
  const end = clock.now() + 150 * second;
  return (await unwindHurried(leftBehind(left, request.place), worldFor(runtime, request.place), end)).length;
}

function requestOf(drill: Drill, { request, context }: AskedRollout): Request {
  const { place, timeouts, run, hidden } = request;
  const common = { place, timeouts, run, dryRun: false };
  const revision = { kind: 'new', definition: definitionFor(drill, context) } as const;
  switch (drill.command) {
    case undefined:
      return {
        ...withoutAccount(request),
        ...tasksFor(drill, request),
        ...gatesFor(drill, request),
        dryRun: false,
        revision,
      };
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

/** The simulated account has its own id; the account ids in the files were checked before. */
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

/** Gives the previous revision different images than the files. */
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

/** Compares the outcome with the state of the account. */
function judge(
  drill: Drill,
  outcome: Outcome,
  before: Picture,
  after: Picture,
  cost: Pick<DrillResult, 'took' | 'calls'>,
): DrillResult {
  const orphans = [
    // A stopping task counts as stopped; ECS only detaches its network interface.
    ...after.standaloneTasks
      .filter(({ desiredStatus }) => desiredStatus !== 'STOPPED')
      .map(({ taskArn }) => `task ${nameIn(taskArn)}`),
    ...Object.entries(after.targets).flatMap(([group, targets]) =>
      targets
        // A draining target counts as deregistered; ELB shows it until its delay is over.
        .filter(({ of, state }) => !of.startsWith('service:') && state !== 'draining')
        .map(({ of, state }) => `target ${of} in ${group} (${state})`),
    ),
  ];
  const unchanged = serviceOf(before) === serviceOf(after);
  const succeeded = outcome.is === 'succeeded';
  const complaints: string[] = [];
  if (!drill.expected.includes(outcome.is)) complaints.push(`expected ${drill.expected.join(' or ')}`);
  if (orphans.length > 0) complaints.push('orphaned resources are left');
  if (outcome.serviceIntact && !unchanged)
    complaints.push('the outcome reports an intact service, but the service has changed');
  if (!succeeded && !unchanged) complaints.push('the service has changed');
  if (succeeded && drill.command === 'up' && !isComplete(after)) complaints.push('the service is not complete');
  if (succeeded && drill.command === 'undeploy' && living(after).length > 0)
    complaints.push('the service is still there');
  const registered = JSON.stringify(before.revisions) !== JSON.stringify(after.revisions);
  if (!succeeded && drill.command === 'up' && registered) complaints.push('the revision is still registered');
  const becomes = drill.command === undefined ? 'new revision' : { up: 'created', undeploy: 'gone' }[drill.command];
  return { title: drill.title, expected: drill.expected, outcome, becomes, orphans, unchanged, complaints, ...cost };
}

/** ECS shows a deleted service for a while. */
const living = ({ services }: Picture) => Object.entries(services).filter(([, { status }]) => status !== 'INACTIVE');

const isComplete = (picture: Picture): boolean => {
  const [first, ...others] = living(picture);
  if (first === undefined || others.length > 0) return false;
  const [, { status, desiredCount, taskDefinition, tasks }] = first;
  return status === 'ACTIVE' && (tasks[`${taskDefinition} RUNNING`] ?? 0) === desiredCount;
};

/** The revisions and settings of the services, without stopping tasks. */
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
  const cause: Cause = {
    stage: 'rehearsal',
    what: 'rehearse',
    because,
    evidence: bad.flatMap(({ outcome }) => outcome.cause?.evidence ?? []),
    next: '',
  };
  return { is: 'failed', serviceIntact: true, cause, leftovers: [] };
}

const regionNote = 'No input, variable or file names the region: replace REGION in this policy before you use it.';

/** Returns a policy with the actions that were used, limited to the resources of the deploy context. */
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
