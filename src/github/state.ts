import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../model/environment.ts';
import { formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import type { SavedRun } from '../model/run-state.ts';
import { storable } from '../model/storable.ts';
import { inUnwindingOrder, phases, type Undo, waitsFor } from '../model/undos.ts';
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

/** One variable of 128 KiB keeps a process from starting on Linux, one of 32 KiB on Windows. */
const mostInVariable = 32 * 1024 - 512;

/** What is in the file, with the number of the save: of file and variable the later one counts. */
interface StateFile {
  readonly schema: 1;
  readonly saves: number;
  readonly runs: readonly SavedRun[];
}

/**
 * Saves the runs of this process for `post`: in a file in `directory`, where there is one, and what is to be undone in a
 * variable of the runner, as much of it as fits. A file that cannot be written is a warning: there is the variable.
 */
export function createStateSaver(
  directory?: string,
  warn: (message: string) => void = () => {},
): (runs: readonly SavedRun[]) => void {
  let [saves, journal, touched] = [0, '', false];
  let path = directory === undefined ? undefined : join(directory, `ecs-canary-rollout-state-${randomUUID()}.json`);
  return (runs) => {
    if (!process.env.GITHUB_STATE) return;
    saves++;
    if (path !== undefined) {
      try {
        if (saves === 1) saveState('state', path);
        writeWhole(path, { schema: 1, saves, runs: runs.map(storableRun) });
      } catch (error) {
        path = undefined;
        warn(
          `The state of the run could not be written to a file, and only a short form is kept: ${formatError(error)}`,
        );
      }
    }
    const pending = runs.flatMap((run) => run.journal);
    const text = JSON.stringify(pending);
    if (text !== journal) saveCut(pending, saves);
    journal = text;
    if (!touched && runs.some((run) => run.touched)) saveState('touched', 'true');
    touched ||= runs.some((run) => run.touched);
  };
}

const storableRun = ({ state, ...run }: SavedRun): SavedRun =>
  state === undefined ? run : { ...run, state: storable(state) };

/** Another process sees the file as it was before, or all of it. */
function writeWhole(path: string, file: StateFile): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** What is undone first is kept first; `post` verifies only what other undos wait for, so it needs no other gates. */
function saveCut(pending: readonly Undo[], saves: number): void {
  const short = (undo: Undo): Undo => (pending.some((other) => waitsFor(other, undo)) ? undo : withoutGates(undo));
  const kept = new Set<Undo>();
  let size = 2;
  for (const undo of inUnwindingOrder(pending)) {
    const more = Buffer.byteLength(JSON.stringify(short(undo))) + 1;
    if (size + more > mostInVariable) continue;
    kept.add(undo);
    size += more;
  }
  saveState('journal', JSON.stringify(pending.filter((undo) => kept.has(undo)).map(short)));
  saveState('cut', String(pending.length - kept.size));
  saveState('saves', String(saves));
}

const withoutGates = ({ verify: _, ...undo }: Undo): Undo => undo as Undo;

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
  const { STATE_journal: text, STATE_state: path, STATE_report: reportPath, STATE_main: main } = environment;
  if (!text && !path && !reportPath && !main) return undefined;
  const status = readTeamLeft(environment.STATE_team ?? '');
  const file = readStateFile(path, Number(environment.STATE_saves ?? 0));
  const touched = environment.STATE_touched === 'true' || file?.touched === true;
  return {
    ...(file === undefined ? readVariable(environment) : { journal: file.journal }),
    touched,
    ...(reportPath ? { reportPath } : {}),
    ...defined({ status }),
    main: main === 'began' ? 'began' : undefined,
  };
}

/** What the file says, unless it is older than the variable, or has anything in it that cannot be read. */
function readStateFile(path: string | undefined, saves: number): Pick<LeftState, 'journal' | 'touched'> | undefined {
  if (!path) return undefined;
  const [file] = parseList(`[${readText(path)}]`) ?? [];
  if (!isFields(file) || file.schema !== 1 || !Array.isArray(file.runs)) return undefined;
  if (typeof file.saves !== 'number' || file.saves < saves) return undefined;
  const runs: readonly unknown[] = file.runs;
  const journal = runs.flatMap((run) => (isFields(run) && Array.isArray(run.journal) ? run.journal : [undefined]));
  if (!journal.every(isUndo)) return undefined;
  return { journal, touched: runs.some((run) => isFields(run) && run.touched === true) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The journal as far as it did fit into a variable. */
function readVariable({ STATE_journal: text, STATE_cut: cut }: Environment): Pick<LeftState, 'journal' | 'complaint'> {
  const read = text ? readJournal(text) : { journal: [] };
  const missing = Number(cut ?? 0);
  if (read.complaint !== undefined || !(missing > 0)) return read;
  return { ...read, complaint: formatComplaint(`${missing} entries of it did not fit, and its file cannot be read`) };
}

function readTeamLeft(text: string): LeftStatus | undefined {
  const [left] = parseList(`[${text}]`) ?? [];
  if (!hasTexts(left, 'command', 'key') || !isFields(left)) return undefined;
  return hasTexts(left.place, 'region', 'cluster', 'service') ? (left as unknown as LeftStatus) : undefined;
}

/** Undos that can be read are run, whatever else is in the journal. */
function readJournal(text: string): Pick<LeftState, 'journal' | 'complaint'> {
  const found = parseList(text);
  const journal = (found ?? []).filter(isUndo);
  if (found?.length === journal.length) return { journal };
  const what =
    found === undefined ? 'it is not a list' : `entries that are not an undo: ${found.length - journal.length}`;
  return { journal, complaint: formatComplaint(what) };
}

const formatComplaint = (what: string): string =>
  `The journal of the main phase cannot be read (${what}). Check by hand for a canary task in the cluster and its targets in the target groups, and check what the service runs.`;

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

const isTraffic = (value: unknown): boolean =>
  isFields(value) &&
  hasNumber(value, 'settle') &&
  Array.isArray(value.groups) &&
  Array.isArray(value.routes) &&
  value.routes.every((route) => hasTexts(route, 'kind', 'arn', 'name') && Array.isArray((route as Fields).actions));

/** The members that each kind of undo needs. */
const complete: Readonly<Record<Undo['kind'], (undo: Fields) => boolean>> = {
  'stop-tasks': (undo) => hasTexts(undo, 'cluster', 'startedBy', 'run') && Array.isArray(undo.tasks ?? []),
  'deregister-targets': ({ targets }) =>
    Array.isArray(targets) && targets.every((target) => hasTexts(target, 'targetGroup', 'id')),
  'restore-service': ({ ours, restore }) => hasTexts({ ours }, 'ours') && hasTexts(restore, 'to', 'before'),
  'stop-service-deployment': ({ ours, restore }) => hasTexts({ ours }, 'ours') && hasTexts(restore, 'to'),
  'delete-service': ({ whose }) =>
    // Without a moment any service of the name would be taken for the one that is meant.
    hasTexts(whose, 'revision') && (hasNumber(whose, 'asked') || hasNumber(whose, 'at')),
  'deregister-revision': (undo) => hasTexts(undo, 'family', 'containers') && hasNumber(undo, 'since'),
  'restore-count': (undo) => hasNumber(undo, 'count'),
  'recall-service': () => true,
  'return-traffic': ({ traffic, weights }) => isTraffic(traffic) && (weights === 'any' || Array.isArray(weights)),
  'restore-routes': ({ traffic }) => isTraffic(traffic),
  'delete-target-groups': ({ groups }) => Array.isArray(groups),
  'resume-scale-in': ({ found }) => hasNumber(found, 'min') && hasNumber(found, 'max'),
  'delete-guard': ({ names }) => Array.isArray(names),
};

function isUndo(item: unknown): item is Undo {
  if (!isFields(item) || !hasTexts(item, 'title', 'byHand') || !isPlace(item.place)) return false;
  if (item.changed !== 'service' && item.changed !== 'traffic' && item.changed !== 'other') return false;
  if (!(phases as readonly unknown[]).includes(item.phase)) return false;
  if (!Array.isArray(item.needs ?? [])) return false;
  const { kind, when } = item;
  if (when !== 'always' && when !== 'on-failure') return false;
  return typeof kind === 'string' && Object.hasOwn(complete, kind) && complete[kind as Undo['kind']](item);
}
