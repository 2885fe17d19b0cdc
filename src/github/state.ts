import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import { phases, type Undo } from '../model/undos.ts';
import { saveState } from './runner.ts';

/** What the main phase has begun to tell people on GitHub, and not ended. */
export interface LeftStatus {
  readonly command: string;
  readonly place: Place;
  /** By which the deployment is known, when its id is not. */
  readonly key: string;
  /** GitHub was asked for a deployment. */
  readonly asked: boolean;
  readonly deployment?: number;
}

/** What the main phase has left for `post`. */
export interface LeftState {
  readonly journal: readonly Undo[];
  /** The service was being changed, whatever is in the journal by now. */
  readonly touched: boolean;
  readonly reportPath?: string;
  readonly status?: LeftStatus;
  readonly main: 'began' | undefined;
  /** What of the journal could not be read, and what to do then. */
  readonly complaint?: string;
}

/** Tells `post` that the main phase has begun to change things. */
export function markBegun(): void {
  saveState('main', 'began');
}

/** Tells `post` where the report is. */
export function saveReportPath(path: string): void {
  saveState('report', path);
}

/** Tells `post` what people on GitHub are still to be told; nothing, when they have been told how it ended. */
export function saveStatus(left: LeftStatus | undefined): void {
  saveState('team', left === undefined ? '' : JSON.stringify(left));
}

/** Reads what the main phase has left; `undefined` when it has left nothing. */
export function readLeftState(environment: Environment): LeftState | undefined {
  const { STATE_journal: text, STATE_report: reportPath, STATE_main: main } = environment;
  if (!text && !reportPath && !main) return undefined;
  const status = readTeamLeft(environment.STATE_team ?? '');
  return {
    ...(text ? readJournal(text) : { journal: [] }),
    touched: environment.STATE_touched === 'true',
    ...(reportPath ? { reportPath } : {}),
    ...defined({ status }),
    main: main === 'began' ? 'began' : undefined,
  };
}

function readTeamLeft(text: string): LeftStatus | undefined {
  const [left] = parseList(`[${text}]`) ?? [];
  if (!hasTexts(left, 'command', 'key') || !isFields(left)) return undefined;
  return hasTexts(left.place, 'region', 'cluster', 'service') ? (left as unknown as LeftStatus) : undefined;
}

/** What can be put back is put back, whatever else there is. */
function readJournal(text: string): Pick<LeftState, 'journal' | 'complaint'> {
  const found = parseList(text);
  const journal = (found ?? []).filter(isUndo);
  if (found?.length === journal.length) return { journal };
  const what = found === undefined ? 'it is not a list' : `entries that are no undo: ${found.length - journal.length}`;
  const complaint = `The journal of the main phase cannot be read (${what}). Look by hand for a canary task in the cluster, for its targets in the target groups, and at what the service runs.`;
  return { journal, complaint };
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const hasTexts = (value: unknown, ...names: readonly string[]): boolean =>
  isFields(value) && names.every((name) => typeof value[name] === 'string');

const hasNumber = (value: unknown, name: string): boolean => isFields(value) && typeof value[name] === 'number';
const isPlace = (value: unknown): boolean => hasTexts(value, 'region', 'cluster', 'service');

/** What each kind cannot be put back without. */
const complete: Readonly<Record<Undo['kind'], (undo: Fields) => boolean>> = {
  'stop-tasks': (undo) => hasTexts(undo, 'cluster', 'startedBy', 'run') && Array.isArray(undo.tasks ?? []),
  'deregister-targets': ({ targets }) =>
    Array.isArray(targets) && targets.every((target) => hasTexts(target, 'targetGroup', 'id')),
  'restore-service': ({ ours, restore }) => hasTexts({ ours }, 'ours') && hasTexts(restore, 'to', 'before'),
  'delete-service': ({ whose }) =>
    // Without a moment any service of the name would be taken for the one that is meant.
    hasTexts(whose, 'revision') && (hasNumber(whose, 'asked') || hasNumber(whose, 'at')),
  'deregister-revision': (undo) => hasTexts(undo, 'family', 'containers') && hasNumber(undo, 'since'),
  'restore-count': (undo) => hasNumber(undo, 'count'),
  'recall-service': () => true,
};

function isUndo(item: unknown): item is Undo {
  if (!isFields(item) || !hasTexts(item, 'title', 'byHand') || !isPlace(item.place)) return false;
  if (item.changed !== 'service' && item.changed !== 'other') return false;
  if (!(phases as readonly unknown[]).includes(item.phase)) return false;
  const { kind, when } = item;
  if (when !== 'always' && when !== 'on-failure') return false;
  return typeof kind === 'string' && Object.hasOwn(complete, kind) && complete[kind as Undo['kind']](item);
}
