import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { inChunks, readAll } from '../../../src/aws/client/pages.ts';
import { readBreaker } from '../../../src/aws/diagnosis/circuit-breaker.ts';
import { readAlarms } from '../../../src/aws/handlers/alarm.ts';
import { readDead, readStruggling } from '../../../src/aws/handlers/service.ts';
import { listTasks } from '../../../src/aws/handlers/task.ts';
import { activeRevisions, readPast } from '../../../src/aws/snapshots/history.ts';
import { readScaled } from '../../../src/aws/snapshots/scaling.ts';
import { readAttachments } from '../../../src/aws/snapshots/target-groups.ts';

const place = { region: 'us-west-2', cluster: 'production', service: 'web' };
const names: readonly (readonly [given: string, asked: string])[] = [
  ['nextToken', 'nextToken'],
  ['NextToken', 'NextToken'],
  ['NextMarker', 'Marker'],
];

/** An account in which every list begins with two empty pages; the third has what the operation answers. */
function late(answers: Readonly<Record<string, object>>, style = 0): { readonly aws: Aws; readonly asked: object[] } {
  const asked: object[] = [];
  const [given, taken] = names[style] ?? ['', ''];
  const call = async (_: string, operation: string, input: Readonly<Record<string, unknown>>) => {
    asked.push({ operation, ...input });
    const paged = /^(List|DescribeAlarms|DescribeScalableTargets|DescribeTargetGroups$)/.test(operation);
    if (!paged || input[taken] === 'page-3') return answers[operation] ?? {};
    return { [given]: input[taken] === 'page-2' ? 'page-3' : 'page-2' };
  };
  return { aws: { call, region: 'us-west-2' } as unknown as Aws, asked };
}

describe('a list that comes in pages', () => {
  it.each([0, 1, 2])('is read to its end whatever its token is called (%i), also past empty pages', async (style) => {
    const { aws, asked } = late({ ListTasks: { taskArns: ['a', 'b'] } }, style);
    const arns = await readAll(aws, 'ecs', 'ListTasks', { cluster: 'c' }, ({ taskArns }) => taskArns);
    expect(arns).toEqual(['a', 'b']);
    expect(asked).toHaveLength(3);
  });

  it('ends if the token is repeated or empty', async () => {
    const same = { call: async () => ({ taskArns: ['a'], nextToken: 'again' }) } as unknown as Aws;
    expect(await readAll(same, 'ecs', 'ListTasks', {}, ({ taskArns }) => taskArns)).toEqual(['a', 'a']);
    const empty = { call: async () => ({ taskArns: ['a'], nextToken: '' }) } as unknown as Aws;
    expect(await readAll(empty, 'ecs', 'ListTasks', {}, ({ taskArns }) => taskArns)).toEqual(['a']);
  });

  it('is the same for every list that is read', async () => {
    const task = { taskArn: 't', startedBy: 'ecs-svc/1', stopCode: 'EssentialContainerExited' };
    const tasks = { ListTasks: { taskArns: ['t'] }, DescribeTasks: { tasks: [task] } };
    const deployment = { id: 'ecs-svc/1', taskDefinition: 'web:1' };
    expect(await listTasks(late(tasks).aws, 'c', { startedBy: 'x' })).toEqual(['t']);
    expect(await readDead(late(tasks).aws, place, deployment)).toHaveLength(1);
    expect(await readStruggling(late(tasks).aws, place, deployment)).toHaveLength(1);
    const revisions = { ListTaskDefinitions: { taskDefinitionArns: ['x/web:1'] } };
    expect(await activeRevisions(late(revisions).aws, 'web')).toEqual(['x/web:1']);
    const alarms = { DescribeAlarms: { MetricAlarms: [{ AlarmName: 'errors', StateValue: 'ALARM' }] } };
    expect(await readAlarms(late(alarms, 1).aws, ['errors'])).toMatchObject([{ state: 'in-alarm' }]);
    const scaled = { DescribeScalableTargets: { ScalableTargets: [{}] } };
    expect(await readScaled(late(scaled, 1).aws, place)).toBe('yes');
    const groups = { DescribeTargetGroups: { TargetGroups: [{ TargetGroupArn: 'tg' }] } };
    expect(await readAttachments(late(groups, 2).aws, [{ targetGroupArn: 'tg' }])).toHaveLength(1);
    const deployments = {
      ListServiceDeployments: {
        serviceDeployments: [{ serviceDeploymentArn: 'd', status: 'SUCCESSFUL', targetServiceRevisionArn: 'r' }],
      },
      DescribeServiceDeployments: { serviceDeployments: [{ deploymentCircuitBreaker: { status: 'TRIGGERED' } }] },
      DescribeServiceRevisions: { serviceRevisions: [{ serviceRevisionArn: 'r', taskDefinition: 'x/web:1' }] },
      DescribeTaskDefinition: { taskDefinition: { taskDefinitionArn: 'x/web:1' } },
    };
    expect(await readBreaker(late(deployments).aws, { place, startedAt: 0 } as never)).toHaveLength(1);
    expect(await readPast(late(deployments).aws, place, 'x/web:2', undefined)).toMatchObject({
      revision: { definition: { taskDefinitionArn: 'x/web:1' } },
    });
  });
});

describe('parts of a list', () => {
  it('have the maximum length of a call', () => {
    expect(inChunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inChunks([], 10)).toEqual([]);
  });
});
