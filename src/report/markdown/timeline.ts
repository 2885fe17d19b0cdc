import { type Duration, second } from '../../model/duration.ts';
import { isGood } from '../../model/outcome.ts';
import type { Report } from '../../model/report.ts';
import { mermaidLabel } from '../escape.ts';

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
  const bars = new Map<string, Bar>();
  const section = isGood(outcome) ? 'Clean-up' : 'Undo';
  for (const event of events) {
    if (event.kind !== 'undo') continue;
    const key = `${event.undo.title} ${event.undo.byHand}`;
    const from = (event.is === 'begun' ? undefined : bars.get(key)?.from) ?? event.at;
    const tag = event.is === 'failed' ? 'crit' : event.is === 'begun' ? 'active' : 'done';
    bars.set(key, { section, title: event.undo.title, tag, from, took: event.at - from });
  }
  return [...bars.values()];
}
