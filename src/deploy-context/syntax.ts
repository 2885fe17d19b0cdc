import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import { type Fault, type Replacement, replacementsIn, type Substitution, sourceOffset } from './substitute.ts';

/** What has more missing commas than this is no JSON at all. */
const most = 20;

/**
 * What keeps text from being JSON, in a person's words: all missing commas up to the first mistake of another kind.
 * After a missing comma the parser is back on track at once; after anything else it only guesses.
 */
export function syntaxFaults(substitution: Substitution, errors: readonly ParseError[]): readonly Fault[] {
  const other = otherLanguage(substitution.text);
  if (other !== undefined) return [{ offset: sourceOffset(substitution, other.offset), what: other.what }];
  const lost = errors.findIndex(({ error }) => printParseErrorCode(error) !== 'CommaExpected');
  const sure = lost === -1 ? errors : errors.slice(0, lost + 1);
  const distinct = new Map(sure.toReversed().map((error) => [error.offset, error]));
  const first = [...distinct.values()].toReversed().slice(0, most);
  return first.map((error) => ({
    offset: sourceOffset(substitution, error.offset),
    what: explain(substitution, error),
  }));
}

/** What is no broken JSON, but something else: the first mistake of a parser would lead astray. */
function otherLanguage(text: string): Fault | undefined {
  const conflict = /^(?:<{7}|>{7}) |^={7}\r?$/m.exec(text);
  if (conflict !== null) {
    const what = 'this is the marker of a merge conflict; resolve the conflict, and commit the file';
    return { offset: conflict.index, what };
  }
  const yaml = /^(?:\s*#[^\n]*\n|\s*\n)*(?:---[ \t]*\r?\n)?\s*(?:- )?[A-Za-z_]\w*:(?:\s|$)/.exec(text);
  if (yaml === null) return undefined;
  return { offset: yaml[0].search(/\S/), what: 'this looks like YAML; the file is JSON (yq -o=json makes it of YAML)' };
}

function explain(substitution: Substitution, { error, offset, length }: ParseError): string {
  const [within]: readonly Replacement[] = replacementsIn(substitution, offset, offset + 1);
  const code = printParseErrorCode(error);
  if (within !== undefined) return `the value of ${within.literal} makes this broken JSON (${code})`;
  const token = substitution.text.slice(offset, offset + length);
  return (
    (code === 'CommaExpected' ? misplaced(token) : code === 'InvalidSymbol' ? unknownWord(token) : undefined) ??
    said[code] ??
    code
  );
}

function misplaced(token: string): string | undefined {
  if (token === '}') return 'a ] or a comma is missing before this }';
  if (token === ']') return 'a } or a comma is missing before this ]';
  return token === ':' ? 'this : is out of place; keys belong into an object, in { }' : undefined;
}

function unknownWord(token: string): string {
  if (/^['"‘’“”„«`]/.test(token)) return 'keys and strings are written in plain double quotes (")';
  const lower = token.toLowerCase();
  if (lower === 'none' || lower === 'undefined') return 'JSON has no such value; leave the key out';
  if (lower === 'true' || lower === 'false' || lower === 'null') return `is written ${lower}, in small letters`;
  return 'this is not JSON; keys and strings are written in double quotes';
}

const said: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'this is not a number as JSON writes it',
  PropertyNameExpected: 'a key, in double quotes, is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a : is expected here, between a key and its value',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a } is missing at the end',
  CloseBracketExpected: 'a ] is missing at the end',
  EndOfFileExpected: 'the JSON is complete before this; this is left over',
  UnexpectedEndOfComment: 'this comment is not closed with */',
  UnexpectedEndOfString: 'this string is not closed with a " on its line',
  UnexpectedEndOfNumber: 'this number is not complete',
  InvalidUnicode: 'this string has a \\u without four hex digits after it',
  InvalidEscapeCharacter: 'this string has a backslash that starts no JSON escape; a backslash itself is written \\\\',
  InvalidCharacter: 'this string has a control character in it; a tab is written \\t',
};
