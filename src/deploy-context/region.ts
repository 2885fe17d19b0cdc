/** A part of JSON text: a string literal, a comment, or the text between those. */
export interface Region {
  readonly kind: 'plain' | 'string' | 'comment';
  readonly start: number;
  readonly text: string;
}

/** A string ends at its quote or, if that is missing, at the end of the line, as in the parser. */
const pieces = /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|[^"/]+|\//g;

/** Splits text, which may contain placeholders or syntax errors, into regions that cover it completely. */
export function* regions(text: string): Generator<Region> {
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    yield { kind: kindOf(piece), start: index, text: piece };
  }
}

function kindOf(piece: string): Region['kind'] {
  if (piece.startsWith('"')) return 'string';
  return piece.startsWith('//') || piece.startsWith('/*') ? 'comment' : 'plain';
}
