import { setAlarm } from './alarms.ts';
import { AwsFailure } from './aws-failure.ts';
import { Cloud } from './cloud.ts';
import { denied, expired, type Fault, type FaultRule, Faults, resourceOf, serverError, throttled } from './faults.ts';
import { checkedEcsInput } from './input-check.ts';
import { compactDeep, type JsonObject } from './json.ts';
import { addLogGroup, addLogStream, write } from './log-groups.ts';
import { operations } from './operations.ts';
import { Past, partialAnswer, withoutNewTasks } from './past.ts';
import { type Picture, pictureOf, strangersIn } from './picture.ts';
import type { Alarm, Session } from './records.ts';
import { evaluateScaling } from './scaling-policies.ts';
import { plant, type Seed } from './seed.ts';
import { reconcile } from './service-scheduler.ts';
import { refuseIfOver, signerOf } from './sessions.ts';
import { callerArn } from './sts.ts';
import { stopTask } from './task-lifecycle.ts';
import { type Answer, type Behavior, type LostRequests, Traffic } from './traffic.ts';
import { VirtualClock } from './virtual-clock.ts';
import { readCall, type Understood, type WireRequest, type WireResponse } from './wire.ts';

/** The clock of the account: virtual or real. */
export interface SimulatorClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A call to the account, lost ones included. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly at: number;
  readonly input: JsonObject;
  /** `ok`, an error code, `lost` if the caller got no answer, or `pending`. */
  readonly outcome: string;
}

/** Options of an account. */
export interface AccountOptions {
  readonly seed: Seed;
  readonly clock: SimulatorClock;
  readonly randomSeed?: number;
  /** Latency of each call; by default 50 ms of virtual time, or 0 ms of real time. */
  readonly latencyMs?: number;
  /** 10 means that everything in the account runs ten times faster than the clock. */
  readonly timeScale?: number;
}

type Question = Pick<Understood<unknown>, 'service' | 'operation' | 'input'>;

/** Simulated time before the start, in which seeded services become stable. */
const settlingMs = 20 * 60_000;

/** A simulated AWS account: accepts requests in AWS's wire protocols and answers as AWS does. */
export class Account {
  readonly calls: Call[] = [];
  readonly #clock: SimulatorClock;
  readonly #latencyMs: number;
  readonly #cloud: Cloud;
  readonly #faults = new Faults();
  readonly #past = new Past();
  readonly #traffic: Traffic;

  constructor(options: AccountOptions) {
    const { seed, clock, randomSeed = 1, timeScale = 1 } = options;
    const latencyMs = options.latencyMs ?? (clock instanceof VirtualClock ? 50 : 0);
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#cloud = new Cloud({
      region: seed.region ?? 'us-east-1',
      accountId: seed.accountId ?? '123456789012',
      partition: seed.partition,
      randomSeed,
      timeScale,
      now: clock.now() - settlingMs / timeScale,
    });
    this.#traffic = new Traffic(this.#cloud);
    this.#cloud.reconcile = (service) => reconcile(this.#cloud, service);
    plant(this.#cloud, seed);
    this.#advance();
    for (const { accessKeyId, token, seconds } of seed.sessions ?? []) {
      // Its lifetime starts now, not when the account was seeded.
      const session = { accessKeyId, token, secretAccessKey: '', arn: callerArn(this.#cloud) };
      this.#cloud.sessions.set(accessKeyId, { ...session, expires: this.#cloud.moment(seconds * 1000) });
    }
    this.#traffic.onMinute = () => evaluateScaling(this.#cloud);
    this.#traffic.start(seed.users ?? []);
    for (const fault of seed.faults ?? []) this.inject(fault);
  }

  /** The region of the account. */
  get region(): string {
    return this.#cloud.region;
  }

  /** Handles a request; rejects with ECONNRESET if the request or its answer is lost. */
  async handle(request: WireRequest, signal?: AbortSignal): Promise<WireResponse> {
    await this.#arrive(signal);
    const requestId = this.#cloud.random.uuid();
    const call = readCall(request);
    return call === undefined ? notAws(requestId) : this.#serve(call, requestId, signal, request);
  }

  /** The same without a wire protocol; rejects with an error like that of the SDK. */
  async call(service: string, operation: string, input: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
    await this.#arrive(signal);
    const requestId = this.#cloud.random.uuid();
    const refuse = ({ code, message, status }: AwsFailure): never => {
      const $metadata = { httpStatusCode: status, requestId };
      throw Object.assign(new Error(message), { name: code, $metadata });
    };
    const answer = (output: JsonObject): JsonObject => compactDeep(output);
    return this.#serve({ service, operation, input, answer, refuse }, requestId, signal);
  }

  async #arrive(signal?: AbortSignal): Promise<void> {
    if (this.#latencyMs > 0) await this.#clock.sleep(this.#latencyMs, signal);
    this.#advance();
  }

  async #serve<T>(call: Understood<T>, requestId: string, signal?: AbortSignal, request?: WireRequest): Promise<T> {
    const fault = this.#faults.next(call.service, call.operation);
    if (fault === 'hang') {
      this.#record(call, 'lost');
      return never(signal);
    }
    if (fault === 'lost-before') {
      this.#record(call, 'lost');
      throw connectionReset();
    }
    const response = this.#answer(call, requestId, fault, request);
    if (fault === 'hang-after') return never(signal);
    if (fault === 'lost-after') throw connectionReset();
    return response;
  }

  #answer<T>(call: Understood<T>, requestId: string, fault: Fault | undefined, request: WireRequest | undefined): T {
    const { service, operation } = call;
    try {
      const signer = request === undefined ? undefined : signerOf(this.#cloud, request);
      if (request !== undefined) refuseIfOver(this.#cloud, signer, service, request);
      const output = this.#carryOut(call, fault, signer);
      this.#record(call, isUnheard(fault) ? 'lost' : 'ok');
      return call.answer(output, requestId);
    } catch (error) {
      if (!(error instanceof AwsFailure)) {
        throw new Error(`The simulator failed at ${service} ${operation}`, { cause: error });
      }
      this.#record(call, isUnheard(fault) ? 'lost' : error.code);
      return call.refuse(error, requestId);
    }
  }

  #carryOut(call: Question, fault: Fault | undefined, signer: Session | undefined): JsonObject {
    const { service, operation } = call;
    if (fault === 'throttle') throw throttled(service);
    if (fault === 'expired') throw expired(service);
    if (fault === 'server-error') throw serverError(service);
    if (fault === 'deny') {
      const caller = callerArn(this.#cloud, signer);
      throw denied(service, operation, caller, resourceOf(this.#cloud, service, operation, call.input));
    }
    if (typeof fault === 'object' && 'error' in fault) {
      throw new AwsFailure(fault.error.code, fault.error.message, fault.error.status);
    }
    const table = operations[service];
    const known = table !== undefined && Object.hasOwn(table, operation) ? table[operation] : undefined;
    if (known === undefined) throw unknownOperation(service, operation);
    const input = service === 'ecs' ? checkedEcsInput(operation, call.input) : call.input;
    if (typeof fault === 'object') return { tasks: [], failures: fault.failures };
    const partial = fault === 'partial' ? partialAnswer(operation, input) : undefined;
    if (partial !== undefined) return partial;
    const read = /^(Describe|List)/.test(operation);
    const past = read && fault === 'stale' ? this.#past.answer(questionOf(call), this.#clock.now()) : undefined;
    if (past !== undefined) return past;
    const output = known(this.#cloud, input, signer);
    return read && fault === 'stale' ? withoutNewTasks(this.#cloud, output) : this.#remembered(call, output);
  }

  #remembered(call: Question, output: JsonObject): JsonObject {
    const read = /^(Describe|List)/.test(call.operation);
    if (read && this.#faults.remember) this.#past.keep(questionOf(call), output, this.#clock.now());
    return output;
  }

  #record(call: Question, outcome: string): void {
    const { service, operation, input } = call;
    this.calls.push({ service, operation, at: this.#clock.now(), input, outcome });
  }

  #advance(): void {
    this.#cloud.advance(this.#clock.now());
  }

  /** In an action of `later`, the account is at the time of that action. */
  #catchUp(): void {
    if (!this.#cloud.advancing) this.#advance();
  }

  /** Returns the current state of the account, for comparison. */
  picture(): Picture {
    this.#advance();
    return pictureOf(this.#cloud);
  }

  /** The requests of the pretend users up to now. */
  get users(): { readonly served: number; readonly lost: readonly LostRequests[] } {
    this.#advance();
    return { served: this.#traffic.served, lost: [...this.#traffic.lost] };
  }

  /** The one-time schedules that have run, and whether their call succeeded. */
  get scheduleRuns(): readonly { readonly name: string; readonly at: number; readonly outcome: string }[] {
    this.#catchUp();
    return [...this.#cloud.scheduleRuns];
  }

  /** Changes the requests per second of the users of a load balancer, by its name. */
  setUsers(loadBalancer: string, perSecond: number): void {
    this.#catchUp();
    this.#traffic.setRate(loadBalancer, perSecond);
  }

  /** Replaces the errors and the latency of an image tag from now on. */
  misbehave(tag: string, behavior: Behavior): void {
    this.#catchUp();
    this.#traffic.behaviors.set(tag, behavior);
  }

  /** Answers an HTTP request from outside, routed as that of a user; rejects if no load balancer has that name. */
  async answer(url: string, hostHeader?: string, signal?: AbortSignal): Promise<Answer> {
    this.#catchUp();
    const target = new URL(url);
    const answer = this.#traffic.answer(target, hostHeader);
    if (answer === undefined) {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${target.hostname}`), { code: 'ENOTFOUND' });
    }
    await this.#clock.sleep(answer.latencyMs, signal);
    return answer;
  }

  /** Adds a value to a metric of the account; visible after the publishing delay. */
  putMetric(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, value: number): void {
    this.#catchUp();
    this.#cloud.metrics.add({ namespace, name, dimensions }, this.#cloud.now(), value);
  }

  /**
   * Interrupts a task as Fargate Spot (`SpotInterruption`) or its infrastructure (`TerminationNotice`) does:
   * desiredStatus is STOPPED immediately, SIGTERM follows after the notice.
   */
  interrupt(taskArn: string, stopCode: 'SpotInterruption' | 'TerminationNotice', noticeMs = 120_000): void {
    this.#catchUp();
    const clusters = [...this.#cloud.clusters.values()];
    const task = clusters.flatMap((cluster) => cluster.tasks.get(taskArn) ?? [])[0];
    if (task === undefined) throw new Error(`The account has no task ${taskArn}`);
    const reason = stopCode === 'SpotInterruption' ? 'Your Spot Task was interrupted.' : 'Host is terminating.';
    stopTask(this.#cloud, task, stopCode, reason, noticeMs);
  }

  /** Injects a fault into future calls. */
  inject(fault: FaultRule): void {
    this.#faults.add(fault);
  }

  /** Runs an action of another user after a time in milliseconds of the account's clock. */
  later(ms: number, act: (account: Account) => void): void {
    this.#advance();
    this.#cloud.after(ms, () => act(this));
  }

  /** Another user calls an operation of a service, immediately and without faults. Throws if it is refused. */
  someone(operation: string, input: JsonObject, service = 'ecs'): JsonObject {
    this.#catchUp();
    const known = operations[service]?.[operation];
    if (known === undefined) throw unknownOperation(service, operation);
    return known(this.#cloud, service === 'ecs' ? checkedEcsInput(operation, input) : input);
  }

  /** Another user registers a target. */
  someoneRegisters(targetGroup: string, id: string, port: number): void {
    const input = { TargetGroupArn: targetGroup, Targets: [{ Id: id, Port: port }] };
    operations.elbv2?.RegisterTargets?.(this.#cloud, input);
  }

  /** Another user deregisters all targets of a group that belong to no service. */
  someoneDeregisters(targetGroup: string): void {
    const group = [...this.#cloud.targetGroups.values()].find(({ arn }) => arn === targetGroup);
    if (group === undefined) return;
    const strangers = strangersIn(this.#cloud, group).map(({ id, port }) => ({ Id: id, Port: port }));
    const input = { TargetGroupArn: targetGroup, Targets: strangers };
    if (strangers.length > 0) operations.elbv2?.DeregisterTargets?.(this.#cloud, input);
  }

  /** Another user stops the first running task of a service; ECS replaces it. */
  someoneStopsTaskOf(cluster: string, serviceName: string): void {
    const { taskArns } = this.someone('ListTasks', { cluster, serviceName });
    const [task] = Array.isArray(taskArns) ? taskArns : [];
    if (task !== undefined) this.someone('StopTask', { cluster, task: String(task) });
  }

  /** Another user registers a copy of a revision. */
  someoneRegistersRevision(revision: string): void {
    const { taskDefinition } = this.someone('DescribeTaskDefinition', { taskDefinition: revision });
    const { family, networkMode, containerDefinitions, requiresCompatibilities, cpu, memory, executionRoleArn } =
      taskDefinition as JsonObject;
    const definition = { family, networkMode, containerDefinitions, requiresCompatibilities, cpu, memory };
    this.someone('RegisterTaskDefinition', structuredClone({ ...definition, executionRoleArn }));
  }

  /** Another user updates a service. */
  someoneUpdatesService(input: JsonObject): JsonObject {
    return this.someone('UpdateService', input);
  }

  /** A user or auto scaling changes the desired count of a service. */
  scale(cluster: string, service: string, desiredCount: number): void {
    this.someone('UpdateService', { cluster, service, desiredCount });
  }

  /** Writes lines to a log immediately. */
  writeLog(group: string, stream: string, lines: readonly string[]): void {
    const timestamp = Math.round(this.#cloud.now());
    const events = lines.map((message) => ({ timestamp, message }));
    write(this.#cloud, addLogStream(this.#cloud, addLogGroup(this.#cloud, group), stream), events);
  }

  /** Sets the state of an alarm. */
  setAlarm(name: string, state: Alarm['state']): void {
    const alarm = this.#cloud.alarms.get(name);
    if (alarm === undefined) throw new Error(`The account has no alarm ${name}`);
    setAlarm(this.#cloud, alarm, state, 'Threshold crossed');
  }
}

const isUnheard = (fault: Fault | undefined): boolean => fault === 'lost-after' || fault === 'hang-after';
const questionOf = ({ service, operation, input }: Question): string =>
  `${service} ${operation} ${JSON.stringify(input)}`;

function unknownOperation(service: string, operation: string): AwsFailure {
  if (!['elbv2', 'ec2', 'sts', 'iam'].includes(service)) {
    return new AwsFailure('UnknownOperationException', `The simulator does not know ${operation}.`);
  }
  return new AwsFailure('InvalidAction', `The action ${operation} is not valid for this web service.`);
}

function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const notAws = (requestId: string): WireResponse => ({
  status: 404,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
  body: JSON.stringify({
    __type: 'UnknownOperationException',
    message:
      'The simulator knows some of ECS, ELBv2, EC2, ECR, IAM, CloudWatch, CloudWatch Logs, Secrets Manager, Systems Manager, STS, EventBridge Scheduler and Application Auto Scaling; this is none of them.',
  }),
});
