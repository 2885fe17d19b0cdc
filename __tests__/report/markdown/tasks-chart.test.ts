import { describe, expect, it } from 'vitest';
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

  it('is not there when the service was never updated', async () => {
    const { report } = await stage(shop('fargate', 1, { tag: 'crash' })).rollout();
    expect(renderTasksChart(report)).toBe('');
  });
});
