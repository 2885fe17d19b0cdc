import { invalidParameter } from './aws-failure.ts';
import { texts } from './json.ts';

/** Reads the references of an ECS Describe call: at least one, and at most its limit. */
export function references(value: unknown, what: string, most: number): readonly string[] {
  const named = texts(value);
  if (named.length === 0) throw invalidParameter(`${what} cannot be empty.`);
  if (named.length > most) throw invalidParameter(`${what} can have at most ${most} items.`);
  return named;
}
