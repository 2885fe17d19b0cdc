import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServiceName } from '../../../src/aws/client/clients.ts';
import { connectTo } from '../../../src/aws/client/clients.ts';

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

describe('a call that is signed here', () => {
  it('calls EC2 in its Query protocol, and reads lists with one item', async () => {
    const here = connection(subnets);
    const { output, request } = await send('ec2', 'DescribeSubnets', { SubnetId: ['subnet-1', 'subnet-2'] }, here);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: 'DescribeSubnets',
      Version: '2016-11-15',
      'SubnetId.1': 'subnet-1',
      'SubnetId.2': 'subnet-2',
    });
    expect(request?.headers['x-amz-security-token']).toBe('session');
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-west-2\/ec2\/aws4_request, SignedHeaders=content-type;host;.*Signature=[0-9a-f]{64}$/,
    );
    expect(output).toMatchObject({
      subnetSet: [
        {
          subnetId: 'subnet-1',
          availableIpAddressCount: '251',
          ipv6CidrBlockAssociationSet: [],
          tagSet: [{ value: 'a & b' }, { key: 'x' }],
        },
      ],
    });
  });

  it('calls Systems Manager in JSON', async () => {
    const here = connection('{"Parameters":[{"Name":"/a"}]}');
    const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['/a'] }], MaxResults: 50 };
    const { output, request } = await send('ssm', 'DescribeParameters', input, here);
    expect(JSON.parse(request?.body ?? '')).toEqual(input);
    expect(request?.headers).toMatchObject({
      'x-amz-target': 'AmazonSSM.DescribeParameters',
      'content-type': 'application/x-amz-json-1.1',
    });
    expect(output).toEqual({ Parameters: [{ Name: '/a' }] });
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
  ])('reports a refusal like the SDK: %s', async (service, body, name, message) => {
    const failed = send(service, 'DescribeSomething', {}, connection(body, 403));
    await expect(failed).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 403, requestId: 'r-1' } });
  });

  it('reports an answer that is not from AWS', async () => {
    const failed = send('ssm', 'DescribeParameters', {}, connection('<html>Bad gateway</html>', 502));
    await expect(failed).rejects.toMatchObject({ name: 'HTTP 502', $metadata: { httpStatusCode: 502 } });
  });
});
