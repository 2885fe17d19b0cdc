import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { withDeadline } from '../../model/clock.ts';
import { type Duration, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { SeenTask } from '../../model/run-state.ts';
import type { LogEvidence } from '../../model/verdict.ts';
import { fitting, isNotBegun, logOf } from '../diagnosis/container-log.ts';
import { type HandlerContext, type LogFollower, sleepOn } from './context.ts';
import { readRevision } from './revision.ts';
import { isOver } from './started-tasks.ts';

/** What of a log is kept for the summary, when all of it has been told. */
const kept = { lines: 50, bytes: 32 * 1024 };
/** So many lines are told in one go. */
const atOnce = 200;
/** A look at the task does not wait longer than this for its logs; at its end there is nothing else to wait for. */
const patience = { look: 3 * second, rest: 45 * second } satisfies Record<string, Duration>;
/** More pages than this are for the next look; a page has up to 10,000 lines. */
const mostPages = 10;
/** Docker hands lines on at once when a container ends, and CloudWatch Logs shows them some seconds later. */
const delivery = { quiet: 4 * second, first: 8 * second, most: 20 * second };

/** A log, and how far it has been read. */
interface Followed {
  log: LogEvidence;
  token?: string;
  lines: number;
}

/** The logs of the containers of a task, told as they grow: every line once, from the first to the last. */
export class FollowedLogs implements LogFollower {
  readonly #ground: HandlerContext;
  readonly #revision: string;
  readonly #main: string;
  #definition: TaskDefinition | undefined;
  #followed = new Map<string, Followed>();
  #reading: Promise<void> | undefined;
  #turn = 0;

  /** `main` is the container that matters; others are followed beside it. */
  constructor(context: HandlerContext, revision: string, main: string) {
    this.#ground = context;
    this.#revision = revision;
    this.#main = main;
  }

  /** Tells what is new. What takes too long goes on beside, so that the task itself is looked at in time. */
  async look(task: SeenTask): Promise<void> {
    await this.#inTime(this.#begin(task, this.#inTurn()), patience.look);
  }

  /** Tells the last lines of a task that has ended, until nothing new comes. */
  async rest(task: SeenTask): Promise<void> {
    const { clock } = this.#ground;
    const ended = clock.now();
    let last = ended;
    await this.#inTime(this.#begin(task), patience.rest);
    while (this.#readable().length > 0) {
      const known = this.#lines();
      if (this.#reading !== undefined) return this.#tell(this.#main, [], 'its end could not be read in time');
      if (clock.now() - last >= (known > 0 ? delivery.quiet : delivery.first)) return;
      if (clock.now() - ended >= delivery.most) return this.#tell(this.#main, [], 'the rest is in CloudWatch Logs');
      await sleepOn(this.#ground)(2 * second);
      await this.#inTime(this.#begin(task), patience.rest);
      if (this.#lines() > known) last = clock.now();
    }
  }

  /** The last lines of each, or why there are none. */
  evidence(): readonly LogEvidence[] {
    return [...this.#followed.values()].map(({ log }) =>
      log.note === undefined && log.lines.length === 0 ? { ...log, note: 'it is empty' } : log,
    );
  }

  #lines(): number {
    return [...this.#followed.values()].reduce((sum, { lines }) => sum + lines, 0);
  }

  #readable(): readonly Followed[] {
    return [...this.#followed.values()].filter(({ log }) => log.stream !== undefined && log.note === undefined);
  }

  /** Not to ask too much of CloudWatch Logs: the log that matters each time, the others one after the other. */
  #inTurn(): ((container: string) => boolean) | undefined {
    const others = this.#readable()
      .map(({ log }) => log.container)
      .filter((container) => container !== this.#main);
    if (others.length < 2) return undefined;
    const due = others[this.#turn++ % others.length];
    return (container) => container === this.#main || container === due;
  }

  /** What is being read is not read twice. */
  #begin(task: SeenTask, which: (container: string) => boolean = () => true): Promise<void> {
    this.#reading ??= this.#read(task, which).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #inTime(reading: Promise<void>, most: Duration): Promise<void> {
    await withDeadline(
      most,
      () => reading,
      this.#ground,
      () => {},
    );
    this.#ground.signal.throwIfAborted();
  }

  /** It never throws: a log is there to be read, and decides nothing. */
  async #read(task: SeenTask, which: (container: string) => boolean): Promise<void> {
    try {
      await this.#find(task);
    } catch (error) {
      this.#giveUp(this.#main, error, {
        kind: 'log',
        task: nameIn(task.taskArn ?? ''),
        container: this.#main,
        lines: [],
      });
      return;
    }
    const due = this.#readable().filter(({ log }) => which(log.container));
    await Promise.all(due.map((followed) => this.#readOn(followed)));
  }

  /** Where the logs go. Without a prefix that is known only when the container runs. */
  async #find(task: SeenTask): Promise<void> {
    const { aws } = this.#ground;
    this.#definition ??= (await readRevision(aws, this.#revision)).definition;
    for (const { name = '', logConfiguration } of this.#definition.containerDefinitions ?? []) {
      if (this.#followed.has(name) || (name !== this.#main && logConfiguration?.logDriver !== 'awslogs')) continue;
      const runtimeId = task.containers?.find((container) => container.name === name)?.runtimeId;
      const container = runtimeId === undefined ? { name } : { name, runtimeId };
      const log = logOf({ task: nameIn(task.taskArn ?? ''), container }, this.#definition, aws.region);
      if (
        log.stream === undefined &&
        runtimeId === undefined &&
        logConfiguration?.logDriver === 'awslogs' &&
        !isOver(task)
      )
        continue;
      this.#followed.set(name, { log: { ...log, followed: true }, lines: 0 });
      if (log.note !== undefined && name === this.#main) this.#tell(name, [], log.note);
    }
  }

  /** The end is where the token stays the same: a page can be empty although there is more. */
  async #readOn(followed: Followed): Promise<void> {
    const { group = '', name = '' } = followed.log.stream ?? {};
    try {
      for (let page = 1; page <= mostPages; page++) {
        const { events = [], nextForwardToken } = await this.#ground.aws.call('logs', 'GetLogEvents', {
          logGroupName: group,
          logStreamName: name,
          startFromHead: true,
          ...defined({ nextToken: followed.token }),
        });
        this.#take(
          followed,
          events.map(({ message = '' }) => message),
        );
        if (nextForwardToken === undefined || nextForwardToken === followed.token) return;
        followed.token = nextForwardToken;
      }
    } catch (error) {
      if (!isNotBegun(error)) this.#giveUp(followed.log.container, error, followed.log);
    }
  }

  #take(followed: Followed, lines: readonly string[]): void {
    followed.lines += lines.length;
    followed.log = { ...followed.log, lines: fitting([...followed.log.lines, ...lines.slice(-kept.lines)], kept) };
    for (let from = 0; from < lines.length; from += atOnce) {
      this.#tell(followed.log.container, lines.slice(from, from + atOnce));
    }
  }

  /** What was refused is refused for ever; what was not answered may be, the next time. */
  #giveUp(container: string, error: unknown, log: LogEvidence): void {
    if (!(error instanceof Failure) || error.kind !== 'refused-call') return;
    const [code] = error.evidence.flatMap((one) => (one.kind === 'call' ? one.code : []));
    const note = `it could not be read: ${[code ?? error.because, error.next].filter((part) => part !== '').join('. ')}`;
    this.#followed.set(container, { log: { ...log, note, followed: true }, lines: 0 });
    this.#tell(container, [], note);
  }

  #tell(container: string, lines: readonly string[], note?: string): void {
    const several = this.#readable().length > 1 ? { several: true as const } : {};
    this.#ground.report({
      kind: 'container-log',
      container,
      lines,
      ...several,
      ...defined({ note }),
    });
  }
}
