import { createJournal, type Journal } from '../core/journal.ts';
import type { Undo } from '../core/plan.ts';
import type { Environment } from './input-kinds.ts';
import { saveState } from './runner.ts';

/** What the main phase has left for `post`. */
export interface LeftState {
  readonly journal: readonly Undo[];
  readonly reportPath?: string;
  readonly main: 'began' | undefined;
}

/** A journal that `post` can read even when this process was killed; outside GitHub it is in memory only. */
export function stateJournal(before: readonly Undo[] = []): Journal {
  return createJournal((pending) => saveState('journal', JSON.stringify(pending)), before);
}

/** Tells `post` that the main phase has begun to change things. */
export function markBegun(): void {
  saveState('main', 'began');
}

/** Tells `post` where the report is. */
export function saveReportPath(path: string): void {
  saveState('report', path);
}

/** Reads what the main phase has left; `undefined` when it has left nothing. Throws when the journal cannot be read. */
export function readLeftState(environment: Environment): LeftState | undefined {
  const { STATE_journal: text, STATE_report: reportPath, STATE_main: main } = environment;
  if (!text && !reportPath && !main) return undefined;
  return {
    journal: text ? parseJournal(text) : [],
    ...(reportPath ? { reportPath } : {}),
    main: main === 'began' ? 'began' : undefined,
  };
}

function parseJournal(text: string): readonly Undo[] {
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found) || !found.every(isUndo)) throw new TypeError('it is not a list of things to put back');
    return found;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `the journal of the main phase cannot be read (${why}); nothing was put back: look for canary tasks in the cluster by hand`,
      { cause },
    );
  }
}

const isUndo = (item: unknown): item is Undo =>
  typeof item === 'object' && item !== null && 'kind' in item && 'when' in item && 'title' in item;
