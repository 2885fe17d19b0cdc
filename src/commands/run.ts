import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeRunSnapshot } from '../aws/snapshots/run.ts';
import { nameIn } from '../model/arn.ts';
import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { Refusal, refuseIfAny } from '../model/problem.ts';
import type { KnownRevision, ResolvedTask, RunRequest } from '../model/request.ts';
import type { Revision, RunSnapshot } from '../model/snapshot.ts';
import { theRevision } from '../model/subject.ts';
import { sameDefinition } from '../task-definition/compare.ts';
import { resolveTask } from '../task-definition/resolve-task.ts';
import { maxDuration } from './max-duration.ts';
import { formatOneOff, oneOffSteps } from './one-off.ts';
import { launchOf, type Placeable } from './placement.ts';
import { type Decision, planAndExecute, type Runtime, reportFacts } from './plan-and-execute.ts';
import { known } from './rollout/resolve-revision.ts';

/** Runs a one-off task, and tells what it writes and how it ends. */
export async function run(request: RunRequest, runtime: Runtime): Promise<Outcome> {
  return planAndExecute(request, runtime, () => decide(request, runtime));
}

async function decide(asked: RunRequest, runtime: Runtime): Promise<Decision> {
  const snapshot = await readInAccount(
    runtime.aws,
    asked.account,
    () => takeRunSnapshot(runtime.aws, asked, runtime.clock),
    ({ service, given, stable, newest }) => [
      service?.serviceArn,
      ...[given, stable, newest].map((revision) => revision?.definition.taskDefinitionArn),
    ],
  );
  const request = settleRun(asked, snapshot);
  const plan = planRun(request, snapshot);
  reportFacts(
    { 'service-arn': snapshot.service?.serviceArn, 'task-definition-arn': request.known ?? arnOf(snapshot.given) },
    runtime,
  );
  return { plan };
}

/** Everything that can be wrong with what is asked is told before anything is registered. */
function settleRun(asked: RunRequest, snapshot: RunSnapshot): ResolvedRun {
  const { revision, remarks } = known(asked, snapshot, true);
  const given = snapshot.given ?? snapshot.base;
  const definition = revision.kind === 'new' ? revision.definition : (given?.definition ?? {});
  refuseInactive(asked, revision, given);
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

/** What is there already is not registered again. */
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

function refuseInactive({ revision: asked }: RunRequest, revision: KnownRevision, given: Revision | undefined): void {
  if (revision.kind === 'new' || given?.definition.status !== 'INACTIVE') return;
  const what = `${nameIn(arnOf(given) ?? '')} is INACTIVE (deregistered): ECS starts no tasks of it`;
  // Without a name of its own it is what the service runs.
  throw new Refusal({ where: asked.kind === 'existing' ? 'task-definition-arn' : 'service', what });
}

/** A `run` of which revision and container are known. */
export type ResolvedRun = Omit<RunRequest, 'revision' | 'task'> & {
  readonly revision: KnownRevision;
  readonly task: ResolvedTask;
  /** What it runs. */
  readonly definition: Placeable & { readonly family?: string | undefined };
  /** A revision that is there already, and exactly what is asked for. */
  readonly known?: string;
};

/** Plans to run a one-off task; throws a Refusal when it is not known where. */
export function planRun(request: ResolvedRun, snapshot: RunSnapshot): Plan {
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
        ? [`${nameIn(known)} is exactly this already; nothing is registered.`]
        : []),
      ...formatOneOff(task),
      ...notes,
      ...(wait ? [] : ['wait is false: the task is started, and nobody follows it or stops it.']),
    ],
    changes: [],
    ...(wait ? {} : { unattended: true }),
    about: task.name,
    steps: [
      ...register(request),
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

function register({ revision, known }: ResolvedRun): readonly Step[] {
  if (revision.kind === 'existing' || known !== undefined) return [];
  const { definition } = revision;
  return [
    {
      kind: 'register-revision',
      as: theRevision,
      title: `register a new revision of ${definition.family}`,
      definition,
    },
  ];
}
