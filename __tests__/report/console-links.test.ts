import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/verdict.ts';
import { type Links, linkFor, linksFor } from '../../src/report/console-links.ts';

const place = { region: 'us-west-2', cluster: 'arn:aws:ecs:us-west-2:123456789012:cluster/prod', service: 'web' };
const at = (region: string): Links => {
  const links = linksFor({ ...place, region });
  if (links === undefined) throw new Error(`there is no console for ${region}`);
  return links;
};
const links = at('us-west-2');
const console = 'https://us-west-2.console.aws.amazon.com';
const group = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09';
const stream = { region: 'us-west-2', group: '/ecs/web', name: 'app/web/0f1e' };

describe('a link to the console', () => {
  it('leads to each thing on its own page', () => {
    expect(links.service).toBe(`${console}/ecs/v2/clusters/prod/services/web/health?region=us-west-2`);
    expect(links.deployments).toBe(`${console}/ecs/v2/clusters/prod/services/web/deployments?region=us-west-2`);
    expect(links.task('0f1e')).toBe(`${console}/ecs/v2/clusters/prod/tasks/0f1e/configuration?region=us-west-2`);
    expect(links.revision('web:42')).toBe(`${console}/ecs/v2/task-definitions/web/42/containers?region=us-west-2`);
    expect(links.targetGroup(group)).toBe(
      `${console}/ec2/home?region=us-west-2#TargetGroup:targetGroupArn=${encodeURIComponent(group)}`,
    );
    expect(links.alarm('web 5xx')).toBe(`${console}/cloudwatch/home?region=us-west-2#alarmsV2:alarm/web%205xx`);
  });

  it('has the names of log group and stream encoded twice, as that page wants them', () => {
    expect(links.log({ ...stream, name: 'app/web/[$LATEST]' })).toBe(
      `${console}/cloudwatch/home?region=us-west-2#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events/app$252Fweb$252F$255B$2524LATEST$255D`,
    );
    expect(links.log({ ...stream, region: 'eu-west-1' })).toMatch(
      /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#/,
    );
  });

  it('is of the partition, and of no host but the console', () => {
    expect(at('cn-north-1').alarm('x')).toMatch(/^https:\/\/cn-north-1\.console\.amazonaws\.cn\/cloudwatch/);
    expect(at('us-gov-west-1').service).toMatch(/^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\/ecs/);
    expect(linksFor({ ...place, region: 'us-iso-east-1' })).toBeUndefined();
    expect(linksFor({ ...place, region: 'evil.example/x' })).toBeUndefined();
    expect(links.log({ ...stream, region: 'evil.example/x' })).toMatch(
      /^https:\/\/us-west-2\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=evil\.example%2Fx#/,
    );
  });

  it('cannot be broken out of', () => {
    const text = ')](javascript:x) "|\n#\ud800';
    for (const url of [
      links.task(text),
      links.alarm(text),
      links.targetGroup(text),
      links.log({ ...stream, name: text }),
    ])
      expect(url).not.toMatch(/[()|\s"[\]]/);
  });

  it('is one for a failure: to what says most', () => {
    const log: Evidence = { kind: 'log', container: 'web', task: '0f1e', stream, lines: ['x'] };
    const task: Evidence = { kind: 'task', task: '0f1e', status: 'STOPPED', containers: [] };
    const target: Evidence = { kind: 'target', targetGroup: group, target: '10.0.0.1:80', state: 'unhealthy' };
    const quiet: Evidence = { kind: 'alarm', alarm: 'quiet', state: 'ok' };
    const ringing: Evidence = { kind: 'alarm', alarm: 'errors', state: 'in-alarm' };
    expect(linkFor([task, log], links)).toBe(links.log(stream));
    expect(linkFor([task], links)).toBe(links.task('0f1e'));
    expect(linkFor([target], links)).toBe(links.targetGroup(group));
    expect(linkFor([quiet, ringing], links)).toBe(links.alarm('errors'));
    expect(linkFor([], links)).toBe(links.service);
  });

  it('makes a link even of half a character', () => {
    const found = linksFor({ region: 'us-west-2', cluster: 'production', service: '\ud800' });
    expect(found?.service).toContain('/services/%EF%BF%BD/health');
  });
});
