import type { TimedEvent } from '../../model/event.ts';
import type { Verdict } from '../../model/verdict.ts';

/** What a mark says at a glance. */
export type Tone = 'pass' | 'wait' | 'fail' | 'act' | 'undo' | 'plain';

/** Something on the timeline; where `from` is `to`, it is a moment. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  readonly label: string;
  /** The id of the event that says more. */
  readonly event: number;
}

/** Marks of one thing, in the order of time. */
export interface Lane {
  readonly group: string;
  readonly name: string;
  /** How it ended, in a word. */
  readonly end?: string;
  readonly tone?: Tone;
  /** Of `ticks` there are many: only those that say more than that there was one are marks of their own. */
  readonly as: 'bars' | 'dots' | 'ticks';
  readonly marks: readonly Mark[];
}

type Kind = TimedEvent['kind'];

/** An event with its place in the report, which is its id in the page. */
export type Numbered<K extends Kind = Kind> = Extract<TimedEvent, { kind: K }> & { readonly id: number };

/** Gives every event its id. */
export function numbered(events: readonly TimedEvent[]): readonly Numbered[] {
  return events.map((event, id) => ({ ...event, id }));
}

/** The events of one kind. */
export function only<K extends Kind>(events: readonly Numbered[], kind: K): readonly Numbered<K>[] {
  return events.filter((event): event is Numbered<K> => event.kind === kind);
}

/** When something happened in AWS; when it was heard of, where that is not known. */
export function momentOf({ happened, at }: { readonly happened: number; readonly at: number }): number {
  return happened > 0 ? happened : at;
}

/** Too little to judge by looks like waiting. */
export const toneOf = ({ is }: Pick<Verdict, 'is'>): Tone => (is === 'inconclusive' ? 'wait' : is);
