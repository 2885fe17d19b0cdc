import type { Problem } from '../model/problem.ts';
import type { Path } from '../task-definition/path.ts';
import { type Document, follow, writtenPath } from './document.ts';
import type { ContextFile } from './file.ts';
import { type Fault, type Substitution, sourceOffset } from './substitute.ts';

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

/** A problem of the text as such: its line and column are all there is to find it by. */
export function problemAt(file: ContextFile, { offset, what }: Fault): Problem {
  const { line, column } = positionOf(file.text, undefined, offset);
  return { where: `${file.shown}:${line}:${column}`, what, at: { file: file.path, line, column } };
}

/** A problem of something that has a path; what is missing is told at the object that should have it. */
export function problemIn(file: ContextFile, document: Document, path: Path, what: string, offset?: number): Problem {
  const { node, key, found } = follow(document.root, path);
  // The key is what the eye looks for: a value may be lines long.
  const from = offset ?? (found ? (key ?? node) : node).offset;
  const at = { file: file.path, ...positionOf(file.text, document.substitution, from) };
  const place = `${file.shown}:${at.line}:${at.column}`;
  return { where: path.length === 0 ? place : `${place} ${writtenPath(document, path)}`, what, at };
}
