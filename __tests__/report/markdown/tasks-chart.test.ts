import { describe, expect, it } from 'vitest';
import { second } from '../../../src/model/duration.ts';
import type { Report } from '../../../src/model/report.ts';
import { renderTasksChart } from '../../../src/report/markdown/tasks-chart.ts';
import { shop, stage } from '../../commands/stage.ts';

const numbers = (line: string): readonly number[] => (line.match(/\d+/g) ?? []).map(Number);

describe('the chart of the tasks', () => {
  it('shows the new version rise and the one before fall', async () => {
    const { report } = await stage(shop()).rollout();
    const chart = renderTasksChart(report);
    const [rises = '', falls = ''] = chart.split('\n').filter((line) => line.startsWith('  line'));
    expect([numbers(rises)[0], numbers(rises).at(-1)]).toEqual([0, 2]);
    expect([numbers(falls)[0], numbers(falls).at(-1)]).toEqual([2, 0]);
    expect(numbers(rises).length).toBeLessThanOrEqual(40);
    expect(chart).toMatch(/x-axis "minutes since the service was updated" 0 --> \d/);
  });

  it('counts whole tasks: the axis of a few has its end in its title, that of many has numbers', () => {
    const chart = (desired: number) =>
      renderTasksChart({
        events: [0, 1, 2].map((at) => ({ kind: 'tasks', at: at * second, ours: at, others: 2, desired })),
        finishedAt: 3 * second,
      } as unknown as Report);
    expect(chart(2)).toContain('y-axis "0 to 2 tasks" 0 --> 2');
    expect(chart(2)).toContain('"yAxis":{"showLabel":false,"showTick":false}');
    expect(chart(7)).toContain('y-axis "0 to 7 tasks" 0 --> 7');
    expect(chart(8)).toContain('y-axis "tasks" 0 --> 8');
    expect(chart(8)).not.toContain('yAxis');
  });

  it('is not there when the service was never updated', async () => {
    const { report } = await stage(shop('fargate', 1, { tag: 'crash' })).rollout();
    expect(renderTasksChart(report)).toBe('');
  });
});
