import type { Problem } from '../model/problem.ts';
import type { Path } from '../task-definition/path.ts';
import { type Document, follow, writtenPath } from './document.ts';
import type { ContextFile } from './file.ts';
import { type Fault, type Substitution, sourceOffset } from './substitute.ts';

/** Returns line and column, from 1, of an offset in a text. With a substitution, the offset refers to the substituted text. */
export function positionOf(
  text: string,
  substitution: Substitution | undefined,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, substitution === undefined ? offset : sourceOffset(substitution, offset));
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Creates a problem of the text itself, located by line and column. */
export function problemAt(file: ContextFile, { offset, what }: Fault): Problem {
  const { line, column } = positionOf(file.text, undefined, offset);
  return { where: `${file.shown}:${line}:${column}`, what, at: { file: file.path, line, column } };
}

/** Creates a problem of a value with a path. A missing member is located at the object that should contain it. */
export function problemIn(file: ContextFile, document: Document, path: Path, what: string, offset?: number): Problem {
  const { node, key, found } = follow(document.root, path);
  // Point to the key: the value can span many lines.
  const from = offset ?? (found ? (key ?? node) : node).offset;
  const at = { file: file.path, ...positionOf(file.text, document.substitution, from) };
  const place = `${file.shown}:${at.line}:${at.column}`;
  return { where: path.length === 0 ? place : `${place} ${writtenPath(document, path)}`, what, at };
}
