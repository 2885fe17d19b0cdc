import type { Change, Hidden, Origin, Subject } from '../model/change.ts';
import { redacted } from '../model/redact.ts';
import { formatValue } from './messages.ts';

/** The changes of one container, of the task, or of the service. */
export interface Group {
  readonly subject: Subject;
  readonly changes: readonly Change[];
}

/** The changes by what they belong to, in the order in which they come. */
export function groupsOf(changes: readonly Change[]): readonly Group[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = formatSubject(change.subject);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [change]);
    else known.push(change);
  }
  return [...groups.values()].flatMap((mine) =>
    mine[0] === undefined ? [] : [{ subject: mine[0].subject, changes: mine }],
  );
}

/** `container web`, `task`, `service`. */
export function formatSubject(subject: Subject): string {
  return subject.kind === 'container' ? `container ${subject.name}` : subject.kind;
}

/** What a value is called within what it belongs to: `image`, `environment LOG_LEVEL`. */
export function labelOf({ what, subject }: Change): string {
  if (subject.kind === 'service') return what.replace(/^service: /, '');
  const path = subject.kind === 'container' ? what.replace(/^containerDefinitions\[[^\]]*\]\.?/, '') : what;
  return path.replace(/^(environment|secrets)\[(.*?)\](?:\.valueFrom)?$/, '$1 $2').replace(/^tags\[(.*)\]$/, 'tag $1');
}

const reasons: Readonly<Record<Hidden, string>> = {
  substituted: 'it comes from the environment or an input',
  secret: 'it looks like a secret',
  unknown: 'it may have come from an environment',
};

/** What to say in the place of values that are not shown at all: `changed, not shown: it looks like a secret`. */
export function formatHidden({ kind, before, after, hidden }: Change): string | undefined {
  const shown = [before, after].some((value) => value !== undefined && value !== redacted);
  return hidden === undefined || shown ? undefined : `${kind}, not shown: ${reasons[hidden]}`;
}

/** A change in words, less what it is called: `a -> b`. */
export function formatChange(change: Change): string {
  const { kind, before, after } = change;
  const hidden = formatHidden(change);
  if (hidden !== undefined) return hidden;
  if (kind === 'added') return `${formatValue(after)} (added)`;
  return kind === 'removed'
    ? `removed (it is ${formatValue(before)})`
    : `${formatValue(before)} -> ${formatValue(after)}`;
}

/** Where a value comes from: `input image-tag`, `${IMAGE} in task-definition.json`. */
export function formatOrigin(origin: Origin): string {
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

/** Where a change comes from, and what it takes back. */
export function formatSource({ from, takesBack }: Change): string {
  const back = takesBack === undefined ? '' : `takes back what ${takesBack} has changed`;
  return [from === undefined ? '' : formatOrigin(from), back].filter((text) => text !== '').join('; ');
}
