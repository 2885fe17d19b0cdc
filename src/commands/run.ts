import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeRunSnapshot } from '../aws/snapshots/run.ts';
import { nameIn } from '../model/arn.ts';
import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { refuseIfAny } from '../model/problem.ts';
import type { KnownRevision, ResolvedTask, RunRequest } from '../model/request.ts';
import type { Revision, RunSnapshot } from '../model/snapshot.ts';
import { sameDefinition } from '../task-definition/compare.ts';
import { resolveTask } from '../task-definition/resolve-task.ts';
import type { Runtime } from './command-runtime.ts';
import { inactiveProblems } from './inactive.ts';
import { maxDuration } from './max-duration.ts';
import { formatOneOff, oneOffSteps } from './one-off.ts';
import { launchOf, type Placeable } from './placement.ts';
import { type Decision, planAndExecute, reportFacts } from './plan-and-execute.ts';
import { known } from './rollout/resolve-revision.ts';
import { register } from './steps.ts';

/** Runs a one-off task and reports its log and how it ended. */
export async function run(request: RunRequest, runtime: Runtime): Promise<Outcome> {
  return planAndExecute(request, runtime, () => decide(request, runtime));
}

async function decide(asked: RunRequest, runtime: Runtime): Promise<Decision> {
  const snapshot = await readInAccount(asked, runtime, takeRunSnapshot, ({ service, given, stable, newest }) => [
    service?.serviceArn,
    ...[given, stable, newest].map(arnOf),
  ]);
  const request = settleRun(asked, snapshot);
  const plan = planRun(request, snapshot);
  reportFacts(
    { 'service-arn': snapshot.service?.serviceArn, 'task-definition-arn': request.known ?? arnOf(snapshot.given) },
    runtime,
  );
  return { plan };
}

/** Fills in the request. Every problem is reported before anything is registered. */
function settleRun(asked: RunRequest, snapshot: RunSnapshot): ResolvedRun {
  const { revision, remarks } = known(asked, snapshot, true);
  const given = snapshot.given ?? snapshot.base;
  const definition = revision.kind === 'new' ? revision.definition : (given?.definition ?? {});
  // If no input names the revision, it is the one that the service runs.
  const named = asked.revision.kind === 'existing' ? 'task-definition-arn' : 'service';
  if (revision.kind === 'existing') refuseIfAny(inactiveProblems(given, named));
  const places = { container: { where: 'container' }, environment: { where: 'environment-variables' } };
  const { task, problems } = resolveTask(asked.task, definition.containerDefinitions ?? [], places);
  refuseIfAny(problems);
  if (task === undefined) throw new Error('a task without a problem has a container');
  const same = revision.kind === 'new' ? sameAs(revision, snapshot) : arnOf(given);
  return {
    ...asked,
    revision,
    task,
    definition,
    remarks: [...(asked.remarks ?? []), ...remarks],
    ...defined({ known: same }),
  };
}

/** A registered revision that is exactly what is asked for. */
function sameAs(
  { definition }: Extract<KnownRevision, { kind: 'new' }>,
  { stable, newest }: RunSnapshot,
): string | undefined {
  const same = [stable, newest].find(
    (one) =>
      one !== undefined && one.definition.status !== 'INACTIVE' && sameDefinition(definition, one.definition, one.tags),
  );
  return arnOf(same);
}

const arnOf = (revision: Revision | undefined): string | undefined => revision?.definition.taskDefinitionArn;

/** A `run` request with its revision and container filled in. */
export type ResolvedRun = Omit<RunRequest, 'revision' | 'task'> & {
  readonly revision: KnownRevision;
  readonly task: ResolvedTask;
  /** The task definition that it runs. */
  readonly definition: Placeable & { readonly family?: string | undefined };
  /** A registered revision that is exactly what is asked for. */
  readonly known?: string;
};

/** Plans a one-off task; throws a Refusal if nothing says where it runs. */
function planRun(request: ResolvedRun, snapshot: RunSnapshot): Plan {
  const { place, run, task, revision, definition, known, timeouts, wait, remarks = [] } = request;
  const { launch, problems, notes } = launchOf(request, snapshot, definition);
  refuseIfAny(problems);
  const named = revision.kind === 'existing' ? revision.name : known;
  const family = definition.family ?? 'the task definition';
  return {
    title: `Run ${task.name} of ${named === undefined ? `a new revision of ${family}` : nameIn(named)} once in ${place.cluster}`,
    notes: [
      ...remarks,
      ...(revision.kind === 'new' && known !== undefined
        ? [`${nameIn(known)} is identical already; nothing is registered.`]
        : []),
      ...formatOneOff(task),
      ...notes,
      ...(wait ? [] : ['wait is false: the task is started, but not monitored or stopped.']),
    ],
    changes: [],
    ...(wait ? {} : { unattended: true }),
    about: task.name,
    steps: [
      ...register(request.revision, request.known),
      ...oneOffSteps({
        place,
        run,
        subject: place.service || family,
        task,
        launch,
        revision: named,
        timeouts,
        within: timeouts.taskStopped,
        token: run.token,
        expires: snapshot.at + maxDuration(request),
        judges: 'what-is-there',
        wait,
        beside: [],
      }),
    ],
  };
}
