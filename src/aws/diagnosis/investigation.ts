import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { World } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { Cause } from '../../model/outcome.ts';
import type { DeploymentLearned, RunState, TargetLearned, TaskLearned } from '../../model/run-state.ts';
import type { Evidence } from '../../model/verdict.ts';
import { isDenied } from '../client/errors.ts';
import { type HandlerContext, sleepOn } from '../handlers/context.ts';
import { followerOf } from '../handlers/one-off.ts';
import { readRevision } from '../handlers/revision.ts';
import { readDead, readStruggling } from '../handlers/service.ts';
import { evidenceOf } from '../handlers/task.ts';
import { readBreaker } from './circuit-breaker.ts';
import { logOf, readLines, suspectsIn } from './container-log.ts';
import { diagnose, diagnoseCall, quoteOf } from './diagnosis.ts';

/** Things are put back beside it, and are seldom faster. */
const patience: Duration = 10 * second;

/** What a run knows of what can have failed. */
interface Known {
  readonly canary: TaskLearned | undefined;
  readonly oneOffs: readonly TaskLearned[];
  readonly targets: readonly TargetLearned[];
  readonly deployment: DeploymentLearned | undefined;
  /** What it brings. */
  readonly revision: string | undefined;
}

function knownIn({ learned }: RunState): Known {
  const tasks = Object.values(learned.tasks);
  const canary = tasks.find(({ oneOff }) => oneOff === undefined);
  const deployment = Object.values(learned.services).flatMap((service) => service.deployment ?? [])[0];
  const revision = deployment?.revision ?? canary?.revision ?? tasks[0]?.revision;
  const targets = tasks.flatMap((task) => task.targets ?? []);
  return { canary, oneOffs: tasks.filter(({ oneOff }) => oneOff !== undefined), targets, deployment, revision };
}

/**
 * Finds out why a step failed: looks at dead tasks, circuit breaker and container logs, and says what they are known to
 * mean. What cannot be read in time, or at all, is left out; a log says so.
 */
export function investigator(context: HandlerContext): World['investigate'] {
  return async (cause, state) => {
    const known = knownIn(state);
    // A call that was refused has its reason in the refusal.
    const call = cause.evidence.find((one) => one.kind === 'call');
    if (call !== undefined) return isDenied(call) ? cause : { ...cause, ...diagnoseCall(call) };
    const limit = timeLimit(context, patience);
    try {
      const evidence = [...cause.evidence, ...(await lookCloser(context, known, cause, limit.attempt))];
      const ports = known.targets.map(({ attachment }) => attachment.containerPort);
      const lacks = concernsCanary(evidence, known) ? (known.canary?.lacks ?? []) : [];
      const quote = quoteOf(evidence);
      return { ...cause, evidence, ...(quote && { quote }), ...diagnose(cause.because, evidence, ports, lacks) };
    } finally {
      limit.end();
    }
  };
}

/** Gives what a piece of work gives, or what `otherwise` makes of why it does not. */
type Attempt = <T>(work: () => Promise<T>, otherwise: (why: string) => T) => Promise<T>;

function timeLimit({ clock, signal }: HandlerContext, most: Duration): { readonly attempt: Attempt; end(): void } {
  const over = new AbortController();
  const late = clock.sleep(most, AbortSignal.any([signal, over.signal])).then(() => {
    throw new Error(`AWS did not answer within ${showDuration(most)}`);
  });
  // It ends when nobody waits for it any more.
  late.catch(() => {});
  return {
    attempt: async (work, otherwise) => {
      try {
        return await Promise.race([work(), late]);
      } catch (error) {
        return otherwise(formatBriefly(error));
      }
    },
    end: () => over.abort(),
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
  const breaker = ask((deployment) => readBreaker(context.aws, deployment));
  const tasks = await ask((deployment) => unseenTasks(context, known, deployment, evidence));
  const oneOff = known.oneOffs.find(({ arn }) => isOf(evidence, arn));
  const logs =
    oneOff === undefined
      ? await readLogs(context, known, [...evidence, ...tasks], attempt)
      : await readFollowed(context, oneOff, attempt);
  return [...(await breaker), ...tasks, ...logs];
}

/** Whether it is the canary that failed, and no task of the deployment after it. */
const concernsCanary = (evidence: readonly Evidence[], { canary, deployment }: Known): boolean =>
  canary !== undefined && (isOf(evidence, canary.arn) || deployment === undefined);

/** Whether it is our deployment that failed, and not the canary before it or a deployment of somebody else. */
const concerns = (evidence: readonly Evidence[], { id }: DeploymentLearned): boolean =>
  evidence.some((one) => one.kind === 'service-event' || (one.kind === 'deployment' && one.id === id));

/** The tasks of a deployment that ran out of time; the dead ones, or else the one that is furthest from being well. */
async function unseenTasks(
  { aws }: HandlerContext,
  { revision = '' }: Known,
  { id, place }: DeploymentLearned,
  evidence: readonly Evidence[],
): Promise<readonly Evidence[]> {
  if (evidence.some(({ kind }) => kind === 'task')) return [];
  const own = { id, taskDefinition: revision };
  const dead = await readDead(aws, place, own);
  return (dead.length > 0 ? dead : await readStruggling(aws, place, own)).map((task) => evidenceOf(task));
}

const isOf = (evidence: readonly Evidence[], arn: string): boolean =>
  evidence.some((one) => one.kind === 'task' && one.task === nameIn(arn));

/** The logs of a one-off task have been told already; one that ran out of time may have said more since. */
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
  const suspects = suspectsIn(evidence, canary?.task === undefined ? undefined : evidenceOf(canary.task), definition);
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
