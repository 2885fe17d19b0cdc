import { nameIn, numberIn } from '../../model/arn.ts';
import { showDuration } from '../../model/duration.ts';
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
import { resumptionOf } from '../rollout/resume.ts';

type Says = Omit<Finding, 'kind' | 'about'>;
const finding = (kind: FindingKind, about: string, says: Says): Finding => ({ kind, about, ...says });
const good = (because: string): Says => ({ is: 'ok', because });

/** What can be known of a rollout before it begins, without another look at anything. */
export function findProblems(
  request: ResolvedRollout,
  snapshot: Snapshot,
  comparison: Pick<Comparison, 'fitting' | 'unfit'>,
  { steps }: Pick<Plan, 'steps'>,
): readonly Finding[] {
  return [
    ...(steps.some(({ kind }) => kind === 'promote') ? obstacleFindings(request, snapshot, comparison) : []),
    ...conflictFindings(request, snapshot, comparison.fitting),
    ...alarmFindings(request, snapshot),
    stateFinding(snapshot),
    breakerFinding(request, snapshot),
    ...wayBackFindings(steps),
    ...lifetimeFindings(request, snapshot),
  ];
}

/** What a rollout would be refused for. */
function obstacleFindings(
  request: ResolvedRollout,
  snapshot: Snapshot,
  comparison: Pick<Comparison, 'unfit'>,
): readonly Finding[] {
  return obstaclesOf(request, snapshot, comparison).map((problem) => findingOf('service', problem.where, problem));
}

const findingOf = (kind: FindingKind, about: string, { what, next }: Problem): Finding =>
  finding(kind, about, { is: 'problem', because: what, ...(next === undefined ? {} : { next: sentence(next) }) });

function conflictFindings(
  request: ResolvedRollout,
  snapshot: Snapshot,
  fitting: readonly string[],
): readonly Finding[] {
  const conflicts = conflictsOf(request, snapshot, resumptionOf(request, snapshot, fitting));
  const about = 'others at work';
  if (conflicts.length === 0) return [finding('conflict', about, good('no other rollout or deployment is under way'))];
  if (request.onConflict !== 'wait') return conflicts.map((conflict) => findingOf('conflict', about, conflict));
  const next = 'The rollout would wait for it (on-conflict: wait).';
  return conflicts.map(({ what }) => finding('conflict', about, { is: 'warning', because: what, next }));
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[?]$/.test(text) ? '' : '.'}`;

function alarmFindings({ alarms: asked }: ResolvedRollout, { alarms }: Snapshot): readonly Finding[] {
  return alarms
    .filter(({ name }) => asked.includes(name))
    .map(({ name, state, because }) => {
      const about = `alarm ${name}`;
      if (state === 'ok') return finding('alarm', about, good('it is quiet'));
      if (state === 'no-data') return finding('alarm', about, good('it has no data, which counts as quiet'));
      if (state === 'missing') {
        return finding('alarm', about, {
          is: 'problem',
          because: 'there is no such CloudWatch alarm in this region',
          next: 'Correct the input alarms.',
        });
      }
      const what = `it rings already, so it could not tell a bad canary: ${because}`;
      return finding('alarm', about, {
        is: 'problem',
        because: what,
        next: 'Mend its cause, or take it off the list.',
      });
    });
}

/** A service that is not well has nothing to come back to. */
function stateFinding({ service }: Snapshot): Finding {
  const { desiredCount = 0, runningCount = 0 } = service;
  const about = 'the service now';
  if (desiredCount === 0) {
    const next = 'Set desired-count where the new version is to run.';
    return finding('service', about, { is: 'warning', because: 'it is to run no task (desiredCount 0)', next });
  }
  if (runningCount >= desiredCount)
    return finding('service', about, good(`${runningCount} of ${desiredCount} tasks run`));
  const because = `only ${runningCount} of ${desiredCount} tasks run: what would be the way back is not well`;
  return finding('service', about, { is: 'warning', because, next: 'Look at its events before a rollout.' });
}

/** Without it a deployment that cannot come up goes on trying, until this action gives up. */
function breakerFinding({ settings }: ResolvedRollout, { service }: Snapshot): Finding {
  const configuration = { ...service.deploymentConfiguration, ...settings?.update.deploymentConfiguration };
  const { enable = false, rollback = false } = configuration.deploymentCircuitBreaker ?? {};
  const about = 'circuit breaker of the service';
  if (enable)
    return finding(
      'circuit-breaker',
      about,
      good(`it is on, ${rollback ? 'and rolls back' : 'without a rollback of its own'}`),
    );
  const because = 'it is off: when a deployment fails while nobody follows it, ECS goes on starting tasks';
  return finding('circuit-breaker', about, {
    is: 'warning',
    because,
    next: 'Set deploymentCircuitBreaker in deploymentConfiguration.',
  });
}

function wayBackFindings(steps: readonly Step[]): readonly Finding[] {
  const restores = steps.flatMap((step): readonly Restore[] => ('restore' in step ? [step.restore] : []));
  return restores.map(({ to, unless }) => {
    const about = 'the way back';
    if (unless === undefined) return finding('service', about, good(`to ${nameIn(to)}`));
    const next = 'Be ready to bring the service back by hand.';
    return finding('service', about, { is: 'warning', because: `a failure would not be put back: ${unless}`, next });
  });
}

function lifetimeFindings(request: ResolvedRollout, snapshot: Snapshot): readonly Finding[] {
  const { warning: because } = expiryOfRollout(request, snapshot);
  if (because === undefined) return [];
  return [finding('credentials', 'AWS credentials of this job', { is: 'warning', because, next: renewal })];
}

/** Steps that their timeout would end before they can be done. */
export function timeoutFindings(steps: readonly Step[], times: readonly StepTime[]): readonly Finding[] {
  return times.flatMap(({ atMost, likely, because }, index) => {
    const step = steps[index];
    if (step?.kind !== 'check' || atMost === undefined || likely === undefined || likely < atMost) return [];
    const why = because === undefined ? '' : ` (${because})`;
    const what = `it needs about ${showDuration(likely)}${why}, and may take ${showDuration(atMost)}`;
    return [finding('timeout', step.title, { is: 'problem', because: what, next: 'Raise the timeout of this step.' })];
  });
}

/** Whether the service runs what the repository would know of: its newest revision, of the family of the file. */
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
    const because = `the service runs ${live}, and the task definition is of the family ${family}`;
    return [finding('revision', about, { is: 'warning', because, next: 'See that this is the right service for it.' })];
  }
  const { taskDefinitionArn = '', registeredAt, registeredBy } = newest?.definition ?? {};
  if (numberIn(taskDefinitionArn) <= numberIn(stable.definition.taskDefinitionArn ?? '')) {
    return newest === undefined ? [] : [finding('revision', about, good(`${live} is the newest of its family`))];
  }
  const when = registeredAt === undefined ? '' : ` at ${registeredAt.toISOString().slice(0, 19)}Z`;
  const who = registeredBy === undefined ? '' : ` by ${nameOf(registeredBy)}`;
  const because = `${live} is not the newest: ${nameIn(taskDefinitionArn)} was registered${when}${who}, and does not run`;
  return [
    finding('revision', about, {
      is: 'warning',
      because,
      next: 'Find out whether somebody has brought the service back on purpose.',
    }),
  ];
}

/** `role/name/session` of an assumed role, `user/name` of a user. */
const nameOf = (arn: string): string => arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '').replace(/^assumed-role\//, '');
