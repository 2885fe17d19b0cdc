import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServiceName } from '../../../src/aws/client/clients.ts';
import { connectTo } from '../../../src/aws/client/clients.ts';
import { readError } from '../../../src/aws/client/errors.ts';

interface Sent {
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that answers everything with this, and keeps what was sent. */
function connection(body: string, statusCode = 200) {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    sent.push(request);
    return { response: { statusCode, headers: { 'x-amzn-requestid': 'r-1' }, body: new TextEncoder().encode(body) } };
  };
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    destroy() {},
    httpHandlerConfigs: () => ({}),
  };
  return { sent, requestHandler };
}

async function send(
  service: ServiceName,
  operation: string,
  input: object,
  { sent, requestHandler }: ReturnType<typeof connection>,
  region = 'us-west-2',
) {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' };
  const client = await connectTo(service, { region, requestHandler, credentials });
  const output = await client.send(operation, input, new AbortController().signal);
  return { output, request: sent[0] };
}

const subnets = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>r-1</requestId>
  <subnetSet>
    <item>
      <subnetId>subnet-1</subnetId><availabilityZone>us-west-2a</availabilityZone>
      <availableIpAddressCount>251</availableIpAddressCount><ipv6CidrBlockAssociationSet/>
      <tagSet><item><key>Name</key><value>a &amp; b</value></item><item><key>x</key><value/></item></tagSet>
    </item>
  </subnetSet>
</DescribeSubnetsResponse>`;

afterEach(() => vi.unstubAllEnvs());

describe('a call to EC2 or Systems Manager', () => {
  it('speaks the Query protocol to EC2, and reads lists of one', async () => {
    const here = connection(subnets);
    const { output, request } = await send('ec2', 'DescribeSubnets', { SubnetIds: ['subnet-1', 'subnet-2'] }, here);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: 'DescribeSubnets',
      Version: '2016-11-15',
      'SubnetId.1': 'subnet-1',
      'SubnetId.2': 'subnet-2',
    });
    expect(request?.headers['x-amz-security-token']).toBe('session');
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-west-2\/ec2\/aws4_request, SignedHeaders=.*content-type;host;.*Signature=[0-9a-f]{64}$/,
    );
    expect(output).toMatchObject({
      Subnets: [
        {
          SubnetId: 'subnet-1',
          AvailableIpAddressCount: 251,
          Ipv6CidrBlockAssociationSet: [],
          Tags: [{ Value: 'a & b' }, { Key: 'x' }],
        },
      ],
    });
  });

  it('speaks JSON to Systems Manager', async () => {
    const here = connection('{"Parameters":[{"Name":"/a"}]}');
    const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['/a'] }], MaxResults: 50 };
    const { output, request } = await send('ssm', 'DescribeParameters', input, here);
    expect(JSON.parse(request?.body ?? '')).toEqual(input);
    expect(request?.headers).toMatchObject({
      'x-amz-target': 'AmazonSSM.DescribeParameters',
      'content-type': 'application/x-amz-json-1.1',
    });
    expect(output).toMatchObject({ Parameters: [{ Name: '/a' }] });
  });

  it.each([
    ['us-west-2', 'ec2.us-west-2.amazonaws.com'],
    ['cn-north-1', 'ec2.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'ec2.us-gov-west-1.amazonaws.com'],
    ['eu-isoe-west-1', 'ec2.eu-isoe-west-1.cloud.adc-e.uk'],
  ])('uses the endpoint of its partition: %s', async (region, host) => {
    const { request } = await send('ec2', 'DescribeSubnets', {}, connection(subnets), region);
    expect(request?.hostname).toBe(host);
  });

  it('uses AWS_ENDPOINT_URL, or the variable of its service', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    expect((await send('ssm', 'DescribeParameters', {}, connection('{}'))).request).toMatchObject({
      hostname: '127.0.0.1',
      port: 4566,
    });
    vi.stubEnv('AWS_ENDPOINT_URL_EC2', 'https://ec2.internal');
    expect((await send('ec2', 'DescribeSubnets', {}, connection(subnets))).request?.hostname).toBe('ec2.internal');
  });

  it.each([
    [
      'ec2' as const,
      '<?xml version="1.0"?><Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized</Message></Error></Errors><RequestID>r-2</RequestID></Response>',
      'UnauthorizedOperation',
      'You are not authorized',
    ],
    ['ssm' as const, '{"__type":"com.amazon#AccessDeniedException","Message":"no"}', 'AccessDeniedException', 'no'],
  ])('says with its code and message why it was refused: %s', async (service, body, code, message) => {
    const operation = service === 'ec2' ? 'DescribeSubnets' : 'DescribeParameters';
    const error: unknown = await send(service, operation, {}, connection(body, 403)).catch((thrown) => thrown);
    expect(readError(error)).toMatchObject({ code, message, status: 403 });
  });

  it.each([
    ['ec2', 'DescribeSubnets'],
    ['ssm', 'DescribeParameters'],
    ['elasticloadbalancing', 'DescribeTargetGroups'],
  ] as const)('says so when what answers is not AWS: %s', async (service, operation) => {
    const page = connection('<html><body>Bad gateway<br></body></html>', 502);
    const error: unknown = await send(service, operation, {}, page).catch((thrown) => thrown);
    expect(readError(error)).toMatchObject({ code: 'HTTP 502', status: 502 });
    expect(readError(error).message).toContain('the answer does not come from AWS');
  });
});

it('lists for the bundler every operation of EC2 and Systems Manager that the code calls', () => {
  const sources = readdirSync('src/aws', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`src/aws/${name}`, 'utf8'));
  for (const [service, client] of [
    ['ec2', 'EC2Client'],
    ['ssm', 'SSMClient'],
  ] as const) {
    const operation = new RegExp(`'${service}', '([A-Z]\\w+)'`, 'g');
    const called = sources.flatMap((text) => [...text.matchAll(operation)].map(([, name]) => `${name}Command`));
    const list = new RegExp(`webpackExports: (\\[.*?\\]) \\*/ '@aws-sdk/client-${service}'`);
    const listed = sources.flatMap((text) => list.exec(text)?.[1] ?? []);
    expect(listed.map((text) => JSON.parse(text))).toEqual([[client, ...new Set(called)]]);
  }
});
