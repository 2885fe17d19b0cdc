import { bytesOf } from './carry-over.ts';
import { type Client, type ClientOptions, settingsOf, withRoute } from './client.ts';

// EC2's client is as large as all others together, and the one of Systems Manager is larger than that of ECS. One read of
// each is all that is needed: it is signed and sent with what is there for the others.

/** What the SDK calls a command, for an operation that is written out here. */
interface Command<I, O> {
  new (input: I): { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ readonly output: O }> };
}

/** What is used of EC2; members are named as they are sent. */
export interface Ec2 {
  readonly DescribeSubnetsCommand: Command<
    { readonly SubnetId: readonly string[] },
    { readonly subnetSet?: readonly Subnet[] }
  >;
}

/** A subnet, as DescribeSubnets tells it; over the wire each member is a text. */
export interface Subnet {
  readonly subnetId?: string;
  readonly availabilityZone?: string;
  readonly availableIpAddressCount?: string | number;
  readonly ipv6Native?: string | boolean;
}

/** What is used of Systems Manager. */
export interface Ssm {
  readonly DescribeParametersCommand: Command<
    {
      readonly ParameterFilters: readonly {
        readonly Key: string;
        readonly Option: string;
        readonly Values: readonly string[];
      }[];
      readonly MaxResults: number;
      readonly NextToken?: string;
    },
    { readonly Parameters?: readonly { readonly Name?: string }[]; readonly NextToken?: string }
  >;
}

/** The services that have no client of the SDK's here. */
export type SignedService = 'ec2' | 'ssm';

/** How a request is written and its answer read. */
interface Protocol {
  readonly serviceId: string;
  readonly request: (operation: string, input: object) => { readonly headers: Headers; readonly body: string };
  readonly answer: (text: string) => Promise<object>;
  readonly error: (text: string) => Promise<{ readonly code: string; readonly message: string }>;
}

type Headers = Readonly<Record<string, string>>;

const protocols: Readonly<Record<SignedService, Protocol>> = {
  ec2: {
    serviceId: 'EC2',
    request: (operation, input) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([['Action', operation], ['Version', '2016-11-15'], ...fieldsOf(input)]).toString(),
    }),
    answer: async (text) => listed(Object.values(await readXml(text))[0]) as object,
    error: async (text) => {
      const { Response } = (await readXml(text)) as { Response?: { Errors?: { Error?: object } } };
      const { Code = 'Unknown', Message = '' } = { ...Response?.Errors?.Error } as { Code?: string; Message?: string };
      return { code: Code, message: Message };
    },
  },
  ssm: {
    serviceId: 'SSM',
    request: (operation, input) => ({
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonSSM.${operation}` },
      body: JSON.stringify(input),
    }),
    answer: async (text) => JSON.parse(text) as object,
    error: async (text) => {
      const { __type = 'Unknown', message, Message } = JSON.parse(text) as Readonly<Record<string, string>>;
      return { code: __type.slice(__type.lastIndexOf('#') + 1), message: message ?? Message ?? '' };
    },
  },
};

/** Lists are numbered from 1: `SubnetId.1`. */
const fieldsOf = (input: object): readonly [string, string][] =>
  Object.entries(input).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((item, index): [string, string] => [`${name}.${index + 1}`, String(item)])
      : [[name, String(value)] satisfies [string, string]],
  );

async function readXml(text: string): Promise<object> {
  const { parseXML } = await import('@aws-sdk/xml-builder');
  return parseXML(text) as object;
}

/** In EC2's answers a list is an element with nothing but `item` elements in it, or with nothing at all. */
function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listed);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).join() === 'item') {
    const { item } = value as { item: unknown };
    return (Array.isArray(item) ? item : [item]).map(listed);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, /Set$/.test(name) && member === '' ? [] : listed(member)]),
  );
}

/** Reaches a service with the signer, the credentials, the connection and the endpoints that ECS's client has. */
export async function connectSigned(service: SignedService, options: ClientOptions): Promise<Client> {
  const [{ SignatureV4 }, { ECSClient }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/client-ecs'),
  ]);
  const { serviceId, request, answer, error } = protocols[service];
  const settings = { ...(await settingsOf(options)), maxAttempts: 1, serviceId };
  const { config } = new ECSClient(settings as ConstructorParameters<typeof ECSClient>[0] & object);
  const signer = new SignatureV4({
    service,
    region: options.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  return {
    identity: () => config.credentials(),
    send: async (operation, input, signal) => {
      const url = await endpointOf(service, config);
      const { headers, body } = request(operation, input);
      const signed = await signer.sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: {},
        headers: { host: url.host, ...headers },
        body,
      });
      const { proxies } = options;
      const handled = config.requestHandler.handle(signed as never, { abortSignal: signal });
      const { response } = await handled.catch((error: unknown) => {
        throw proxies === undefined ? error : withRoute(error, proxies.route(url), url.hostname);
      });
      const text = new TextDecoder().decode(await bytesOf(response.body));
      const { statusCode } = response;
      if (statusCode < 300) return answer(text);
      const { code, message } = await error(text).catch(() => ({ code: `HTTP ${statusCode}`, message: notAws }));
      const requestId = response.headers['x-amzn-requestid'];
      throw Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: statusCode, requestId } });
    },
  };
}

/** A proxy or a gateway answers with a page. */
const notAws = 'the answer does not come from AWS';

interface Config {
  readonly region: () => Promise<string>;
  readonly useFipsEndpoint: () => Promise<boolean>;
  readonly useDualstackEndpoint: () => Promise<boolean>;
  readonly endpointProvider: (parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }) => {
    readonly url: URL;
  };
  /** AWS_ENDPOINT_URL and the like, for the service that `serviceId` names. */
  readonly serviceConfiguredEndpoint?: unknown;
}

/** Endpoints of all three services have the same names but for the first part, in every partition. */
async function endpointOf(service: SignedService, config: Config): Promise<URL> {
  const configured = config.serviceConfiguredEndpoint;
  const given: unknown = typeof configured === 'function' ? await configured() : configured;
  if (typeof given === 'string') return new URL(given);
  const [Region, UseFIPS, UseDualStack] = await Promise.all([
    config.region(),
    config.useFipsEndpoint(),
    config.useDualstackEndpoint(),
  ]);
  const url = new URL(config.endpointProvider({ Region, UseFIPS, UseDualStack }).url);
  url.hostname = url.hostname.replace(/^ecs(?=[.-])/, service);
  return url;
}
