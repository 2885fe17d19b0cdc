import type * as Scaling from '@aws-sdk/client-application-auto-scaling';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** The SDK's packages that are used, by the names that IAM has for the services. */
interface Packages {
  readonly ecs: typeof Ecs;
  readonly elasticloadbalancing: typeof Elb;
  readonly cloudwatch: typeof CloudWatch;
  readonly logs: typeof Logs;
  readonly 'application-autoscaling': typeof Scaling;
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

/** What every client is made with; the tests and `rehearse` put the simulator in as `requestHandler`. */
export interface ClientOptions {
  readonly region: string;
  readonly requestHandler?: object;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Sends one operation, once. */
export type Send = (operation: string, input: object, signal: AbortSignal) => Promise<object>;

interface SdkClient {
  send(command: object, options: { abortSignal: AbortSignal }): Promise<object>;
}

const load: Readonly<Record<ServiceName, () => Promise<object>>> = {
  ecs: () => import('@aws-sdk/client-ecs'),
  elasticloadbalancing: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  'application-autoscaling': () => import('@aws-sdk/client-application-auto-scaling'),
};

const clientName: Readonly<Record<ServiceName, string>> = {
  ecs: 'ECSClient',
  elasticloadbalancing: 'ElasticLoadBalancingV2Client',
  cloudwatch: 'CloudWatchClient',
  logs: 'CloudWatchLogsClient',
  'application-autoscaling': 'ApplicationAutoScalingClient',
};

/** Loads a service's package and makes its client at the first call: start-up time is a feature. */
export async function connectTo(service: ServiceName, options: ClientOptions): Promise<Send> {
  const sdk = (await load[service]()) as Readonly<Record<string, new (input: object) => object>>;
  const make = (exported: string, input: object): object => {
    const Class = sdk[exported];
    if (Class === undefined) throw new Error(`the SDK for ${service} has no ${exported}`);
    return new Class(input);
  };
  const client = make(clientName[service], {
    // Retries are ours: they use our clock, are told to the user, and know what may be repeated.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    ...options,
  }) as SdkClient;
  return (operation, input, signal) => client.send(make(`${operation}Command`, input), { abortSignal: signal });
}
