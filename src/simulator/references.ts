import { invalidParameter } from './aws-failure.ts';
import { texts } from './json.ts';

/** The things that a Describe call of ECS names: at least one, and at most as many as it takes. */
export function references(value: unknown, what: string, most: number): readonly string[] {
  const named = texts(value);
  if (named.length === 0) throw invalidParameter(`${what} cannot be empty.`);
  if (named.length > most) throw invalidParameter(`${what} can have at most ${most} items.`);
  return named;
}
