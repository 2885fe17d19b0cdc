import type { Change, Hidden, Origin } from '../../model/change.ts';
import { redacted } from '../../model/redact.ts';
import { clip } from '../escape.ts';
import { list } from '../texts.ts';
import { type Cell, nameCell, type Table } from './table.ts';

/** The changes of one container, of the task, or of the service. */
export interface ChangeGroup {
  /** `container web`, `task`, `service`. */
  readonly subject: string;
  /** The name of the container, if it is one. */
  readonly container?: string;
  readonly changes: readonly Change[];
}

/** The changes by container, task and service, in the order of their first change. */
export function groupsOf(changes: readonly Change[]): readonly ChangeGroup[] {
  const groups = Map.groupBy(changes, ({ subject }) =>
    'name' in subject ? `container ${subject.name}` : subject.kind,
  );
  return [...groups].map(([subject, mine]) => {
    const of = mine[0]?.subject;
    return { subject, changes: mine, ...(of?.kind === 'container' ? { container: of.name } : {}) };
  });
}

/** A table of changes, with as many as the page has room for. */
export function changeTable({ changes }: Pick<ChangeGroup, 'changes'>, most: number): Table {
  const rows = changes.slice(0, most).map((change) => {
    const now = change.kind === 'removed' ? 'removed' : valueCell(change.after);
    return [...valueCells(change, now), formatSource(change)];
  });
  return { columns: ['', 'Now', 'New', 'From'], rows };
}

/** What differs between the live service and service.json. */
export function driftTable(drift: readonly Change[]): Table {
  const rows = drift.map((change) => valueCells(change, valueCell(change.after)));
  return { columns: ['', 'Live', 'service.json'], rows };
}

function valueCells(change: Change, after: Cell): readonly Cell[] {
  const hidden = formatHidden(change);
  return [nameCell(labelOf(change)), hidden === undefined ? valueCell(change.before) : '', hidden ?? after];
}

const valueCell = (value: unknown): Cell => (value === undefined ? '' : nameCell(formatValue(value)));

/** A change on one line: `image: web:1 -> web:2 [input image-tag]`. */
export function changeLine(change: Change): string {
  const { kind, before, after } = change;
  const [old, now, source] = [formatValue(before), formatValue(after), formatSource(change)];
  const shown = { added: `${now} (added)`, removed: `removed (it is ${old})`, changed: `${old} -> ${now}` };
  return `${labelOf(change)}: ${formatHidden(change) ?? shown[kind]}${source === '' ? '' : ` [${source}]`}`;
}

/** A difference from service.json on one line. */
export function driftLine(change: Change): string {
  const { before, after } = change;
  const shown = formatHidden(change) ?? `${formatValue(before)} live, ${formatValue(after)} in the file`;
  return `${labelOf(change)}: ${shown}`;
}

/** The value of a change as text, or `nothing`. */
function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return clip(typeof value === 'string' ? value : JSON.stringify(value), 300);
}

/** The name of a value within its container, task or service: `image`, `environment LOG_LEVEL`. */
function labelOf({ what, subject }: Change): string {
  if (subject.kind === 'service') return what.replace(/^service: /, '');
  const path = subject.kind === 'container' ? what.replace(/^containerDefinitions\[[^\]]*\]\.?/, '') : what;
  return path.replace(/^(environment|secrets)\[(.*?)\](?:\.valueFrom)?$/, '$1 $2').replace(/^tags\[(.*)\]$/, 'tag $1');
}

const reasons: Readonly<Record<Hidden, string>> = {
  substituted: 'it comes from the environment or an input',
  secret: 'it looks like a secret',
  unknown: 'it may have come from an environment',
};

/** What stands in place of values that are not shown at all: `changed, not shown: it looks like a secret`. */
function formatHidden({ kind, before, after, hidden }: Change): string | undefined {
  const shown = [before, after].some((value) => value !== undefined && value !== redacted);
  return hidden === undefined || shown ? undefined : `${kind}, not shown: ${reasons[hidden]}`;
}

/** The origin of a value: `input image-tag`, `${IMAGE} in task-definition.json`. */
function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return origin.variables === undefined ? origin.file : `${origin.variables.join(', ')} in ${origin.file}`;
    case 'input':
      return `input${origin.inputs.length === 1 ? '' : 's'} ${origin.inputs.join(', ')}`;
    case 'revision':
      return origin.revision;
    default:
      return origin satisfies never;
  }
}

/** Where a change comes from, and which earlier change it reverts. */
function formatSource({ from, reverts }: Change): string {
  const reverted = reverts === undefined ? '' : `reverts what ${reverts} changed`;
  return list([from === undefined ? '' : formatOrigin(from), reverted], '; ');
}
