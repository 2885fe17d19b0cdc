import { type Duration, second } from '../../model/duration.ts';
import { isGood } from '../../model/outcome.ts';
import type { Report } from '../../model/report.ts';
import { mermaidLabel } from '../escape.ts';
import { undoEvents } from '../tables/events.ts';

interface Bar {
  readonly section: string;
  readonly title: string;
  readonly tag: 'done' | 'crit' | 'active';
  readonly from: number;
  readonly took: Duration;
}

/** A chart with more rows is hard to read; the shortest steps are left out. */
const mostBars = 40;
const sections = ['Changes', 'Checks', 'Clean-up', 'Undo'];

/** The steps and undos of a run as a Mermaid gantt chart; empty with fewer than two of them. */
export function renderTimeline(report: Report): string {
  const bars = longest([...stepBars(report), ...undoBars(report)]);
  if (bars.length < 2) return '';
  const lines = sections.flatMap((section) => {
    const mine = bars.filter((bar) => bar.section === section);
    return mine.length === 0 ? [] : [`  section ${section}`, ...mine.map(barLine)];
  });
  // Times of day, not since the start: the axis is in the reader's time zone, whose offset may include half an hour.
  return ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...lines, '```'].join('\n');
}

function barLine({ title, tag, from, took }: Bar): string {
  return `  ${mermaidLabel(title)} :${tag}, ${Math.round(from)}, ${Math.max(1, Math.round(took / second))}s`;
}

function longest(bars: readonly Bar[]): readonly Bar[] {
  if (bars.length <= mostBars) return bars;
  const kept = new Set([...bars].sort((a, b) => b.took - a.took).slice(0, mostBars));
  return bars.filter((bar) => kept.has(bar));
}

function stepBars({ phases, finishedAt }: Report): readonly Bar[] {
  return phases.flatMap(({ title, kind, is, startedAt, took }) => {
    if (startedAt === undefined || kind === 'retire') return [];
    const section = kind === 'check' || kind === 'bake' ? 'Checks' : 'Changes';
    const tag = is === 'done' ? 'done' : is === 'begun' ? 'active' : 'crit';
    return [{ section, title, tag, from: startedAt, took: took ?? finishedAt - startedAt }];
  });
}

/** Each undo from `begun` to its last event. */
function undoBars({ events, outcome }: Report): readonly Bar[] {
  const section = isGood(outcome) ? 'Clean-up' : 'Undo';
  return undoEvents(events).flatMap((mine): readonly Bar[] => {
    const [from, last] = [mine.findLast(({ is }) => is === 'begun') ?? mine[0], mine.at(-1)];
    if (from === undefined || last === undefined) return [];
    const tag = last.is === 'failed' ? 'crit' : last.is === 'begun' ? 'active' : 'done';
    return [{ section, title: last.undo.title, tag, from: from.at, took: last.at - from.at }];
  });
}
