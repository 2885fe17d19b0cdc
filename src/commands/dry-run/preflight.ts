import { nameIn, numberIn } from '../../model/arn.ts';
import { showDuration } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import { nativeStrategyOf } from '../../model/native.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { Finding, FindingKind, StepTime } from '../../model/preview.ts';
import type { Problem } from '../../model/problem.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Restore } from '../../model/settings.ts';
import type { Revision, Snapshot } from '../../model/snapshot.ts';
import type { Comparison } from '../rollout/comparison.ts';
import { conflictsOf } from '../rollout/conflicts.ts';
import { expiryOfRollout, renewal } from '../rollout/credential-expiry.ts';
import { obstaclesOf } from '../rollout/preconditions.ts';
import { isPromotion, resumptionOf } from '../rollout/resume.ts';

const finding =
  (is: Finding['is']) =>
  (kind: FindingKind, about: string, because: string, next?: string): Finding => ({
    kind,
    about,
    is,
    because,
    ...defined({ next }),
  });
const [ok, warning, problem] = [finding('ok'), finding('warning'), finding('problem')];

/** What the snapshot alone tells about a rollout before it begins. */
export function findProblems(
  request: ResolvedRollout,
  snapshot: Snapshot,
  comparison: Pick<Comparison, 'fitting' | 'unfit'>,
  { steps }: Pick<Plan, 'steps'>,
): readonly Finding[] {
  return [
    ...(steps.some(isPromotion) ? obstacleFindings(request, snapshot, comparison) : []),
    ...conflictFindings(request, snapshot, comparison.fitting),
    ...alarmFindings(request, snapshot),
    stateFinding(snapshot),
    ...breakerFindings(request, snapshot),
    ...rollbackFindings(steps),
    ...expiryFindings(request, snapshot),
  ];
}

/** What would refuse the rollout. */
function obstacleFindings(
  request: ResolvedRollout,
  snapshot: Snapshot,
  comparison: Pick<Comparison, 'unfit'>,
): readonly Finding[] {
  return obstaclesOf(request, snapshot, comparison).map((problem) => findingOf('service', problem.where, problem));
}

const findingOf = (kind: FindingKind, about: string, { what, next }: Problem): Finding =>
  problem(kind, about, what, next === undefined ? undefined : sentence(next));

function conflictFindings(
  request: ResolvedRollout,
  snapshot: Snapshot,
  fitting: readonly string[],
): readonly Finding[] {
  const conflicts = conflictsOf(request, snapshot, resumptionOf(request, snapshot, fitting));
  const about = 'other runs';
  if (conflicts.length === 0) return [ok('conflict', about, 'no other rollout or deployment is under way')];
  if (request.onConflict !== 'wait') return conflicts.map((conflict) => findingOf('conflict', about, conflict));
  const next = 'The rollout would wait for it (on-conflict: wait).';
  return conflicts.map(({ what }) => warning('conflict', about, what, next));
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[?]$/.test(text) ? '' : '.'}`;

function alarmFindings({ alarms: asked }: ResolvedRollout, { alarms }: Snapshot): readonly Finding[] {
  return alarms
    .filter(({ name }) => asked.includes(name))
    .map(({ name, state, because }) => {
      const about = `alarm ${name}`;
      if (state === 'ok') return ok('alarm', about, 'it is quiet');
      if (state === 'no-data') return ok('alarm', about, 'it has no data, which counts as quiet');
      if (state === 'missing') {
        const what = 'there is no such CloudWatch alarm in this region';
        return problem('alarm', about, what, 'Correct the input `alarms`.');
      }
      const what = `it is in ALARM already, so it cannot detect a bad canary: ${because}`;
      return problem('alarm', about, what, 'Fix its cause, or remove it from `alarms`.');
    });
}

/** After a failed rollout, a service without healthy tasks has nothing to return to. */
function stateFinding({ service }: Snapshot): Finding {
  const { desiredCount = 0, runningCount = 0 } = service;
  const about = 'the service now';
  if (desiredCount === 0) {
    const next = 'Set desired-count if the new version should run.';
    return warning('service', about, 'desiredCount is 0', next);
  }
  if (runningCount >= desiredCount) return ok('service', about, `${runningCount} of ${desiredCount} tasks run`);
  const because = `only ${runningCount} of ${desiredCount} tasks run: the version to roll back to is not healthy`;
  return warning('service', about, because, 'Check its events before a rollout.');
}

/** Without it, ECS retries a deployment that cannot start its tasks until this action gives up. */
function breakerFindings({ settings }: ResolvedRollout, { service }: Snapshot): readonly Finding[] {
  // It applies to the deployment strategy ROLLING only.
  if (nativeStrategyOf(service) !== undefined) return [];
  const configuration = { ...service.deploymentConfiguration, ...settings?.update.deploymentConfiguration };
  const { enable = false, rollback = false } = configuration.deploymentCircuitBreaker ?? {};
  const about = 'circuit breaker of the service';
  const back = rollback ? 'and rolls back' : 'without a rollback of its own';
  if (enable) return [ok('circuit-breaker', about, `it is on, ${back}`)];
  const because = 'it is off: if a deployment fails while it is not monitored, ECS keeps starting tasks';
  return [warning('circuit-breaker', about, because, 'Set deploymentCircuitBreaker in deploymentConfiguration.')];
}

function rollbackFindings(steps: readonly Step[]): readonly Finding[] {
  const restores = steps.flatMap((step): readonly Restore[] => ('restore' in step ? [step.restore] : []));
  return restores.map(({ to, unless }) => {
    const about = 'the rollback';
    if (unless === undefined) return ok('service', about, `to ${nameIn(to)}`);
    const because = `a failure would not be rolled back: ${unless}`;
    return warning('service', about, because, 'Be ready to roll the service back by hand.');
  });
}

function expiryFindings(request: ResolvedRollout, snapshot: Snapshot): readonly Finding[] {
  const { warning: because } = expiryOfRollout(request, snapshot);
  return because === undefined ? [] : [warning('credentials', 'AWS credentials of this job', because, renewal)];
}

/** Steps whose timeout is shorter than they are likely to take. */
export function timeoutFindings(steps: readonly Step[], times: readonly StepTime[]): readonly Finding[] {
  return times.flatMap(({ atMost, likely, because }, index) => {
    const step = steps[index];
    if (step?.kind !== 'check' || atMost === undefined || likely === undefined || likely < atMost) return [];
    const why = because === undefined ? '' : ` (${because})`;
    const what = `it needs about ${showDuration(likely)}${why}, and may take ${showDuration(atMost)}`;
    return [problem('timeout', step.title, what, 'Raise the timeout of this step.')];
  });
}

/** Whether the service runs the newest revision of the family in the file. */
export function revisionFinding(
  { revision, command }: ResolvedRollout,
  { stable }: Snapshot,
  newest: Revision | undefined,
): readonly Finding[] {
  if (command === 'rollback') return [];
  const live = nameIn(stable.definition.taskDefinitionArn ?? '');
  const about = 'the revision that runs';
  const family = revision.kind === 'new' ? revision.definition.family : undefined;
  if (family !== undefined && stable.definition.family !== undefined && family !== stable.definition.family) {
    const because = `the service runs ${live}, and the task definition is of family ${family}`;
    return [warning('revision', about, because, 'Check that this is the intended service.')];
  }
  const { taskDefinitionArn = '', registeredAt, registeredBy } = newest?.definition ?? {};
  if (numberIn(taskDefinitionArn) <= numberIn(stable.definition.taskDefinitionArn ?? '')) {
    return newest === undefined ? [] : [ok('revision', about, `${live} is the newest of its family`)];
  }
  const when = registeredAt === undefined ? '' : ` at ${registeredAt.toISOString().slice(0, 19)}Z`;
  const who = registeredBy === undefined ? '' : ` by ${nameOf(registeredBy)}`;
  const because = `${live} is not the newest: ${nameIn(taskDefinitionArn)} was registered${when}${who}, and does not run`;
  const next = 'Check whether the service was rolled back on purpose.';
  return [warning('revision', about, because, next)];
}

/** `role/name/session` of an assumed role, `user/name` of a user. */
const nameOf = (arn: string): string => arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '').replace(/^assumed-role\//, '');
