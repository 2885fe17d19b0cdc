import type * as Scaling from '@aws-sdk/client-application-auto-scaling';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecr from '@aws-sdk/client-ecr';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as Iam from '@aws-sdk/client-iam';
import type * as Scheduler from '@aws-sdk/client-scheduler';
import type * as Secrets from '@aws-sdk/client-secrets-manager';
import type * as Ssm from '@aws-sdk/client-ssm';
import type * as Sts from '@aws-sdk/client-sts';
import type { Lifetime } from '../../model/snapshot.ts';
import { bytesOf, graft, isKept, isSent, jsonIn } from './carry-over.ts';
import { type Client, type ClientOptions, type Identity, settingsOf, withRoute } from './client.ts';
import type { Destination, Proxies } from './route.ts';

/** The SDK packages in use, by the IAM prefix of each service. */
interface Packages {
  readonly ecs: typeof Ecs;
  readonly elasticloadbalancing: typeof Elb;
  readonly cloudwatch: typeof CloudWatch;
  readonly logs: typeof Logs;
  readonly 'application-autoscaling': typeof Scaling;
  readonly sts: typeof Sts;
  readonly ecr: typeof Ecr;
  readonly iam: typeof Iam;
  readonly secretsmanager: typeof Secrets;
  readonly ec2: typeof Ec2;
  readonly ssm: typeof Ssm;
  readonly scheduler: typeof Scheduler;
}

export type ServiceName = keyof Packages;

/** The names of the operations of a service. */
export type OperationName<S extends ServiceName> = {
  [K in keyof Packages[S]]: K extends `${infer N}Command` ? N : never;
}[keyof Packages[S]];

type CommandOf<S extends ServiceName, O extends string> = `${O}Command` extends keyof Packages[S]
  ? Packages[S][`${O}Command`]
  : never;

export type InputOf<S extends ServiceName, O extends string> =
  CommandOf<S, O> extends new (
    ...input: infer A extends readonly unknown[]
  ) => unknown
    ? NonNullable<Extract<A, readonly [unknown]>[0]>
    : never;

export type OutputOf<S extends ServiceName, O extends string> =
  CommandOf<S, O> extends new (
    ...input: never[]
  ) => {
    resolveMiddleware: (...args: never[]) => (...args: never[]) => Promise<{ output: infer R }>;
  }
    ? R
    : never;

interface SdkClient {
  readonly config: { credentials(): Promise<Identity> };
  readonly middlewareStack: MiddlewareStack;
  send(command: object, options: { abortSignal: AbortSignal }): Promise<object>;
}

/**
 * Dynamic imports, so that the bundler makes a chunk of each package. Nearly all of EC2 (1 MB) and of Systems Manager
 * (0.4 MB) would be there for one operation each: the bundle has what `webpackExports` lists.
 */
const load: Readonly<Record<ServiceName, () => Promise<object>>> = {
  ecs: () => import('@aws-sdk/client-ecs'),
  elasticloadbalancing: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  'application-autoscaling': () => import('@aws-sdk/client-application-auto-scaling'),
  sts: () => import('@aws-sdk/client-sts'),
  ecr: () => import('@aws-sdk/client-ecr'),
  iam: () => import('@aws-sdk/client-iam'),
  secretsmanager: () => import('@aws-sdk/client-secrets-manager'),
  ec2: () => import(/* webpackExports: ["EC2Client", "DescribeSubnetsCommand"] */ '@aws-sdk/client-ec2'),
  ssm: () => import(/* webpackExports: ["SSMClient", "DescribeParametersCommand"] */ '@aws-sdk/client-ssm'),
  scheduler: () =>
    import(
      /* webpackExports: ["SchedulerClient", "CreateScheduleCommand", "UpdateScheduleCommand", "DeleteScheduleCommand"] */ '@aws-sdk/client-scheduler'
    ),
};

const clientName: Readonly<Record<ServiceName, string>> = {
  ecs: 'ECSClient',
  elasticloadbalancing: 'ElasticLoadBalancingV2Client',
  cloudwatch: 'CloudWatchClient',
  logs: 'CloudWatchLogsClient',
  'application-autoscaling': 'ApplicationAutoScalingClient',
  sts: 'STSClient',
  ecr: 'ECRClient',
  iam: 'IAMClient',
  secretsmanager: 'SecretsManagerClient',
  ec2: 'EC2Client',
  ssm: 'SSMClient',
  scheduler: 'SchedulerClient',
};

/** Creates a client of a service. */
export type Connect = (service: ServiceName, options: ClientOptions) => Promise<Client>;

/** Loads the package of a service and creates its client; lazily, to keep the start-up time short. */
export async function connectTo(service: ServiceName, options: ClientOptions): Promise<Client> {
  const sdk = (await load[service]()) as Readonly<Record<string, new (input: object) => object>>;
  const make = (exported: string, input: object): object => {
    const Class = sdk[exported];
    if (Class === undefined) throw new Error(`the SDK for ${service} has no ${exported}`);
    return new Class(input);
  };
  const client = make(clientName[service], {
    // We retry ourselves: on our clock, reported in the log, and only calls that are safe to repeat.
    maxAttempts: 1,
    ...(await settingsOf(options)),
  }) as SdkClient;
  if (service === 'ecs') carryOver(client.middlewareStack);
  if (options.proxies !== undefined) noteRoutes(client.middlewareStack, options.proxies);
  return {
    send: (operation, input, signal) => client.send(make(`${operation}Command`, input), { abortSignal: signal }),
    identity: () => client.config.credentials(),
  };
}

/** The arguments of an SDK middleware. */
interface MiddlewareArguments {
  readonly input: object;
  readonly request: Destination & { body?: unknown };
}

type Handler = (given: MiddlewareArguments) => Promise<{ readonly response: unknown; readonly output: object }>;

/** The context of an SDK middleware: the command. */
interface MiddlewareContext {
  readonly commandName?: string;
}

/** The part of the SDK's middleware stack that is used here. */
interface MiddlewareStack {
  add(
    middleware: (next: Handler, context: MiddlewareContext) => Handler,
    at: { readonly step: string; readonly priority: 'high' | 'low'; readonly name: string },
  ): void;
}

/**
 * Keeps members of ECS's answers that the SDK does not know, and sends them if they are in a request. ECS uses JSON with
 * the same member names.
 */
function carryOver(stack: MiddlewareStack): void {
  const raw = new WeakMap<object, unknown>();
  stack.add(
    (next, { commandName = '' }) =>
      async (given) => {
        if (isSent(commandName)) {
          const body = jsonIn(given.request.body);
          graft(given.input, body);
          if (body !== undefined) given.request.body = JSON.stringify(body);
        }
        const answer = await next(given);
        graft(raw.get(answer.response as object), answer.output);
        return answer;
      },
    { step: 'build', priority: 'high', name: 'carryOver' },
  );
  stack.add(
    (next, { commandName = '' }) =>
      async (given) => {
        const answer = await next(given);
        if (!isKept(commandName)) return answer;
        // Runs before the SDK's deserializer, which accepts bytes as well as a stream.
        const response = answer.response as { body: unknown };
        response.body = await bytesOf(response.body);
        raw.set(response, jsonIn(response.body));
        return answer;
      },
    { step: 'deserialize', priority: 'low', name: 'keepRaw' },
  );
}

/** Adds the route to errors of the network connection, and to no others. */
function noteRoutes(stack: MiddlewareStack, proxies: Proxies): void {
  const middleware =
    (next: Handler): Handler =>
    async (given) => {
      try {
        return await next(given);
      } catch (error) {
        throw withRoute(error, proxies.route(given.request), given.request.hostname);
      }
    };
  stack.add(middleware, { step: 'deserialize', priority: 'high', name: 'noteRoutes' });
}

/** How long keys are valid. The SDK renews keys from any source except environment variables. */
export function lifetimeOf({ sessionToken, expiration, $source }: Identity): Lifetime {
  if (!sessionToken) return { is: 'lasting' };
  if (expiration === undefined || Number.isNaN(expiration.getTime())) return { is: 'unknown' };
  const fixed = $source !== undefined && 'CREDENTIALS_ENV_VARS' in $source;
  return fixed ? { is: 'ending', at: expiration.getTime() } : { is: 'lasting' };
}
