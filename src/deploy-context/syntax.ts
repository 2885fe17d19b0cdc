import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import { type Fault, type Replacement, replacementsIn, type Substitution, sourceOffset } from './substitute.ts';

/** A text with more missing commas than this is not JSON. */
const maxFaults = 20;

/**
 * Explains syntax errors: all missing commas up to the first error of another kind. The parser recovers from a missing
 * comma; after any other error its messages are unreliable.
 */
export function syntaxFaults(substitution: Substitution, errors: readonly ParseError[]): readonly Fault[] {
  const other = otherLanguage(substitution.text);
  if (other !== undefined) return [{ offset: sourceOffset(substitution, other.offset), what: other.what }];
  const lost = errors.findIndex(({ error }) => printParseErrorCode(error) !== 'CommaExpected');
  const sure = lost === -1 ? errors : errors.slice(0, lost + 1);
  const distinct = new Map(sure.toReversed().map((error) => [error.offset, error]));
  const first = [...distinct.values()].toReversed().slice(0, maxFaults);
  return first.map((error) => ({
    offset: sourceOffset(substitution, error.offset),
    what: explain(substitution, error),
  }));
}

/** Detects text that is not JSON at all, for which parser errors would be misleading. */
function otherLanguage(text: string): Fault | undefined {
  const conflict = /^(?:<{7}|>{7}) |^={7}\r?$/m.exec(text);
  if (conflict !== null) {
    const what = 'this is a merge conflict marker; resolve the conflict and commit the file';
    return { offset: conflict.index, what };
  }
  const yaml = /^(?:\s*#[^\n]*\n|\s*\n)*(?:---[ \t]*\r?\n)?\s*(?:- )?[A-Za-z_]\w*:(?:\s|$)/.exec(text);
  if (yaml === null) return undefined;
  return {
    offset: yaml[0].search(/\S/),
    what: 'this looks like YAML, but the file must be JSON (convert it with yq -o=json)',
  };
}

function explain(substitution: Substitution, { error, offset, length }: ParseError): string {
  const [within]: readonly Replacement[] = replacementsIn(substitution, offset, offset + 1);
  const code = printParseErrorCode(error);
  if (within !== undefined) return `the value of ${within.literal} makes this invalid JSON (${code})`;
  const token = substitution.text.slice(offset, offset + length);
  return (
    (code === 'CommaExpected' ? misplaced(token) : code === 'InvalidSymbol' ? unknownWord(token) : undefined) ??
    explanations[code] ??
    code
  );
}

function misplaced(token: string): string | undefined {
  if (token === '}') return 'a ] or a comma is missing before this }';
  if (token === ']') return 'a } or a comma is missing before this ]';
  return token === ':' ? 'unexpected : here; keys must be in an object, in { }' : undefined;
}

function unknownWord(token: string): string {
  if (/^['"‘’“”„«`]/.test(token)) return 'keys and strings need straight double quotes (")';
  const lower = token.toLowerCase();
  if (lower === 'none' || lower === 'undefined') return 'JSON has no such value; remove the key';
  if (lower === 'true' || lower === 'false' || lower === 'null') return `write ${lower} in lowercase`;
  return 'this is not JSON; keys and strings need double quotes';
}

const explanations: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'this is not a valid JSON number',
  PropertyNameExpected: 'expected a key in double quotes here',
  ValueExpected: 'expected a value here',
  ColonExpected: 'expected a : here, between a key and its value',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a } is missing at the end',
  CloseBracketExpected: 'a ] is missing at the end',
  EndOfFileExpected: 'the JSON is complete before this; remove the rest',
  UnexpectedEndOfComment: 'this comment is not closed with */',
  UnexpectedEndOfString: 'this string is not closed with a " on its line',
  UnexpectedEndOfNumber: 'this number is incomplete',
  InvalidUnicode: 'this string has a \\u that is not followed by four hex digits',
  InvalidEscapeCharacter: 'this string has an invalid escape; write a backslash as \\\\',
  InvalidCharacter: 'this string contains a control character; write a tab as \\t',
};
