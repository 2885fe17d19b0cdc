import { defined } from './json.ts';

/** One problem of inputs or files, as a message for the user. */
export interface Problem {
  /** The input, or the file and path: `task-definition.json: containerDefinitions[0].image`. */
  readonly where: string;
  /** What is wrong, the value, and what is allowed. */
  readonly what: string;
  /** What to do about it, where that is known apart from what is wrong: a clause without a full stop. */
  readonly next?: string;
  /** The position in a file of the workspace; line and column start at 1. */
  readonly at?: FilePosition;
}

/** A position in a file of the workspace; line and column start at 1. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The request is invalid, and nothing was changed. Contains all problems. */
export class Refusal extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(first: Problem, ...others: readonly Problem[]) {
    const problems = [legible(first), ...others.map(legible)] as const;
    super(problems.map(formatProblem).join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}

/** Escapes invisible and bidirectional control characters, as JSON does, so that the message shows them. */
function legible(problem: Problem): Problem {
  const spelled = (text: string): string => spellOut(shorten(text));
  const { where, what, next } = problem;
  return { ...problem, where: spelled(where), what: spelled(what), ...defined({ next: next && spelled(next) }) };
}

/** Limit in characters, for keys or names into which a whole file was pasted. */
const longest = 1000;

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

const spellOut = (text: string): string =>
  text.replaceAll(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `where: what; next` */
export function formatProblem({ where, what, next }: Problem): string {
  return `${where === '' ? '' : `${where}: `}${what}${next === undefined ? '' : `; ${next}`}`;
}

/** Throws a Refusal if there are problems. */
export function refuseIfAny(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new Refusal(first, ...others);
}
