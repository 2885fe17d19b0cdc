/** A value in the shorthand syntax of the AWS CLI; every leaf is a string. */
export type Shorthand = string | readonly Shorthand[] | { readonly [key: string]: Shorthand };

/** A syntax error in shorthand, with its offset. */
export class ShorthandError extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.name = 'ShorthandError';
    this.offset = offset;
  }
}

/** More levels than any parameter of the CLI has. */
const deepest = 20;

/**
 * Reads the shorthand syntax of the AWS CLI, `key={list=[a,b],other=c}`, as its user guide ("Using shorthand syntax")
 * describes it; spaces and line breaks between the parts are ignored.
 */
export function readShorthand(text: string): Shorthand {
  let at = 0;
  const blank = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const refuse = (what: string): never => {
    throw new ShorthandError(what, at);
  };
  const take = (character: string): boolean => {
    blank();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const need = (character: string): void => {
    if (!take(character))
      refuse(at >= text.length ? `ends where a ${character} is expected` : `needs a ${character} here`);
  };
  const plain = (stops: RegExp, what: string): string => {
    blank();
    const quote = text[at];
    if (quote === '"' || quote === "'") return quoted(quote);
    const from = at;
    while (at < text.length && !stops.test(text[at] ?? '')) at++;
    return text.slice(from, at).trim() || refuse(`needs ${what} here`);
  };
  const quoted = (quote: string): string => {
    const end = text.indexOf(quote, at + 1);
    if (end === -1) refuse(`has a ${quote} that is not closed`);
    const value = text.slice(at + 1, end);
    at = end + 1;
    return value;
  };
  const items = <T>(close: string, item: () => T): T[] => {
    const found: T[] = [];
    if (take(close)) return found;
    do found.push(item());
    while (take(','));
    need(close);
    return found;
  };
  const value = (depth: number): Shorthand => {
    if (depth > deepest) refuse(`is nested more than ${deepest} levels deep here`);
    if (take('{')) return Object.fromEntries(items('}', () => pair(depth + 1)));
    if (take('[')) return items(']', () => value(depth + 1));
    return plain(/[,[\]{}]/, 'a value');
  };
  const pair = (depth: number): readonly [string, Shorthand] => {
    const key = plain(/[=,[\]{}]/, 'a key');
    need('=');
    return [key, value(depth)];
  };
  const pairs = [pair(1)];
  while (take(',')) pairs.push(pair(1));
  blank();
  if (at < text.length) refuse('is complete before this; remove the rest');
  return Object.fromEntries(pairs);
}
