import { type Duration, minute, second, showDuration } from '../../model/duration.ts';
import type { Report } from '../../model/report.ts';
import { clip, html } from '../escape.ts';
import { clockTime, count } from '../texts.ts';
import { type Moment, type Timeline, timelineOf } from './lanes.ts';
import type { Lane, Mark } from './marks.ts';
import { fitting, folded } from './text.ts';

/** More bytes of marks than these make the page slow. */
const mostBytes = 600_000;

/** The timeline of a run, drawn to scale without a script; nothing if there is nothing to draw. */
export function renderLanes(report: Report): string {
  const drawn = timelineOf(report);
  if (drawn === undefined) return '';
  // Space at both ends, so that marks there are visible.
  const room = (drawn.to - drawn.from) / 100;
  const view = { begin: drawn.from, from: drawn.from - room / 2, to: drawn.to + 2 * room };
  const { lanes, dropped } = thin(drawn);
  const left = dropped === 0 ? '' : `<p class="cut">${count(dropped, 'mark')} that do not fit are left out.</p>`;
  return `${controls}<div class="chart" id="chart" tabindex="0" role="region" aria-label="Timeline to scale. Every mark of it is a row of the table of all events." data-begin="${view.begin}" data-from="${view.from}" data-to="${view.to}" data-end="${drawn.to}"><div class="plane"><div class="axis"><div class="name"></div></div>${grid(view, drawn.moments)}${groups(lanes, view)}</div></div>${legend}${left}${answers(drawn)}`;
}

interface View {
  readonly begin: number;
  readonly from: number;
  readonly to: number;
}

const controls = `<div class="bar live"><div role="group" aria-label="Zoom"><button type="button" id="zoom-in" aria-label="Zoom in">+</button><button type="button" id="zoom-out" aria-label="Zoom out">−</button><button type="button" id="fit">Fit</button></div><output id="span" aria-live="polite"></output><p class="hint">Drag to move, <kbd>Ctrl</kbd> + wheel or double-click to zoom. In focus: wheel, <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> and arrows.</p></div>`;

const tones = [
  ['act', 'changes something'],
  ['wait', 'waits'],
  ['pass', 'passes'],
  ['fail', 'fails'],
  ['undo', 'cleans up or undoes'],
] as const;
const legend = `<p class="legend">${tones.map(([tone, meaning]) => `<span><i class="key ${tone}"></i>${meaning}</span>`).join('')}</p>`;

/** A percentage of the width, precise enough for the greatest zoom. */
const at = (time: number, { from, to }: View): string => {
  const percent = Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
  return `${Number(percent.toFixed(4))}%`;
};

const steps: readonly Duration[] = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600,
].map((seconds) => seconds * second);

/** The axis before zooming: elapsed time above, UTC below. */
function grid(view: View, moments: readonly Moment[]): string {
  const length = view.to - view.begin;
  const step = steps.find((one) => length / one <= 8) ?? Math.ceil(length / 8 / (60 * minute)) * 60 * minute;
  const ticks = Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => {
    const time = view.begin + i * step;
    // A label at the end would be cut off.
    const label = (time - view.from) / (view.to - view.from) > 0.94 ? '' : tickLabel(i * step, time);
    return `<div class="tick" style="left:${at(time, view)}">${label}</div>`;
  });
  const flags = moments.map(({ at: time, label, tone }, i) => {
    const late = (time - view.from) / (view.to - view.from) > 0.85 ? ' late' : '';
    return `<div class="flag ${tone} row${i % 2}${late}" style="left:${at(time, view)}"><span>${html(label)}</span></div>`;
  });
  return `<div class="grid" aria-hidden="true"><div id="ticks">${ticks.join('')}</div>${flags.join('')}</div>`;
}

const tickLabel = (after: Duration, time: number): string =>
  `<b>+${showDuration(after)}</b><span>${clockTime(time)}</span>`;

function groups(lanes: readonly Lane[], view: View): string {
  const grouped = Map.groupBy(lanes, ({ group }) => group);
  const rendered = [...grouped].map(
    ([group, mine]) =>
      `<div class="group" role="group" aria-label="${html(group)}"><div class="title"><span>${html(group)}</span></div>${mine.map((lane) => laneRow(lane, view)).join('')}</div>`,
  );
  return rendered.join('');
}

function laneRow({ name, end, tone = 'plain', as, marks }: Lane, view: View): string {
  const shown = clip(name, 120);
  const ended = end === undefined ? '' : `<span class="end ${tone}">${html(clip(end, 40))}</span>`;
  const inside = marks.map((mark) => (as === 'ticks' ? tick(mark, view) : bar(mark, view, as)));
  return `<div class="lane"><div class="name" title="${html(shown)}"><span>${html(shown)}</span>${ended}</div><div class="track ${as}">${inside.join('')}</div></div>`;
}

const width = ({ from, to }: Mark, view: View): string =>
  to > from ? `;width:${Number((((to - from) / (view.to - view.from)) * 100).toFixed(4))}%` : '';

const bar = (mark: Mark, view: View, as: Lane['as']): string =>
  `<a class="${as === 'dots' ? 'dot' : 'span'} ${mark.tone}${mark.to > mark.from ? '' : ' now'}" href="#e${mark.event}" style="left:${at(mark.from, view)}${width(mark, view)}"><span>${html(clip(mark.label, 100))}</span></a>`;

/** A successful call has no more to read than its row, so the Tab key skips it. */
const tick = (mark: Mark, view: View): string =>
  mark.tone === 'plain'
    ? `<i style="left:${at(mark.from, view)}${width(mark, view)}" data-e="${mark.event}"></i>`
    : bar(mark, view, 'ticks');

/** As many marks as fit; the least important go first, and of those the oldest. */
function thin({ lanes }: Timeline): { readonly lanes: readonly Lane[]; readonly dropped: number } {
  const size = (mark: Mark): number => (mark.tone === 'plain' ? 80 : 130) + Math.min(100, mark.label.length);
  const ranks = { plain: 0, wait: 1, pass: 2, act: 3, undo: 3, fail: 4 };
  const marks = lanes.flatMap(({ marks }) => marks);
  const { kept, dropped } = fitting(marks, size, ({ tone }) => ranks[tone], mostBytes);
  const keep = new Set(kept);
  return dropped === 0
    ? { lanes, dropped }
    : { lanes: lanes.map((lane) => ({ ...lane, marks: lane.marks.filter((mark) => keep.has(mark)) })), dropped };
}

/** More verdicts of one gate are only in the table of all events. */
const mostAnswers = 200;

/** The verdicts of each gate as text, for readers who cannot see the bars or want to read all of them. */
function answers({ lanes, from }: Timeline): string {
  const gates = lanes.filter(({ group }) => group === 'Checks');
  const lists = gates.map(({ name, end = '', tone = 'plain', marks }) => {
    const shown = marks.slice(-mostAnswers);
    const rows = shown.map(
      ({ from: since, to, tone: is, label, event }) =>
        `<li><a href="#e${event}">+${showDuration(since - from)}</a> <b class="${is}">${is}</b>${to > since ? ` for ${showDuration(to - since)}` : ''}: ${html(clip(label, 600))}</li>`,
    );
    const cut = marks.length > shown.length ? `<p class="cut">The last ${shown.length} of ${marks.length}.</p>` : '';
    return folded(
      `<code>${html(name)}</code> <b class="${tone}">${end}</b> (${count(marks.length, 'answer')})`,
      `${cut}<ol class="answers">${rows.join('')}</ol>`,
    );
  });
  return lists.length === 0 ? '' : `<h3>Verdicts of each check</h3>${lists.join('')}`;
}
