import type { Environment } from '../model/environment.ts';
import { regions } from './region.ts';

/** A `${NAME}` in the user's text and its replacement in the parsed text. */
export interface Replacement {
  readonly source: { readonly start: number; readonly end: number };
  readonly result: { readonly start: number; readonly end: number };
  /** `${NAME}` */
  readonly literal: string;
}

/** A problem at an offset of the user's text. */
export interface Fault {
  readonly offset: number;
  readonly what: string;
}

/** The text with substituted values, and the mapping to the user's text. */
export interface Substitution {
  readonly source: string;
  readonly text: string;
  readonly replacements: readonly Replacement[];
  /** The substituted values, which must never be printed. */
  readonly values: readonly string[];
  readonly faults: readonly Fault[];
  /** False if a value outside a string literal is missing, so that the rest cannot be parsed as JSON. */
  readonly whole: boolean;
}

interface Placeholder {
  readonly start: number;
  readonly literal: string;
  readonly name: string;
  readonly closed: boolean;
  readonly quoted: boolean;
}

/** The first alternative consumes escapes, so that a value cannot follow a backslash and end the string. */
const marks = /\\[\s\S]|\$\{(?<name>[^}"\r\n]*)(?<close>\}?)/g;

/**
 * Replaces `${NAME}` with values of the environment: escaped inside a string literal, so that no value can break out of it,
 * and unchanged outside, where a number, `true` or a JSON fragment is allowed.
 */
export function substitute(source: string, environment: Environment): Substitution {
  const replacements: Replacement[] = [];
  const values: string[] = [];
  const faults: Fault[] = [];
  let text = '';
  let done = 0;
  let whole = true;
  for (const placeholder of placeholders(source)) {
    const { start, literal, name, quoted } = placeholder;
    const value = faultOf(placeholder) === undefined ? lookUp(environment, name) : undefined;
    if (value === undefined) {
      faults.push({ offset: start, what: faultOf(placeholder) ?? `${literal} is not set in the environment` });
      whole &&= quoted;
      continue;
    }
    text += source.slice(done, start);
    done = start + literal.length;
    const put = quoted ? JSON.stringify(value).slice(1, -1) : value;
    const result = { start: text.length, end: text.length + put.length };
    replacements.push({ source: { start, end: done }, result, literal });
    values.push(value);
    text += put;
  }
  return { source, text: text + source.slice(done), replacements, values, faults, whole };
}

/** The same for a parsed string, in which values need no escaping. */
export function substituteText(
  source: string,
  environment: Environment,
): { readonly text: string; readonly values: readonly string[]; readonly faults: readonly string[] } {
  const values: string[] = [];
  const faults: string[] = [];
  const text = source.replaceAll(/\$\{([^}"\r\n]*)(\}?)/g, (literal, name: string, close: string) => {
    const fault = faultOf({ start: 0, literal, name, closed: close === '}', quoted: true });
    const value = fault === undefined ? lookUp(environment, name) : undefined;
    if (value === undefined) faults.push(fault ?? `${literal} is not set in the environment`);
    else values.push(value);
    return value ?? literal;
  });
  return { text, values, faults };
}

function* placeholders(source: string): Generator<Placeholder> {
  for (const { kind, start, text } of regions(source)) {
    if (kind === 'comment') continue;
    for (const found of text.matchAll(marks)) {
      const { name, close } = found.groups ?? {};
      if (name === undefined) continue;
      yield { start: start + found.index, literal: found[0], name, closed: close === '}', quoted: kind === 'string' };
    }
  }
}

/** Own properties only: `${constructor}` is not set. */
function lookUp(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/**
 * Credentials of the job. Otherwise anyone who can change a deploy context could pass them to a container.
 * https://docs.github.com/actions/reference/security/oidc
 */
const ofTheJob = /^(AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|ACTIONS_[A-Z_]*TOKEN|GITHUB_TOKEN|GH_TOKEN)$/;

function faultOf({ literal, name, closed, quoted }: Placeholder): string | undefined {
  if (name.startsWith('{')) return expressionFault(literal, name.slice(1));
  if (!closed) return `${shorten(literal)} has no closing }`;
  if (ofTheJob.test(name)) {
    return `${literal} is a credential of the job and must not be passed to a task; use a task role, or rename the variable`;
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const rule = `${shorten(literal)} is not a variable name; use letters, digits and _, not starting with a digit`;
  // The parser decodes \u0024 to $ after the substitution, so this is the only way to write a shell's ${NAME:-default}.
  return quoted ? `${rule} (write a literal \${ as \\u0024{)` : rule;
}

/** For `${{ github.sha }}`, suggests the variable that the runner sets; for others, the last word as a name. */
function expressionFault(literal: string, expression: string): string {
  const word = /(\w+)\W*$/.exec(expression.replaceAll('-', '_'))?.[1]?.toUpperCase() ?? 'NAME';
  const name = /^\s*github\./.test(expression) ? `GITHUB_${word}` : /^\d/.test(word) ? 'NAME' : word;
  const set = name.startsWith('GITHUB_') ? 'which the runner sets' : 'and set it under `env:` of the step';
  return `${shorten(literal)}} is an expression of GitHub Actions, which is not expanded in files; use \${${name}}, ${set}`;
}

function shorten(literal: string): string {
  return literal.length <= 60 ? literal : `${literal.slice(0, 57)}...`;
}

/** Converts an offset of the substituted text to the user's text; a value maps to the start of its placeholder. */
export function sourceOffset(substitution: Substitution, offset: number): number {
  const before = substitution.replacements.findLast(({ result }) => result.start <= offset);
  if (before === undefined) return offset;
  return offset < before.result.end ? before.source.start : offset - before.result.end + before.source.end;
}

/** Returns the replacements that overlap a range of the substituted text. */
export function replacementsIn(substitution: Substitution, start: number, end: number): readonly Replacement[] {
  return substitution.replacements.filter(({ result }) => result.start < end && result.end > start);
}
