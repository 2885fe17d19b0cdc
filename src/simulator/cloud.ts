import { Agenda } from './agenda.ts';
import type { JsonObject } from './json.ts';
import { Metrics } from './metrics.ts';
import { logDeliveryMs, pace, type Span } from './pace.ts';
import { dnsSuffixOf, partitionOf } from './partitions.ts';
import { Random } from './random.ts';
import type {
  Alarm,
  Cluster,
  Family,
  LoadBalancer,
  LogGroup,
  Repository,
  Role,
  Schedule,
  Secret,
  Service,
  Session,
  Subnet,
  Tag,
  TargetGroup,
  Task,
} from './records.ts';

/** The resources of the simulated account, and scheduled events. */
export class Cloud {
  readonly region: string;
  readonly accountId: string;
  /** The second part of every ARN. */
  readonly partition: string;
  readonly random: Random;
  /** One step of the service scheduler; set by the account. */
  reconcile: (service: Service) => void = () => {};
  readonly clusters = new Map<string, Cluster>();
  readonly families = new Map<string, Family>();
  readonly subnets = new Map<string, Subnet>();
  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly alarms = new Map<string, Alarm>();
  /** Temporary keys by access key id; roles with special settings. */
  readonly sessions = new Map<string, Session>();
  readonly roles = new Map<string, Role>();
  readonly logGroups = new Map<string, LogGroup>();
  readonly repositories = new Map<string, Repository>();
  /** Images with the behavior of another tag. */
  readonly playedAs = new Map<string, string>();
  readonly secrets = new Map<string, Secret>();
  /** Names of Systems Manager parameters. */
  readonly parameters: string[] = [];
  readonly scalableTargets: JsonObject[] = [];
  readonly tags = new Map<string, readonly Tag[]>();
  /** Tasks by private address. */
  readonly addresses = new Map<string, Task>();
  /** RunTask's answers by cluster and client token. */
  readonly tokens = new Map<string, { readonly request: string; readonly taskArns: readonly string[] }>();
  readonly metrics = new Metrics();
  readonly scalingPolicies: JsonObject[] = [];
  readonly schedules = new Map<string, Schedule>();
  readonly scheduleRuns: { readonly name: string; readonly at: number; readonly outcome: string }[] = [];
  /** Whether an event is being run. */
  advancing = false;
  taskVisibleMs: Span = pace.taskVisible;
  logDelayMs: number = logDeliveryMs;
  readonly #timeScale: number;
  readonly #agenda = new Agenda();
  #now: number;

  constructor(options: {
    region: string;
    accountId: string;
    /** By default the partition of the region. */
    partition?: string | undefined;
    randomSeed: number;
    timeScale: number;
    now: number;
  }) {
    this.region = options.region;
    this.partition = options.partition ?? partitionOf(options.region);
    this.accountId = options.accountId;
    this.random = new Random(options.randomSeed);
    this.#timeScale = options.timeScale;
    this.#now = options.now;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  /** The current time, as in answers. */
  date(): Date {
    return new Date(this.#now);
  }

  /** Schedules an event in milliseconds from now, divided by the time scale. */
  after(ms: number, run: () => void): void {
    this.#agenda.add(this.moment(ms), run);
  }

  /** Schedules an event at a time. */
  at(moment: number, run: () => void): void {
    this.#agenda.add(moment, run);
  }

  /** The time in milliseconds from now, divided by the time scale. */
  moment(ms: number): number {
    return this.#now + ms / this.#timeScale;
  }

  /** Schedules an event after a random time in the span. */
  within(span: Span, run: () => void): void {
    this.after(this.random.between(span[0], span[1]), run);
  }

  /** Elapsed time since a moment, times the time scale. */
  since(moment: number): number {
    return (this.#now - moment) * this.#timeScale;
  }

  /** Runs all events until a time. */
  advance(until: number): void {
    for (let next = this.#agenda.next(); next !== undefined && next <= until; next = this.#agenda.next()) {
      this.#now = Math.max(this.#now, next);
      this.advancing = true;
      this.#agenda.take()?.run();
      this.advancing = false;
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Returns the ARN of a resource of this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** Returns the ARN of a global resource of this account. */
  globalArn(service: 'iam' | 'sts', resource: string): string {
    return `arn:${this.partition}:${service}::${this.accountId}:${resource}`;
  }

  /** The DNS suffix of the account's partition. */
  get dnsSuffix(): string {
    return dnsSuffixOf(this.partition);
  }
}
