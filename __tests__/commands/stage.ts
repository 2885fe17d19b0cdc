// A module that is loaded while somebody sleeps is work that the virtual clock cannot see: it is loaded before.
import '@aws-sdk/client-cloudwatch-logs';
import '@aws-sdk/client-ec2';
import '@aws-sdk/client-ecr';
import '@aws-sdk/client-iam';
import '@aws-sdk/client-secrets-manager';
import '@aws-sdk/client-application-auto-scaling';
import '@aws-sdk/client-cloudwatch';
import '@aws-sdk/client-scheduler';
import '@aws-sdk/client-ssm';
import '../../src/commands/dry-run/index.ts';
import type { CreateServiceRequest, LogConfiguration, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { AwsOptions } from '../../src/aws/client/account.ts';
import type { Role } from '../../src/aws/client/assume-role.ts';
import type { Keys } from '../../src/aws/client/client.ts';
import { worldFor } from '../../src/commands/execution.ts';
import { runCommand } from '../../src/commands/index.ts';
import { advance } from '../../src/engine/advance.ts';
import { resume } from '../../src/engine/execute.ts';
import { unwindHurried } from '../../src/engine/unwind.ts';
import type { GitHubStatus } from '../../src/github/status.ts';
import { minute, second } from '../../src/model/duration.ts';
import type { TimedEvent } from '../../src/model/event.ts';
import { Cancelled } from '../../src/model/failure.ts';
import type { Journal } from '../../src/model/journal.ts';
import type { Leftover, Outcome } from '../../src/model/outcome.ts';
import type { Report } from '../../src/model/report.ts';
import type {
  RegisterRequest,
  Request,
  RolloutRequest,
  RunRequest,
  SweepRequest,
  UndeployRequest,
  UpRequest,
} from '../../src/model/request.ts';
import { leftBehind, type RunState } from '../../src/model/run-state.ts';
import type { Undo } from '../../src/model/undos.ts';
import type { Web, WebReply, WebRequest } from '../../src/model/web.ts';
import { pretend } from '../../src/rehearse/harness.ts';
import { createReporter, type Reporter } from '../../src/report/reporter.ts';
import { Account } from '../../src/simulator/account.ts';
import type { Picture } from '../../src/simulator/picture.ts';
import { requestHandler, type SimulatorRequestHandler } from '../../src/simulator/request-handler.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

export const region = 'us-west-2';
export const place = { region, cluster: 'production', service: 'web' };

const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:123456789012:${name}`;
export const targetGroupArn = (n: number): string =>
  arn('elasticloadbalancing', `targetgroup/web-${n}/${'0'.repeat(15)}${n}`);

/** Where and how a service runs. */
export type HandlerContext = 'fargate' | 'fargate-spot' | 'ec2-awsvpc' | 'ec2-bridge' | 'ec2-host';

export interface Shop {
  readonly service: CreateServiceRequest;
  readonly definition: RegisterTaskDefinitionRequest;
}

/** A web service of the usual kind, with as many target groups as one wants. */
export function shop(
  ground: HandlerContext = 'fargate',
  targetGroups = 1,
  more: {
    readonly service?: Partial<CreateServiceRequest>;
    readonly tag?: string;
    readonly healthCheck?: boolean;
    readonly log?: LogConfiguration;
  } = {},
): Shop {
  const awsvpc = !['ec2-bridge', 'ec2-host'].includes(ground);
  const fargate = ground.startsWith('fargate');
  const networkMode = awsvpc ? 'awsvpc' : ground === 'ec2-host' ? 'host' : 'bridge';
  const ports = Array.from({ length: Math.max(1, targetGroups) }, (_, i) => 8080 + i);
  return {
    service: {
      cluster: place.cluster,
      serviceName: place.service,
      desiredCount: 2,
      ...(ground === 'fargate-spot'
        ? { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }
        : { launchType: fargate ? 'FARGATE' : 'EC2' }),
      ...(fargate ? { platformVersion: 'LATEST' } : {}),
      ...(awsvpc
        ? {
            networkConfiguration: {
              awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
            },
          }
        : {}),
      loadBalancers: Array.from({ length: targetGroups }, (_, i) => ({
        targetGroupArn: targetGroupArn(i + 1),
        containerName: 'web',
        containerPort: 8080 + i,
      })),
      ...more.service,
    },
    definition: {
      family: 'web',
      networkMode,
      requiresCompatibilities: [fargate ? 'FARGATE' : 'EC2'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/web-execution',
      containerDefinitions: [
        {
          name: 'web',
          image: `registry.example/web:${more.tag ?? 'good'}`,
          essential: true,
          portMappings: ports.map((containerPort) => ({
            containerPort,
            ...(networkMode === 'host' ? { hostPort: containerPort } : {}),
          })),
          ...(more.log === undefined ? {} : { logConfiguration: more.log }),
          ...(more.log?.logDriver === 'awsfirelens' ? { firelensConfiguration: { type: 'fluentbit' } } : {}),
          ...(more.healthCheck ? { healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5, retries: 2 } } : {}),
        },
      ],
    },
  };
}

/** The log configuration that most have. */
export const awslogs = (more: Readonly<Record<string, string>> = {}): LogConfiguration => ({
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/ecs/web', 'awslogs-region': region, 'awslogs-stream-prefix': 'app', ...more },
});

export interface Stage {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly before: Picture;
  /** What is outside AWS: it answers 200 with `ok`, until a test says otherwise. */
  readonly web: PretendWeb;
  /** Carries a rollout out in a process of its own, and waits for nothing afterwards. */
  rollout(
    request?: Partial<RolloutRequest>,
    cancel?: (event: TimedEvent) => boolean,
    team?: (reporter: Reporter) => GitHubStatus,
    saves?: (state: RunState) => void,
  ): Promise<Run>;
  /** Carries `command: up` out in a process of its own. */
  up(request?: Partial<UpRequest>, cancel?: (event: TimedEvent) => boolean): Promise<Run>;
  /** Carries `command: undeploy` out in a process of its own. */
  undeploy(request?: Partial<UndeployRequest>, cancel?: (event: TimedEvent) => boolean): Promise<Run>;
  /** Carries `command: run` out in a process of its own. */
  run(request?: Partial<RunRequest>, cancel?: (event: TimedEvent) => boolean): Promise<Run>;
  /** Carries `command: register` out in a process of its own. */
  register(request?: Partial<RegisterRequest>, cancel?: (event: TimedEvent) => boolean): Promise<Run>;
  /** Carries `command: sweep` out in a process of its own. */
  sweep(request?: Partial<SweepRequest>): Promise<Run>;
  /** What the post step does with what a run has left; it can be killed as well. */
  post(run: Run, cancel?: (event: TimedEvent) => boolean): Promise<readonly Leftover[]>;
  /** Goes on with a run from its saved state, in a process of its own; `often`: in another one after every pause. */
  resume(saved: string, often?: 'often'): Promise<Run>;
  /** Goes on with a rollout as `main` does that has the inputs and what was stored of the run, in a process of its own. */
  continue(
    stored: string,
    request?: Partial<RolloutRequest>,
    cancel?: (event: TimedEvent) => boolean,
    saves?: (state: RunState) => void,
  ): Promise<Run>;
  after(): Picture;
}

/** The web as gates see it. */
export interface PretendWeb {
  readonly requests: WebRequest[];
  readonly variables: Record<string, string>;
  reply: (request: WebRequest) => WebReply;
}

export interface Run {
  readonly outcome: Outcome;
  readonly report: Report;
  readonly left: readonly Undo[];
  /** The state that was saved last before the process was cancelled, as JSON. */
  readonly saved: string | undefined;
}

/** Whose calls they are, where it matters. */
export interface Caller {
  readonly role?: Role;
  readonly keys?: Keys;
}

/** IAM's names of services, and the simulator's where it has another. */
const simulated: Readonly<Record<string, string>> = { elasticloadbalancing: 'elbv2' };

/** Past the SDK: what it does to a call is seen in the other tests, and takes most of the time of many thousand rollouts. */
function directTo(account: Account): NonNullable<AwsOptions['connect']> {
  return async (service) => ({
    send: (operation, input, signal) =>
      account.call(simulated[service] ?? service, operation, onTheWire(input), signal),
    identity: async () => ({ accessKeyId: 'pretend', secretAccessKey: 'pretend' }),
  });
}

/** As the SDK writes an input: a moment is a number of seconds. */
function onTheWire(value: object): Record<string, unknown> {
  const written = (one: unknown): unknown => {
    if (one instanceof Date) return one.getTime() / 1000;
    if (Array.isArray(one)) return one.map(written);
    return typeof one === 'object' && one !== null && Object.getPrototypeOf(one) === Object.prototype
      ? onTheWire(one)
      : one;
  };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one)]));
}

/** An account that fits a shop and runs an older revision of it, and rollouts in it. */
export function stage(
  what: Shop,
  change: (seed: Seed) => Seed = (seed) => seed,
  transport: 'sdk' | 'direct' | ((handler: SimulatorRequestHandler) => SimulatorRequestHandler) = 'sdk',
  caller: (clock: VirtualClock) => Caller = () => ({}),
): Stage {
  const clock = new VirtualClock();
  const plain = (input: object) => structuredClone(input) as Record<string, unknown>;
  const seed = seedFor({ service: plain(what.service), taskDefinition: plain(what.definition), region });
  const account = new Account({ seed: change(seed), clock });
  const before = account.picture();
  const web: PretendWeb = {
    requests: [],
    variables: {},
    reply: () => ({ is: 'answered', status: 200, text: 'ok', latency: 20 }),
  };
  const outside: Web = {
    send: async (request) => {
      web.requests.push(request);
      return web.reply(request);
    },
    variable: (name) => web.variables[name],
  };
  let runs = 0;
  const runtime = (report: (event: TimedEvent) => void, signal: AbortSignal, left: readonly Undo[] = []) => {
    const reporter = createReporter({ command: 'rollout', place }, clock, report);
    const handler = requestHandler(account);
    const over = typeof transport === 'function' ? transport(handler) : handler;
    const way = transport === 'direct' ? { connect: directTo(account) } : { requestHandler: over };
    const random = () => 0.5;
    return {
      reporter,
      runtime: pretend({
        region,
        clock,
        signal,
        report: reporter.report,
        random,
        left,
        web: outside,
        ...way,
        ...caller(clock),
      }),
    };
  };
  const carryOut = async (
    request: Request,
    cancel: (event: TimedEvent) => boolean = () => false,
    gather?: (reporter: Reporter) => GitHubStatus,
    saves: (state: RunState) => void = () => {},
    stored?: RunState,
  ): Promise<Run> => {
    const abort = new AbortController();
    const { reporter, runtime: here } = runtime(
      (event) => {
        if (cancel(event)) abort.abort(new Cancelled('SIGINT'));
      },
      abort.signal,
      stored?.journal,
    );
    let saved: RunState | undefined;
    const journal: Journal = {
      ...here.journal,
      save(state) {
        // A process that is killed saves nothing any more.
        if (!abort.signal.aborted) saved = state;
        saves(state);
        here.journal.save(state);
      },
    };
    const team = gather?.(reporter);
    if (team !== undefined) reporter.join(team.watch(reporter));
    const outcome = await runCommand(request, {
      ...here,
      journal,
      ...(stored === undefined ? {} : { saved: stored }),
      announced: async (signal) => team?.announced(signal),
    });
    const report = reporter.read(outcome);
    await team?.conclude(report);
    return { outcome, report, left: here.journal.pending(), saved: saved && JSON.stringify(saved) };
  };
  return {
    account,
    clock,
    before,
    web,
    after: () => account.picture(),
    rollout: (request = {}, cancel, gather, saves) =>
      carryOut({ ...usual(what, ++runs), ...request }, cancel, gather, saves),
    continue: (stored, request = {}, cancel, saves) =>
      carryOut({ ...usual(what, ++runs), ...request }, cancel, undefined, saves, JSON.parse(stored)),
    up: (request = {}, cancel) => carryOut({ ...usualUp(what, ++runs), ...request }, cancel),
    undeploy: (request = {}, cancel) => carryOut({ ...usualUndeploy(++runs), ...request }, cancel),
    run: (request = {}, cancel) => carryOut({ ...usualRun(what, ++runs), ...request }, cancel),
    register: (request = {}, cancel) => carryOut({ ...usualRegister(what, ++runs), ...request }, cancel),
    sweep: (request = {}) => carryOut({ ...usual(what, ++runs), ...request, command: 'sweep' }),
    async resume(saved, often) {
      const abort = new AbortController();
      const { journal }: RunState = JSON.parse(saved);
      const { reporter, runtime: here } = runtime(() => {}, abort.signal, journal);
      const ended = (outcome: Outcome): Run => {
        return { outcome, report: reporter.read(outcome), left: here.journal.pending(), saved: undefined };
      };
      if (often === undefined) return ended(await resume(JSON.parse(saved), worldFor(here, place)));
      for (let text = saved; ; ) {
        const fresh = { ...runtime(() => {}, abort.signal).runtime, journal: here.journal };
        const advanced = await advance(JSON.parse(text), worldFor(fresh, place));
        if ('outcome' in advanced) return ended(advanced.outcome);
        text = JSON.stringify(advanced.state);
        await clock.sleep(advanced.again);
      }
    },
    async post({ left }, cancel = () => false) {
      const abort = new AbortController();
      const { runtime: here } = runtime(
        (event) => {
          if (cancel(event)) abort.abort(new Cancelled('SIGKILL'));
        },
        abort.signal,
        left,
      );
      const lost = await unwindHurried(leftBehind(left, place), worldFor(here, place), clock.now() + 150 * second);
      return lost.map(({ leftover }) => leftover);
    },
  };
}

const timeout = 15 * minute;
const common = (n: number) => ({
  place,
  dryRun: false,
  timeouts: {
    taskRunning: timeout,
    taskHealthCheck: timeout,
    targetHealthy: timeout,
    taskStopped: timeout,
    serviceStable: timeout,
  },
  run: { id: `run-${n}`, attempt: 1, token: `token-${n}` },
});

/** A request with the defaults of the inputs. */
export function usual({ definition }: Shop, n = 1): RolloutRequest {
  return {
    ...common(n),
    command: 'rollout',
    strategy: 'canary-task',
    wait: true,
    revision: { kind: 'new', definition },
    idle: 15 * second,
    bake: 0,
    rollbackOnFailure: true,
    forceNewDeployment: false,
    alarms: [],
    onConflict: 'fail',
    hidden: [],
  };
}

/** `command: up` with the defaults of the inputs. */
export function usualUp({ service, definition }: Shop, n = 1): UpRequest {
  const { cluster: _, serviceName: __, ...settings } = service;
  return {
    ...common(n),
    command: 'up',
    revision: { kind: 'new', definition },
    service: settings,
    keep: false,
    wait: true,
    remarks: [],
    hidden: [],
  };
}

/** `command: undeploy` with the defaults of the inputs. */
export const usualUndeploy = (n = 1): UndeployRequest => ({
  ...common(n),
  command: 'undeploy',
  onConflict: 'fail',
  deregisterRevisions: false,
});

/** `command: run` of the definition, with the defaults of the inputs. */
export const usualRun = ({ definition }: Shop, n = 1): RunRequest => ({
  ...common(n),
  command: 'run',
  revision: { kind: 'new', definition },
  task: { environment: [] },
  launch: { byInput: {}, byFile: {} },
  wait: true,
});

/** `command: register` of the definition, with the defaults of the inputs. */
export const usualRegister = ({ definition }: Shop, n = 1): RegisterRequest => ({
  ...common(n),
  command: 'register',
  revision: { kind: 'new', definition },
  remarks: [],
  hidden: [],
});

/** What of a canary is still there: tasks, and targets that belong to no service and are not on their way out. */
export function orphans({ standaloneTasks, targets }: Picture): readonly string[] {
  const tasks = standaloneTasks
    .filter(({ desiredStatus }) => desiredStatus !== 'STOPPED')
    .map(({ taskArn }) => taskArn);
  const left = Object.values(targets).flatMap((group) =>
    group.filter(({ of, state }) => !of.startsWith('service:') && state !== 'draining').map(({ of }) => of),
  );
  return [...tasks, ...left];
}

/** What the service runs and how it is set; tasks that are on their way out do not count. */
export function serviceIn({ services }: Picture): object {
  const { tasks = {}, ...service } = services['production/web'] ?? {};
  return { ...service, tasks: Object.entries(tasks).filter(([key]) => key.endsWith(' RUNNING')) };
}

/** Settings of a service that a run is asked to change. */
export const settingsAsked = (update: NonNullable<RolloutRequest['settings']>['update']): Partial<RolloutRequest> => ({
  settings: { update, creationOnly: {}, byInput: Object.keys(update) as never },
});

/** What `serviceIn` is when a request has succeeded: the revision after `web:1` with the settings that were asked for. */
export function serviceAsAsked(before: Picture, { settings }: Partial<RolloutRequest> = {}): object {
  const { desiredCount, ...update } = settings?.update ?? {};
  const was = serviceIn(before) as { readonly settings?: object; readonly tasks: readonly [string, number][] };
  const live = was.settings as { readonly deploymentConfiguration?: object } | undefined;
  const { deploymentConfiguration } = update;
  const service = {
    ...was,
    ...(desiredCount === undefined
      ? {}
      : { desiredCount, tasks: was.tasks.map(([key]) => [key, desiredCount] as const) }),
    settings: {
      ...live,
      ...update,
      ...(deploymentConfiguration === undefined
        ? {}
        : { deploymentConfiguration: { ...live?.deploymentConfiguration, ...deploymentConfiguration } }),
    },
  };
  return JSON.parse(JSON.stringify(service).replaceAll('web:1', 'web:2'));
}
