/** What other tools would have filled in: `<IMAGE1_NAME>`, `{{image}}`, `$IMAGE`, `%IMAGE%`, `__IMAGE__`, `#{image}#`. */
const forms: readonly RegExp[] = [
  /<[^<>]*>/,
  /\{\{.*?\}\}/,
  /\$\{?[A-Za-z_]/,
  /\$\(/,
  /%[A-Za-z_]+%/,
  /__[A-Za-z][A-Za-z_]*?__/,
  /#\{.*?\}/,
  /@[A-Z_]{3,}@/,
  /PLACEHOLDER/,
  /^placeholder$/i,
  /\b(?:REPLACE|CHANGE)[-_ ]?ME\b|\bREPLACE_|\bYOUR[-_]|\byour-(?:account|image|role|region|repo)/,
];

/** Whether a text has a part that another tool, or a person, was to fill in. */
export function isPlaceholder(text: string): boolean {
  return forms.some((form) => form.test(text));
}

/** What a message says of such a text. */
export const notFilledIn =
  'was not filled in: it looks like the placeholder of another tool; write ${NAME} and set the variable NAME under `env:`';
