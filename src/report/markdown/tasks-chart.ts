import { type Duration, minute, second } from '../../model/duration.ts';
import type { TimedEvent } from '../../model/event.ts';
import type { Report } from '../../model/report.ts';

type Counted = Extract<TimedEvent, { kind: 'tasks' }>;

/** Mermaid divides every axis into about ten parts: from here on these are whole tasks. */
const wholeTasks = 8;

/**
 * A flat chart in colours that are visible on white and on black; Mermaid's default for the first line is not. The axis of
 * a few tasks has no numbers, because Mermaid would count 0.2 tasks: its title says where it ends.
 */
function look(highest: number): string {
  const yAxis = highest < wholeTasks ? { yAxis: { showLabel: false, showTick: false } } : {};
  const themeVariables = { xyChart: { plotColorPalette: '#2da44e, #8c959f' } };
  return `%%{init: ${JSON.stringify({ xyChart: { width: 800, height: 260, ...yAxis }, themeVariables })}}%%`;
}

/** The most points in a line: each is a number in the text of the chart. */
const most = 40;

/**
 * How the new version replaced the previous one, as a Mermaid xychart; empty without counts of tasks. Its lines have no
 * legend, so the sentence above says which is which.
 */
export function renderTasksChart({ events, finishedAt }: Report): string {
  const counts = events.filter((event): event is Counted => event.kind === 'tasks');
  const [first] = counts;
  if (first === undefined || counts.length < 3) return '';
  const took = finishedAt - first.at;
  const points = Math.min(most, Math.max(2, Math.ceil(took / second)));
  const moments = Array.from({ length: points }, (_, i) => first.at + (i * took) / (points - 1));
  const seen = moments.map((at) => counts.findLast((count) => count.at <= at) ?? first);
  const highest = Math.max(1, ...counts.flatMap(({ ours, others, desired }) => [ours, others, desired]));
  const { unit, name } = took > 5 * minute ? { unit: minute, name: 'minutes' } : { unit: second, name: 'seconds' };
  const line = (pick: (count: Counted) => number): string => `  line [${seen.map(pick).join(', ')}]`;
  return [
    'Running tasks: the new version in green, the previous version in grey.',
    '',
    '```mermaid',
    look(highest),
    'xychart-beta',
    `  x-axis "${name} since the service was updated" 0 --> ${inUnits(took, unit)}`,
    `  y-axis "${highest < wholeTasks ? `0 to ${highest} tasks` : 'tasks'}" 0 --> ${highest}`,
    line(({ ours }) => ours),
    line(({ others }) => others),
    '```',
  ].join('\n');
}

const inUnits = (took: Duration, unit: Duration): number => Math.max(1, Math.round((10 * took) / unit) / 10);
