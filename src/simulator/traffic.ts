import type { Cloud } from './cloud.ts';
import { type JsonObject, texts } from './json.ts';
import { loadBalancersOf } from './load-balancers.ts';
import { Random } from './random.ts';
import type { Container, Listener, LoadBalancer, Rule, Target, TargetGroup, Task } from './records.ts';
import { programBehind } from './target-groups.ts';

/** Pretend users of a load balancer. */
export interface SeedUsers {
  /** The name of the load balancer. */
  readonly loadBalancer: string;
  /** The port of the listener; by default the first one. */
  readonly port?: number;
  /** Default `/`. */
  readonly path?: string;
  readonly host?: string;
  /** Requests per second. */
  readonly perSecond: number;
}

/** Why requests were lost: the program's own errors, a task that was stopped, a group without usable targets. */
export type Reason = 'version' | 'stopped-task' | 'empty-group' | 'no-healthy-target';

/** Requests that were lost for the same reason within a second. */
export interface LostRequests {
  readonly at: number;
  readonly why: Reason;
  readonly count: number;
  /** The status that the user saw. */
  readonly status: number;
  /** The ARN of the target group. */
  readonly targetGroup: string;
  readonly task: string | undefined;
  readonly stopCode: string | undefined;
}

/** What a user or a probe receives. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly latencyMs: number;
}

/** The errors and the latency of an image tag, instead of its own. */
export interface Behavior {
  /** Percent of requests. */
  readonly errors?: number;
  readonly latencyMs?: number;
}

const usualLatencyMs = 50;
const minute = 60_000;
const second = 1_000;
/** So many minutes of metrics exist when an account with users starts. */
const historyMinutes = 180;

/** The pretend users of an account: deterministic, one event per second, none without users. */
export class Traffic {
  served = 0;
  readonly lost: LostRequests[] = [];
  readonly behaviors = new Map<string, Behavior>();
  onMinute: () => void = () => {};
  readonly #cloud: Cloud;
  readonly #random = new Random(0x5eed);
  readonly #users: { readonly is: SeedUsers; perSecond: number; carry: number }[] = [];
  readonly #turns = new Map<string, number>();
  /** The task that was last seen behind a target. */
  readonly #seen = new WeakMap<Target, Task>();
  #recording = true;
  #started = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Starts users, with some hours of metrics before now. */
  start(users: readonly SeedUsers[]): void {
    for (const is of users) this.#users.push({ is, perSecond: is.perSecond, carry: 0 });
    if (users.length === 0 || this.#started) return;
    this.#started = true;
    this.#recording = false;
    const now = this.#cloud.now();
    for (let past = historyMinutes; past > 0; past--) this.#minute(now - past * minute);
    this.#recording = true;
    this.#tick();
  }

  #minute(at: number): void {
    for (const { is, perSecond } of this.#users) this.#send(is, Math.round(perSecond * 60), at);
    this.#countHosts(at);
  }

  /** Changes the requests per second of the users of a load balancer. */
  setRate(loadBalancer: string, perSecond: number): void {
    const all = this.#users.filter(({ is }) => is.loadBalancer === loadBalancer);
    for (const one of all) one.perSecond = perSecond;
    if (all.length === 0) this.start([{ loadBalancer, perSecond }]);
  }

  #tick(): void {
    const at = this.#cloud.now();
    for (const user of this.#users) {
      user.carry += user.perSecond;
      const count = Math.floor(user.carry);
      user.carry -= count;
      this.#send(user.is, count, at);
    }
    if (Math.floor(at / minute) !== Math.floor((at - second) / minute)) {
      this.#countHosts(at);
      this.onMinute();
    }
    this.#cloud.after(second, () => this.#tick());
  }

  #countHosts(at: number): void {
    for (const group of this.#cloud.targetGroups.values()) {
      for (const loadBalancer of loadBalancersOf(this.#cloud, group)) {
        const states = [...group.targets.values()].map((target) => target.state);
        const healthy = states.filter((state) => state === 'healthy').length;
        this.#note(loadBalancer, group, 'HealthyHostCount', at, healthy);
        const unhealthy = states.filter((state) => state === 'unhealthy' || state === 'initial').length;
        this.#note(loadBalancer, group, 'UnHealthyHostCount', at, unhealthy);
      }
    }
  }

  #send(user: SeedUsers, count: number, at: number): void {
    const listener = this.#listenerOf(user);
    const rule = listener === undefined ? undefined : ruleFor(listener, user.host, user.path ?? '/');
    if (listener === undefined || rule === undefined || count === 0) return;
    const { forward } = rule.inEffect;
    if (forward.length === 0) {
      this.#serve(count);
      return;
    }
    let left = count;
    let weights = forward.reduce((sum, { weight }) => sum + weight, 0);
    for (const { targetGroupArn, weight } of forward) {
      const share = weights === 0 ? left : weight === weights ? left : this.#binomial(left, weight / weights);
      left -= share;
      weights -= weight;
      if (share > 0) this.#toGroup(listener.loadBalancer, targetGroupArn, share, at);
    }
  }

  #listenerOf({ loadBalancer, port }: SeedUsers): Listener | undefined {
    const found = [...this.#cloud.loadBalancers.values()].find(({ name }) => name === loadBalancer);
    if (found === undefined) throw new Error(`The users' load balancer ${loadBalancer} does not exist`);
    return found.listeners.find((one) => port === undefined || one.port === port);
  }

  #toGroup(loadBalancer: LoadBalancer, arn: string, count: number, at: number): void {
    const group = this.#cloud.targetGroups.get(arn);
    const usable = group === undefined ? [] : usableTargets(group);
    if (group === undefined || usable.length === 0) {
      const why = registered(group).length === 0 ? 'empty-group' : 'no-healthy-target';
      this.#note(loadBalancer, undefined, 'HTTPCode_ELB_5XX_Count', at, 1, count);
      this.#lose({ at, why, count, status: 503, targetGroup: arn, task: undefined, stopCode: undefined });
      return;
    }
    const network = loadBalancer.type === 'network';
    this.#note(loadBalancer, group, network ? 'NewFlowCount' : 'RequestCount', at, 1, count);
    const turn = this.#turns.get(arn) ?? 0;
    this.#turns.set(arn, turn + count);
    usable.forEach((target, index) => {
      const place = (index - (turn % usable.length) + usable.length) % usable.length;
      const share = Math.floor(count / usable.length) + (place < count % usable.length ? 1 : 0);
      if (share > 0) this.#toTarget(loadBalancer, group, target, share, at);
    });
  }

  #toTarget(loadBalancer: LoadBalancer, group: TargetGroup, target: Target, count: number, at: number): void {
    const { status, latencyMs, errors, why, task, container } = this.#outcome(group, target);
    const stopCode = task?.stopCode;
    const loss = { at, why, targetGroup: group.arn, task: task?.arn, stopCode };
    if (status === 502 || status === 504) {
      this.#note(loadBalancer, undefined, 'HTTPCode_ELB_5XX_Count', at, 1, count);
      this.#note(loadBalancer, group, 'TargetConnectionErrorCount', at, 1, count);
      this.#lose({ ...loss, count, status });
      return;
    }
    const failed = status >= 400 ? count : this.#binomial(count, errors);
    const code = status >= 400 ? status : 500;
    this.#note(loadBalancer, group, `HTTPCode_Target_${Math.floor(code / 100)}XX_Count`, at, 1, failed);
    this.#note(loadBalancer, group, 'HTTPCode_Target_2XX_Count', at, 1, count - failed);
    this.#noteLatency(loadBalancer, group, at, latencyMs, count);
    if (failed > 0) this.#lose({ ...loss, why: 'version', count: failed, status: code });
    if (latencyMs < second || !this.#recording) {
      this.#serve(count - failed);
      return;
    }
    // The program must still run when the answer is due.
    this.#cloud.after(latencyMs, () => {
      if (container?.lastStatus === 'RUNNING') this.#serve(count - failed);
      else this.#lose({ ...loss, ...endOf(task), at: this.#cloud.now(), count: count - failed, status: 502 });
    });
  }

  #noteLatency(loadBalancer: LoadBalancer, group: TargetGroup, at: number, median: number, count: number): void {
    const samples = Math.min(count, 20);
    for (let index = 0; index < samples; index++) {
      const times = Math.floor(count / samples) + (index < count % samples ? 1 : 0);
      const spread = this.#random.next() + this.#random.next() + this.#random.next() - 1.5;
      const seconds = (median * Math.exp(spread * 0.6)) / 1000;
      this.#note(loadBalancer, group, 'TargetResponseTime', at, seconds, times);
    }
  }

  /** What a request to the target gets. */
  #outcome(group: TargetGroup, target: Target) {
    const behind = programBehind(this.#cloud, group, target);
    if (behind !== undefined) this.#seen.set(target, behind.task);
    const task = behind?.task ?? this.#seen.get(target);
    const container = behind?.container;
    const down = { latencyMs: 0, errors: 0, task, container };
    if (behind === undefined) return { ...down, ...endOf(task), status: 504 };
    if (!accepts(behind.task, behind.container)) return { ...down, ...endOf(task), status: 502 };
    const { artifact, image } = behind.container;
    const answer = artifact.answers(this.#cloud.since(behind.container.startedAt ?? this.#cloud.now()));
    const age = this.#cloud.since(behind.container.startedAt ?? this.#cloud.now());
    const behavior = this.behaviors.get(this.#tagOf(image));
    const errors = behavior?.errors === undefined ? (artifact.serves?.errors(age) ?? 0) : behavior.errors / 100;
    const latencyMs = behavior?.latencyMs ?? artifact.serves?.latencyMs ?? usualLatencyMs;
    const status = answer === 'timeout' ? 504 : answer === 'refused' ? 502 : answer.status;
    return { status, latencyMs, errors, why: 'version' as const, task, container };
  }

  #tagOf(image: string): string {
    const name = image.split('@')[0] ?? image;
    return this.#cloud.playedAs.get(image) ?? /:([^/:]+)$/.exec(name)?.[1] ?? 'latest';
  }

  /** A request from outside, such as a probe; `undefined` if no load balancer answers to that name. */
  answer(url: URL, host: string | undefined): Answer | undefined {
    const all = [...this.#cloud.loadBalancers.values()];
    const named = all.find(({ name }) => url.hostname.startsWith(`${name}-`) && url.hostname.includes('.elb.'));
    const loadBalancer = named ?? (all.length === 1 ? all[0] : undefined);
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const listeners = loadBalancer?.listeners ?? [];
    const listener = listeners.find((one) => one.port === port) ?? (listeners.length === 1 ? listeners[0] : undefined);
    if (listener === undefined) return undefined;
    const rule = ruleFor(listener, host ?? url.hostname, url.pathname);
    const forward = rule?.inEffect.forward ?? [];
    if (forward.length === 0) return { status: 503, body: 'not here', latencyMs: 1 };
    let left = this.#random.next() * forward.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = forward.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return this.#answerOf(listener.loadBalancer, chosen?.targetGroupArn ?? '');
  }

  #answerOf(loadBalancer: LoadBalancer, arn: string): Answer {
    const group = this.#cloud.targetGroups.get(arn);
    const usable = group === undefined ? [] : usableTargets(group);
    const turn = this.#turns.get(arn) ?? 0;
    const target = usable[turn % Math.max(1, usable.length)];
    if (group === undefined || target === undefined) return { status: 503, body: 'Service Unavailable', latencyMs: 1 };
    this.#turns.set(arn, turn + 1);
    const { status, latencyMs, errors, task } = this.#outcome(group, target);
    const code = status < 400 && this.#binomial(1, errors) > 0 ? 500 : status;
    const at = this.#cloud.now();
    this.#note(loadBalancer, group, 'RequestCount', at, 1);
    if (status === 502 || status === 504) return { status, body: 'Bad Gateway', latencyMs: 10 };
    this.#note(loadBalancer, group, `HTTPCode_Target_${Math.floor(code / 100)}XX_Count`, at, 1);
    const revision = `${task?.definition.family}:${task?.definition.revision}`;
    return { status: code, body: code < 400 ? `ok from ${revision}` : `error from ${revision}`, latencyMs };
  }

  #serve(count: number): void {
    if (this.#recording) this.served += count;
  }

  #lose(lost: LostRequests): void {
    if (this.#recording && lost.count > 0) this.lost.push(lost);
  }

  /** Metrics exist per load balancer, and per target group of it. */
  #note(
    loadBalancer: LoadBalancer,
    group: TargetGroup | undefined,
    name: string,
    at: number,
    value: number,
    times = 1,
  ) {
    const namespace = loadBalancer.type === 'network' ? 'AWS/NetworkELB' : 'AWS/ApplicationELB';
    const LoadBalancer = loadBalancer.arn.slice(loadBalancer.arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
    const { metrics } = this.#cloud;
    const hosts = name.endsWith('HostCount');
    if (!hosts) metrics.add({ namespace, name, dimensions: { LoadBalancer } }, at, value, times);
    if (group === undefined) return;
    const TargetGroup = group.arn.slice(group.arn.lastIndexOf(':') + 1);
    metrics.add({ namespace, name, dimensions: { LoadBalancer, TargetGroup } }, at, value, times);
  }

  /** How many of so many requests, each with that probability. */
  #binomial(count: number, probability: number): number {
    if (probability <= 0 || count === 0) return 0;
    if (probability >= 1) return count;
    if (count <= 200) {
      let hits = 0;
      for (let index = 0; index < count; index++) if (this.#random.next() < probability) hits++;
      return hits;
    }
    let normal = -6;
    for (let index = 0; index < 12; index++) normal += this.#random.next();
    const deviation = Math.sqrt(count * probability * (1 - probability));
    return Math.min(count, Math.max(0, Math.round(count * probability + normal * deviation)));
  }
}

const registered = (group: TargetGroup | undefined): readonly Target[] =>
  [...(group?.targets.values() ?? [])].filter((target) => target.state !== 'draining');

/** The healthy targets; if there are none, all that are unhealthy ("fail open"), but none that is not yet checked. */
function usableTargets(group: TargetGroup): readonly Target[] {
  const all = registered(group);
  if (!group.healthCheck.enabled) return all;
  const healthy = all.filter((target) => target.state === 'healthy');
  return healthy.length > 0 ? healthy : all.filter((target) => target.state === 'unhealthy');
}

/** Whether the program still accepts connections: after SIGTERM only one that ignores it does. */
const accepts = (task: Task, container: Container): boolean =>
  container.lastStatus === 'RUNNING' && (task.lastStatus !== 'STOPPING' || container.artifact.lingersMs !== undefined);

/** A program that ended by itself is the version's own fault. */
const endOf = (task: Task | undefined): { readonly why: Reason; readonly stopCode: string | undefined } => {
  const own = task?.stopCode === 'EssentialContainerExited' || (task !== undefined && task.stopCode === undefined);
  return { why: own ? 'version' : 'stopped-task', stopCode: task?.stopCode };
};

/** The first rule of the listener whose conditions match. */
function ruleFor(listener: Listener, host: string | undefined, path: string): Rule | undefined {
  return listener.rules.find((rule) => rule.conditions.every((condition) => matches(condition, host, path)));
}

function matches(condition: JsonObject, host: string | undefined, path: string): boolean {
  const values = texts(condition.Values);
  if (condition.Field === 'path-pattern') return values.some((value) => wildcard(value).test(path));
  if (condition.Field === 'host-header') return values.some((value) => wildcard(value.toLowerCase()).test(host ?? ''));
  return condition.Field === 'http-request-method' && values.includes('GET');
}

/** `*` and `?` as in rule conditions. */
const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
