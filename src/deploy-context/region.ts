/** A stretch of JSON text that is one thing: a string literal, a comment, or what lies between those. */
export interface Region {
  readonly kind: 'plain' | 'string' | 'comment';
  readonly start: number;
  readonly text: string;
}

/** A string ends at its quote or, when that is missing, at the end of the line, as it does for the parser. */
const pieces = /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|[^"/]+|\//g;

/** Cuts text that may not be JSON yet (placeholders) or at all (mistakes) into regions; nothing is left out. */
export function* regions(text: string): Generator<Region> {
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    yield { kind: kindOf(piece), start: index, text: piece };
  }
}

function kindOf(piece: string): Region['kind'] {
  if (piece.startsWith('"')) return 'string';
  return piece.startsWith('//') || piece.startsWith('/*') ? 'comment' : 'plain';
}
