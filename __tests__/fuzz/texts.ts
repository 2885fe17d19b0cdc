import fc from 'fast-check';

/** Pieces of text that mean something to somebody on the way: JSON, JavaScript, a runner, Markdown, HTML, a terminal. */
const pieces = [
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\ufeff',
  '\u0085',
  '\u2028',
  '\u202e',
  '\u200b',
  '\ud800',
  '\udc00',
  '👍',
  'ä',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'undefined',
  'null',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '-1',
  '0',
  '15',
  '${',
  '${HUSH}',
  '}',
  '{',
  '[',
  ']',
  '"',
  "'",
  '\\',
  '\\u0000',
  '/*',
  '*/',
  '//',
  '::',
  '::error::boo',
  '\n::set-output name=outcome::succeeded',
  ' ::stop-commands::x',
  '##[error]boo',
  '##',
  '[command]x',
  '%0A',
  '%25',
  '%',
  ',',
  ':',
  ';',
  '#',
  '@octocat',
  'done.@octo-org/team',
  'see #12',
  'GH-7',
  'arn:aws:secretsmanager:us-west-2:123456789012:secret:db',
  '|',
  '`',
  '```',
  '~~~',
  '<!--',
  '-->',
  '<script>',
  '</details>',
  '</code>',
  '&lt;',
  '&#60;',
  '[a](javascript:b)',
  '![x](https://evil.example/p.png)',
  '$x$',
  'www.evil.example',
  '\u001b[31m',
  '\u001b',
  '- ',
  '1. ',
  '---',
  '.',
  '..',
  '/',
  'arn:aws:ecs:us-west-2:123456789012:service/production/web',
  'a'.repeat(300),
] as const;

/** Any text, most of it made of what means something to somebody. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...pieces),
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((some) => some.join('')),
  fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 6 }).map((s) => s.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);

/** A text as an environment can have it: without NUL, and without halves of characters. */
export const environmentText: fc.Arbitrary<string> = anyText.map((text) => text.toWellFormed().replaceAll('\0', ''));

/** A text with a slip in it. */
export function slipped(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(of, fc.nat(), fc.nat(4), environmentText).map(([text, at, how, other]) => {
    const i = text.length === 0 ? 0 : at % text.length;
    const [head, tail] = [text.slice(0, i), text.slice(i + 1)];
    const slips = [head + tail, head + other + text.slice(i), text.toUpperCase(), head, text.replaceAll('-', '_')];
    return slips[how] ?? text;
  });
}
