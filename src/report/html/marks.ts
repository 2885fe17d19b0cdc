import type { TimedEvent } from '../../model/event.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Tone } from '../tables/events.ts';

/** A bar on the timeline, or a moment if `from` equals `to`. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  readonly label: string;
  /** The id of the event with the details. */
  readonly event: number;
}

/** The marks of one thing, in the order of time. */
export interface Lane {
  readonly group: string;
  readonly name: string;
  /** The last state, in a word. */
  readonly end?: string;
  readonly tone?: Tone;
  /** `ticks` are many: only those with more to say become links. */
  readonly as: 'bars' | 'dots' | 'ticks';
  readonly marks: readonly Mark[];
}

type Kind = TimedEvent['kind'];

/** An event with its index in the report, which is its id in the page. */
export type Numbered<K extends Kind = Kind> = Extract<TimedEvent, { kind: K }> & { readonly id: number };

/** Numbers the events. */
export function numbered(events: readonly TimedEvent[]): readonly Numbered[] {
  return events.map((event, id) => ({ ...event, id }));
}

/** The events of one kind. */
export function only<K extends Kind>(events: readonly Numbered[], kind: K): readonly Numbered<K>[] {
  return events.filter((event): event is Numbered<K> => event.kind === kind);
}

/** When an event happened in AWS, or when it was reported if that is not known. */
export function momentOf(event: TimedEvent): number {
  return event.kind === 'service-event' && event.happened > 0 ? event.happened : event.at;
}

/** Too little to judge by looks like waiting. */
export const toneOf = ({ is }: Pick<Verdict, 'is'>): Tone => (is === 'inconclusive' ? 'wait' : is);
