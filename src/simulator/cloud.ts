import { Agenda } from './agenda.ts';
import type { JsonObject } from './json.ts';
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
  Secret,
  Service,
  Session,
  Subnet,
  Tag,
  TargetGroup,
  Task,
} from './records.ts';

/** Everything that exists in the pretend account, and what is going to happen in it. */
export class Cloud {
  readonly region: string;
  readonly accountId: string;
  /** The second part of every ARN. */
  readonly partition: string;
  readonly random: Random;
  /** One step of a service's scheduler; the account connects it. */
  reconcile: (service: Service) => void = () => {};
  readonly clusters = new Map<string, Cluster>();
  readonly families = new Map<string, Family>();
  readonly subnets = new Map<string, Subnet>();
  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly alarms = new Map<string, Alarm>();
  /** Temporary keys by their access key id, and roles that are not as every other one. */
  readonly sessions = new Map<string, Session>();
  readonly roles = new Map<string, Role>();
  readonly logGroups = new Map<string, LogGroup>();
  readonly repositories = new Map<string, Repository>();
  /** Images that behave as another tag than their own. */
  readonly playedAs = new Map<string, string>();
  readonly secrets = new Map<string, Secret>();
  /** The names of parameters of Systems Manager. */
  readonly parameters: string[] = [];
  readonly scalableTargets: JsonObject[] = [];
  readonly tags = new Map<string, readonly Tag[]>();
  /** Which task has which private address. */
  readonly addresses = new Map<string, Task>();
  /** RunTask's answers by cluster and client token. */
  readonly tokens = new Map<string, { readonly request: string; readonly taskArns: readonly string[] }>();
  taskVisibleMs: Span = pace.taskVisible;
  logDelayMs: number = logDeliveryMs;
  readonly #timeScale: number;
  readonly #agenda = new Agenda();
  #now: number;

  constructor(options: {
    region: string;
    accountId: string;
    /** That of the region when absent. */
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

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now;
  }

  /** The present moment as it appears in answers. */
  date(): Date {
    return new Date(this.#now);
  }

  /** Something happens so many milliseconds from now, sooner in an account that runs faster. */
  after(ms: number, run: () => void): void {
    this.#agenda.add(this.moment(ms), run);
  }

  /** Something happens at that moment. */
  at(moment: number, run: () => void): void {
    this.#agenda.add(moment, run);
  }

  /** The moment that is so many milliseconds away, sooner in an account that runs faster. */
  moment(ms: number): number {
    return this.#now + ms / this.#timeScale;
  }

  /** Something happens after a time that is drawn from the span. */
  within(span: Span, run: () => void): void {
    this.after(this.random.between(span[0], span[1]), run);
  }

  /** How long ago that was, in the account's own pace. */
  since(moment: number): number {
    return (this.#now - moment) * this.#timeScale;
  }

  /** Lets happen what happens until then. */
  advance(until: number): void {
    for (let next = this.#agenda.next(); next !== undefined && next <= until; next = this.#agenda.next()) {
      this.#now = Math.max(this.#now, next);
      this.#agenda.take()?.run();
    }
    this.#now = Math.max(this.#now, until);
  }

  /** The name of a resource of this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The name of a resource of this account that belongs to no region. */
  globalArn(service: 'iam' | 'sts', resource: string): string {
    return `arn:${this.partition}:${service}::${this.accountId}:${resource}`;
  }

  /** What the host names of this account's partition end with. */
  get dnsSuffix(): string {
    return dnsSuffixOf(this.partition);
  }
}
