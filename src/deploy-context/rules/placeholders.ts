/** Placeholders of other tools: `<IMAGE1_NAME>`, `{{image}}`, `$IMAGE`, `%IMAGE%`, `__IMAGE__`, `#{image}#`. */
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

/** Whether a text contains a placeholder of another tool. */
export function isPlaceholder(text: string): boolean {
  return forms.some((form) => form.test(text));
}

/** The message for such a text. */
export const notFilledIn =
  'looks like the placeholder of another tool; use ${NAME} and set the variable NAME under `env:`';
