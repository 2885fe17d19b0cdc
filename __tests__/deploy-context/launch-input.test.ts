import { describe, expect, it } from 'vitest';
import { readCapacityProviderStrategy, readNetworkConfiguration } from '../../src/deploy-context/launch-input.ts';
import { formatProblem } from '../../src/model/problem.ts';

const network = async (text: string) => {
  const { value, problems } = await readNetworkConfiguration(text);
  return value ?? problems.map(formatProblem);
};
const strategy = async (text: string) => {
  const { value, problems } = await readCapacityProviderStrategy(text);
  return value ?? problems.map(formatProblem);
};
const whole = {
  awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-c'], assignPublicIp: 'ENABLED' },
};

describe('network-configuration', () => {
  it.each([
    JSON.stringify(whole),
    JSON.stringify(whole, null, 2),
    'awsvpcConfiguration={subnets=[subnet-a,subnet-b],securityGroups=[sg-c],assignPublicIp=ENABLED}',
    'awsvpcConfiguration = { subnets = [ "subnet-a", \'subnet-b\' ],\n securityGroups=[sg-c], assignPublicIp = ENABLED }',
  ])('accepts JSON, or the shorthand of the AWS CLI: %s', async (text) => {
    expect(await network(text)).toEqual(whole);
  });

  it.each([
    [
      '{"awsvpcConfiguration": {"subnets": ["a"], "securityGroup": ["b"]}}',
      'network-configuration: awsvpcConfiguration.securityGroup: is not known; did you mean securityGroups?',
    ],
    [
      '{"awsvpcConfiguration": {"securityGroups": ["b"]}}',
      'network-configuration: awsvpcConfiguration.subnets: is missing',
    ],
    ['{"subnets": ["a"]}', 'network-configuration: subnets: is not known here; move it to awsvpcConfiguration'],
    [
      '{"awsvpcConfiguration": {"subnets": "a"}}',
      'network-configuration: awsvpcConfiguration.subnets: must be a list, in [ ], but is a string',
    ],
    ['{}', 'network-configuration: has no awsvpcConfiguration; add it, or remove the input'],
    ['{"awsvpcConfiguration": {"subnets": ["a"]}', 'network-configuration:1:43: a } is missing at the end'],
    ['["a"]', 'network-configuration:1:1: must contain an object, in { }, but contains a list'],
    [
      'awsvpcConfiguration={subnets=subnet-a}',
      'network-configuration: awsvpcConfiguration.subnets: must be a list, in [ ], but is a string',
    ],
    [
      'awsvpcConfiguration={subnets=[a',
      'network-configuration:1:32: ends where a ] is expected (write JSON, or the shorthand awsvpcConfiguration={subnets=[a,b],securityGroups=[c]})',
    ],
    [
      'awsvpcConfiguration={subnets=[a]} x',
      'network-configuration:1:35: is complete before this; remove the rest (write JSON',
    ],
    ['awsvpcConfiguration={subnets=["a]}', 'has a " that is not closed'],
    ['awsvpcConfiguration', 'network-configuration:1:20: ends where a = is expected'],
    ['awsvpcConfiguration={subnets=[]}'.repeat(2), 'is complete before this'],
    [`awsvpcConfiguration=${'['.repeat(1000)}`, 'is nested more than 20 levels deep here'],
    ['awsVpcConfiguration={subnets=[a]}', 'awsVpcConfiguration: is not known; did you mean awsvpcConfiguration?'],
    ['$(touch /tmp/x)', 'ends where a = is expected'],
  ])('explains what is wrong with %s', async (text, said) => {
    expect(await network(text)).toEqual([expect.stringContaining(said)]);
  });
});

describe('capacity-provider-strategy', () => {
  it('is a JSON list', async () => {
    const items = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
    expect(await strategy(JSON.stringify(items))).toEqual(items);
  });

  it.each([
    [
      '[{"capacityProvider": "FARGATE", "wieght": 1}]',
      'capacity-provider-strategy: [0].wieght: is not known; did you mean weight?',
    ],
    ['[{"weight": 1}]', 'capacity-provider-strategy: [0].capacityProvider: is missing'],
    [
      '[{"capacityProvider": "FARGATE", "weight": "1"}]',
      '[0].weight: must be a number (without quotes), but is a string',
    ],
    ['[]', 'capacity-provider-strategy: is an empty list'],
    [
      '{"capacityProvider": "FARGATE"}',
      'capacity-provider-strategy:1:1: must contain a list, in [ ], but contains an object',
    ],
    ['FARGATE_SPOT', 'capacity-provider-strategy:1:1: '],
  ])('explains what is wrong with %s', async (text, said) => {
    expect(await strategy(text)).toEqual([expect.stringContaining(said)]);
  });
});
