import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Duration, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { ContainerEvidence, Evidence, LogEvidence, TaskEvidence } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import type { OutputOf } from '../client/clients.ts';

/** Limits of what is shown: lines and bytes per log, and number of containers. */
const most = { lines: 20, bytes: 16 * 1024, containers: 3 };
/** Log lines arrive in CloudWatch Logs some seconds later, and the last ones matter most. */
const delivery: Duration = 3 * second;

/** A container whose log may explain the failure. */
export interface Suspect {
  readonly task: string;
  readonly container: ContainerEvidence;
}

/** A container that writes a log. */
interface Writer {
  readonly task: string;
  readonly container: Pick<ContainerEvidence, 'name' | 'runtimeId'>;
}

/**
 * Returns the containers whose logs may explain the failure: those that failed or are UNHEALTHY in the tasks of the
 * evidence, and those behind unhealthy targets. One per name, because repeated failures log the same lines.
 */
export function containersToRead(
  evidence: readonly Evidence[],
  canary: TaskEvidence | undefined,
  { containerDefinitions = [] }: TaskDefinition,
): readonly Suspect[] {
  const essential = new Set(containerDefinitions.flatMap(({ name, essential }) => (essential === false ? [] : name)));
  // A container that is not essential, such as a migration, decides as well where another one waits for it.
  const awaited = new Set(
    containerDefinitions.flatMap(({ dependsOn = [] }) => dependsOn.flatMap(({ containerName }) => containerName ?? [])),
  );
  const behind = new Set(
    evidence.flatMap((one) => (one.kind === 'target' && one.state === 'unhealthy' ? one.container : [])),
  );
  const suspects = [
    ...evidence.flatMap((one) => (one.kind === 'task' ? failedIn(one, essential, awaited) : [])),
    ...(canary === undefined ? [] : suspectsOf(canary, ({ name }) => behind.has(name))),
  ];
  const isFirst = ({ container }: Suspect, index: number): boolean =>
    suspects.findIndex((other) => other.container.name === container.name) === index;
  return suspects.filter(isFirst).slice(0, most.containers);
}

/** If no container failed by itself, as in a task that was stopped because of its target, every essential one is a candidate. */
function failedIn(
  task: TaskEvidence,
  essential: ReadonlySet<string | undefined>,
  awaited: ReadonlySet<string>,
): readonly Suspect[] {
  const ran = suspectsOf(task, ({ exitCode, status }) => exitCode !== undefined || status === 'RUNNING');
  // 143 (SIGTERM): ECS stopped this container because another one had ended.
  const failed = ran.filter(({ container: { name, exitCode = 0, health, reason } }) => {
    if (!essential.has(name) && !awaited.has(name)) return false;
    return health === 'UNHEALTHY' || reason !== undefined || (exitCode !== 0 && exitCode !== 143);
  });
  return failed.length > 0 ? failed : ran.filter(({ container }) => essential.has(container.name));
}

const suspectsOf = (
  { task, containers }: TaskEvidence,
  is: (container: ContainerEvidence) => boolean,
): readonly Suspect[] => containers.filter(is).map((container) => ({ task, container }));

type Stream = NonNullable<LogEvidence['stream']>;

/** Returns the log stream of a container, or a note that says why its log cannot be read. */
export function logOf(
  { task, container }: Writer,
  { containerDefinitions = [] }: TaskDefinition,
  region: string,
): LogEvidence {
  const definition = containerDefinitions.find(({ name }) => name === container.name);
  const known = { kind: 'log', task, container: container.name, lines: [] } as const;
  const driver = definition?.logConfiguration?.logDriver;
  if (driver === undefined) return { ...known, note: 'it has no logConfiguration, so its log is not stored' };
  if (driver !== 'awslogs')
    return { ...known, note: `it is sent through ${driver}; look in the destination of that log driver` };
  const stream = streamOf({ task, container }, definition, region);
  if (stream === undefined) return { ...known, note: 'its logConfiguration does not name a log stream' };
  if (stream.region === region) return { ...known, stream };
  return { ...known, stream, note: `it is in ${stream.region}, and only logs in ${region} are read` };
}

/** `prefix/container/task`; without a prefix, which only EC2 allows, the stream is named after the Docker container id. */
function streamOf(
  { task, container }: Writer,
  definition: ContainerDefinition | undefined,
  usual: string,
): Stream | undefined {
  const options = definition?.logConfiguration?.options ?? {};
  const {
    'awslogs-group': group,
    'awslogs-region': region = usual,
    'awslogs-stream-prefix': prefix,
  } = options as Readonly<Partial<Record<string, string>>>;
  const name = prefix === undefined ? container.runtimeId : `${prefix}/${container.name}/${task}`;
  return group === undefined || name === undefined ? undefined : { region, group, name };
}

/** Reads the last lines of a log that can be read. */
export async function readLines(
  aws: Aws,
  log: LogEvidence,
  sleep: (duration: Duration) => Promise<void>,
): Promise<LogEvidence> {
  const { stream, note } = log;
  if (stream === undefined || note !== undefined) return log;
  await sleep(delivery);
  let written = await newest(aws, stream);
  if (written.length === 0) {
    await sleep(delivery);
    written = await newest(aws, stream);
  }
  if (written.length === 0) return { ...log, note: 'it is empty' };
  const lines = fitting(written, most);
  if (lines.length > 0) return { ...log, lines };
  return { ...log, note: 'its last line is too long to show' };
}

/** Returns the last lines that fit the limits. Only whole lines: half of a secret would not be redacted. */
export function fitting(
  written: readonly string[],
  most: { readonly lines: number; readonly bytes: number },
): readonly string[] {
  let room = most.bytes;
  let from = written.length;
  while (from > 0 && written.length - from < most.lines) {
    room -= Buffer.byteLength(written[from - 1] ?? '');
    if (room < 0) break;
    from--;
  }
  return written.slice(from);
}

async function newest(aws: Aws, { group, name }: Stream): Promise<readonly string[]> {
  let before: string | undefined;
  for (;;) {
    const { events = [], nextBackwardToken } = await pageOf(aws, group, name, before);
    // A page can be empty although more follow: the log ends only when the token stays the same.
    if (events.length > 0 || nextBackwardToken === undefined || nextBackwardToken === before) {
      return events.map(({ message = '' }) => message);
    }
    before = nextBackwardToken;
  }
}

async function pageOf(
  aws: Aws,
  logGroupName: string,
  logStreamName: string,
  nextToken: string | undefined,
): Promise<Partial<OutputOf<'logs', 'GetLogEvents'>>> {
  try {
    return await aws.call('logs', 'GetLogEvents', {
      logGroupName,
      logStreamName,
      limit: most.lines,
      ...defined({ nextToken }),
    });
  } catch (error) {
    if (isNotBegun(error)) return {};
    throw error;
  }
}

/** The log stream exists only after its first line. */
export const isNotBegun = (error: unknown): boolean =>
  error instanceof Failure && /log stream does not exist/.test(error.because);
