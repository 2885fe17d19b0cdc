import type { Parsed } from './parsed.ts';

/** A duration in milliseconds. */
export type Duration = number;

export const second: Duration = 1000;
export const minute: Duration = 60 * second;

const unit = { s: second, m: minute, h: 60 * minute };

/** Parses `15` (seconds), `90s`, `5m` or `1h`; returns `undefined` for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const [, amount, name = 's'] = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * unit[name as keyof typeof unit]);
}

const longest: Duration = 24 * 60 * minute;

/** A duration that a person has written, of at most a day, or what is wrong with it; `zero`: whether it may be 0. */
export function readDuration(text: string, { zero }: { readonly zero: boolean }): Parsed<Duration> {
  const value = parseDuration(text);
  if (value === undefined)
    return { wrong: 'is not a duration; use seconds (15) or a number with s, m or h, such as 90s, 5m or 1h' };
  if (value <= longest && (value > 0 || zero)) return { value };
  return { wrong: `must be ${zero ? 'from 0' : 'more than 0'} and at most 24h` };
}

/** Formats a duration, as in `0.4s`, `12s`, `3m 05s`, `1h 02m`. */
export function showDuration(duration: Duration): string {
  if (duration < 0) return `-${showDuration(-duration)}`;
  if (duration > 0 && duration < second) return `${(Math.ceil(duration / 100) / 10).toFixed(1)}s`;
  const seconds = Math.round(duration / second);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m ${two(seconds % 60)}s`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

const two = (n: number): string => String(n).padStart(2, '0');
