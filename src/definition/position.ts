import { type Substitution, sourceOffset } from './substitute.ts';

/** Line and column, from 1, of an offset in a text; with a substitution the offset is one of the substituted text. */
export function positionOf(
  text: string,
  substitution: Substitution | undefined,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, substitution === undefined ? offset : sourceOffset(substitution, offset));
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
