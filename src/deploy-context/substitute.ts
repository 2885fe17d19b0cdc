import type { Environment } from '../model/environment.ts';
import { regions } from './region.ts';

/** A `${NAME}` of the user's text and what stands in its place in the text that is parsed. */
export interface Replacement {
  readonly source: { readonly start: number; readonly end: number };
  readonly result: { readonly start: number; readonly end: number };
  /** `${NAME}` */
  readonly literal: string;
}

/** What is wrong at an offset of the user's text. */
export interface Fault {
  readonly offset: number;
  readonly what: string;
}

/** The text with the environment's values in it, and the way back from it to what the user wrote. */
export interface Substitution {
  readonly source: string;
  readonly text: string;
  readonly replacements: readonly Replacement[];
  /** What was put in; nothing of it may be printed. */
  readonly values: readonly string[];
  readonly faults: readonly Fault[];
  /** False when something is missing outside of a string literal: what is left is not JSON, for no fault of its own. */
  readonly whole: boolean;
}

interface Placeholder {
  readonly start: number;
  readonly literal: string;
  readonly name: string;
  readonly closed: boolean;
  readonly quoted: boolean;
}

/** The first alternative eats escapes, so that no value can be glued to a backslash and end the string from within. */
const marks = /\\[\s\S]|\$\{(?<name>[^}"\r\n]*)(?<close>\}?)/g;

/**
 * Puts the environment's values in the place of `${NAME}`: escaped inside a string literal, so that no value can break
 * out of it, and as they are outside of one, where a number, `true` or a whole fragment of JSON may stand.
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

/** The same for a text that a parser has read already, so that no value can break out of it. */
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

/** Own names only: `${constructor}` is not set, whatever kind of object the environment is. */
function lookUp(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/**
 * What the job itself may do. Whoever can change a deploy context could otherwise hand it to a container, and keep it.
 * https://docs.github.com/actions/reference/security/oidc
 */
const ofTheJob = /^(AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|ACTIONS_[A-Z_]*TOKEN|GITHUB_TOKEN|GH_TOKEN)$/;

function faultOf({ literal, name, closed, quoted }: Placeholder): string | undefined {
  if (name.startsWith('{')) return expressionFault(literal, name.slice(1));
  if (!closed) return `${shorten(literal)} is not closed with a }`;
  if (ofTheJob.test(name)) {
    return `${literal} is a credential of the job, which no task may get; give the task a role of its own, or the variable another name`;
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const rule = `${shorten(literal)} does not name a variable: letters, digits and _ only, and no digit first`;
  // The parser turns \u0024 into $ after the substitution, so this is the one way to write a shell's ${NAME:-default}.
  return quoted ? `${rule} (for a literal \${ write \\u0024{)` : rule;
}

/** `${{ github.sha }}`: what the runner sets by itself can be named; of others the last word is the best name. */
function expressionFault(literal: string, expression: string): string {
  const word = /(\w+)\W*$/.exec(expression.replaceAll('-', '_'))?.[1]?.toUpperCase() ?? 'NAME';
  const name = /^\s*github\./.test(expression) ? `GITHUB_${word}` : /^\d/.test(word) ? 'NAME' : word;
  const set = name.startsWith('GITHUB_') ? 'which the runner sets' : 'and set it under `env:` of the step';
  return `${shorten(literal)}} is an expression of GitHub Actions, which nothing expands in a file; write \${${name}}, ${set}`;
}

function shorten(literal: string): string {
  return literal.length <= 60 ? literal : `${literal.slice(0, 57)}...`;
}

/** Where an offset of the substituted text comes from; all of a value comes from the start of its placeholder. */
export function sourceOffset(substitution: Substitution, offset: number): number {
  const before = substitution.replacements.findLast(({ result }) => result.start <= offset);
  if (before === undefined) return offset;
  return offset < before.result.end ? before.source.start : offset - before.result.end + before.source.end;
}

/** The replacements that touch a stretch of the substituted text. */
export function replacementsIn(substitution: Substitution, start: number, end: number): readonly Replacement[] {
  return substitution.replacements.filter(({ result }) => result.start < end && result.end > start);
}
