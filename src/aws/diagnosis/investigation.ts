import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { World } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { withDeadline } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { Cause } from '../../model/outcome.ts';
import type { DeploymentLearned, RunState, TargetLearned, TaskLearned } from '../../model/run-state.ts';
import type { Evidence } from '../../model/verdict.ts';
import { isDenied } from '../client/errors.ts';
import { brokenDependency, failedHealthCheck } from '../handlers/container-health.ts';
import { type HandlerContext, sleepOn } from '../handlers/context.ts';
import { followerOf } from '../handlers/one-off.ts';
import { readRevision } from '../handlers/revision.ts';
import { readDead, readStruggling } from '../handlers/service.ts';
import { evidenceOf } from '../handlers/task.ts';
import { readBreaker } from './circuit-breaker.ts';
import { containersToRead, logOf, readLines } from './container-log.ts';
import { diagnose, diagnoseCall, findQuote } from './diagnosis.ts';

/** The undos run at the same time and rarely finish sooner. */
const investigationTimeout: Duration = 10 * second;

/** What a run knows of what can have failed. */
interface Known {
  readonly canary: TaskLearned | undefined;
  readonly oneOffs: readonly TaskLearned[];
  readonly targets: readonly TargetLearned[];
  readonly deployment: DeploymentLearned | undefined;
  /** ECS's circuit breaker does not apply where ECS moves the traffic. */
  readonly hasBreaker: boolean;
  /** What it brings. */
  readonly revision: string | undefined;
}

function knownIn({ learned }: RunState): Known {
  const tasks = Object.values(learned.tasks);
  const canary = tasks.find(({ oneOff }) => oneOff === undefined);
  const services = Object.values(learned.services);
  const deployment = services.flatMap((service) => service.deployment ?? [])[0];
  const hasBreaker = services.every(({ native }) => native === undefined);
  const revision = deployment?.revision ?? canary?.revision ?? tasks[0]?.revision;
  const targets = tasks.flatMap((task) => task.targets ?? []);
  const oneOffs = tasks.filter(({ oneOff }) => oneOff !== undefined);
  return { canary, oneOffs, targets, deployment, hasBreaker, revision };
}

/**
 * Investigates why a step failed: reads stopped tasks, the circuit breaker and container logs, and matches them with known
 * causes. Anything that cannot be read in time is left out; for a log a note says so.
 */
export function createInvestigate(context: HandlerContext): World['investigate'] {
  return async (cause, state) => {
    const known = knownIn(state);
    // The error of a refused call contains its reason.
    const call = cause.evidence.find((one) => one.kind === 'call');
    if (call !== undefined) return isDenied(call) ? cause : { ...cause, ...diagnoseCall(call) };
    const evidence = [...cause.evidence, ...(await lookCloser(context, known, cause, attemptsOf(context)))];
    const ports = known.targets.map(({ attachment }) => attachment.containerPort);
    const lacks = concernsCanary(evidence, known) ? (known.canary?.lacks ?? []) : [];
    const quote = findQuote(evidence);
    const blocked = Object.values(state.learned.tasks).some((task) => isBlocked(task) && isOf(evidence, task.arn));
    return { ...cause, evidence, ...(quote && { quote }), ...diagnose(cause.because, evidence, ports, lacks, blocked) };
  };
}

/** Returns the result of `work`, or the result of `otherwise` for the reason of its failure. */
type Attempt = <T>(work: () => Promise<T>, otherwise: (why: string) => T) => Promise<T>;

/** All attempts together have the time of the investigation. */
function attemptsOf(context: HandlerContext): Attempt {
  const end = context.clock.now() + investigationTimeout;
  return async (work, otherwise) => {
    try {
      return await withDeadline(Math.max(0, end - context.clock.now()), work, context, () => {
        throw new Error(`AWS did not answer within ${showDuration(investigationTimeout)}`);
      });
    } catch (error) {
      return otherwise(formatBriefly(error));
    }
  };
}

function formatBriefly(error: unknown): string {
  if (!(error instanceof Failure)) return formatError(error);
  const [code] = error.evidence.flatMap((one) => (one.kind === 'call' ? one.code : []));
  return [code ?? error.because, error.next].filter((part) => part !== '').join('. ');
}

async function lookCloser(
  context: HandlerContext,
  known: Known,
  { evidence }: Cause,
  attempt: Attempt,
): Promise<readonly Evidence[]> {
  const { deployment } = known;
  const ours = deployment !== undefined && concerns(evidence, deployment) ? deployment : undefined;
  const none: readonly Evidence[] = [];
  const ask = async (read: (deployment: DeploymentLearned) => Promise<readonly Evidence[]>) =>
    ours === undefined
      ? none
      : attempt(
          () => read(ours),
          () => none,
        );
  const breaker = ask(async (deployment) => (known.hasBreaker ? readBreaker(context.aws, deployment) : none));
  const tasks = await ask((deployment) => unseenTasks(context, known, deployment, evidence));
  const oneOff = known.oneOffs.find(({ arn }) => isOf(evidence, arn));
  const logs =
    oneOff === undefined
      ? await readLogs(context, known, [...evidence, ...tasks], attempt)
      : await readFollowed(context, oneOff, attempt);
  return [...(await breaker), ...tasks, ...logs];
}

/** Whether the canary failed, not a task of the later deployment. */
const concernsCanary = (evidence: readonly Evidence[], { canary, deployment }: Known): boolean =>
  canary !== undefined && (isOf(evidence, canary.arn) || deployment === undefined);

/** Whether a container of a task shows that it can never start or never pass. */
const isBlocked = ({ task, containers }: TaskLearned): boolean =>
  task !== undefined && (failedHealthCheck(task, containers) ?? brokenDependency(task, containers)) !== undefined;

/** Whether our deployment failed, not the canary before it or another deployment. */
const concerns = (evidence: readonly Evidence[], { id }: DeploymentLearned): boolean =>
  evidence.some((one) => one.kind === 'service-event' || (one.kind === 'deployment' && one.id === id));

/** Reads the tasks of a deployment that timed out: the stopped ones, or else the one that is least healthy. */
async function unseenTasks(
  { aws }: HandlerContext,
  { revision = '' }: Known,
  { id, place }: DeploymentLearned,
  evidence: readonly Evidence[],
): Promise<readonly Evidence[]> {
  if (evidence.some(({ kind }) => kind === 'task')) return [];
  // A rollback that ECS began for a reason of its own can find tasks that were still starting: they explain nothing.
  const isEnded = evidence.some((one) => one.kind === 'deployment' && one.id === id && /^ROLLBACK_/.test(one.state));
  const own = { id, taskDefinition: revision };
  const dead = await readDead(aws, place, own);
  return (dead.length > 0 || isEnded ? dead : await readStruggling(aws, place, own)).map((task) => evidenceOf(task));
}

const isOf = (evidence: readonly Evidence[], arn: string): boolean =>
  evidence.some((one) => one.kind === 'task' && one.task === nameIn(arn));

/** The log of a one-off task was followed already; a task that timed out may have written more since. */
async function readFollowed(
  context: HandlerContext,
  known: TaskLearned,
  attempt: Attempt,
): Promise<readonly Evidence[]> {
  const { task, oneOff } = known;
  const ran = task?.containers?.some(({ exitCode, lastStatus }) => exitCode !== undefined || lastStatus === 'RUNNING');
  if (task === undefined || oneOff === undefined || !ran) return [];
  const logs = followerOf(context, known, oneOff);
  if (oneOff.verdict === undefined) {
    await attempt(
      () => logs.look(task),
      () => undefined,
    );
  }
  return logs.evidence();
}

async function readLogs(
  context: HandlerContext,
  { revision, canary }: Known,
  evidence: readonly Evidence[],
  attempt: Attempt,
): Promise<readonly Evidence[]> {
  const { aws } = context;
  if (revision === undefined || !evidence.some(({ kind }) => kind === 'task' || kind === 'target')) return [];
  const definition = await attempt<TaskDefinition | undefined>(
    async () => (await readRevision(aws, revision)).definition,
    () => undefined,
  );
  if (definition === undefined) return [];
  const suspects = containersToRead(
    evidence,
    canary?.task === undefined ? undefined : evidenceOf(canary.task),
    definition,
  );
  return Promise.all(
    suspects.map((suspect) => {
      const log = logOf(suspect, definition, aws.region);
      return attempt(
        () => readLines(aws, log, sleepOn(context)),
        (why) => ({ ...log, note: `it could not be read: ${why}` }),
      );
    }),
  );
}
