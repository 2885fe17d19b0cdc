import { nameIn } from '../core/arn.ts';
import type { Plan, Step } from '../core/plan.ts';
import { refuseIfAny } from '../core/problem.ts';
import type { KnownRevision, RunRequest, SettledTask } from '../core/request.ts';
import type { RunSnapshot } from '../core/snapshot.ts';
import { launchOf, type Placeable } from './launch.ts';
import { longest } from './longest.ts';
import { oneOffSteps, sayOneOff } from './one-off.ts';

/** A `run` of which revision and container are known. */
export type SettledRun = Omit<RunRequest, 'revision' | 'task'> & {
  readonly revision: KnownRevision;
  readonly task: SettledTask;
  /** What it runs. */
  readonly definition: Placeable & { readonly family?: string | undefined };
  /** A revision that is there already, and exactly what is asked for. */
  readonly known?: string;
};

/** Plans to run a one-off task; throws a Refusal when it is not known where. */
export function planRun(request: SettledRun, snapshot: RunSnapshot): Plan {
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
      ...sayOneOff(task),
      ...notes,
      ...(wait ? [] : ['wait is false: the task is started, and nobody follows it or stops it.']),
    ],
    changes: [],
    ...(wait ? {} : { unattended: true }),
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
        expires: snapshot.at + longest(request),
        alone: true,
        wait,
        beside: [],
      }),
    ],
  };
}

function register({ revision, known }: SettledRun): readonly Step[] {
  if (revision.kind === 'existing' || known !== undefined) return [];
  const { definition } = revision;
  return [{ kind: 'register-revision', title: `register a new revision of ${definition.family}`, definition }];
}
