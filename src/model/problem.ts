import { defined } from './json.ts';

/** One thing that is wrong with what was asked, in words for the person who asked. */
export interface Problem {
  /** Which input, or which file and path in it: `task-definition.json: containerDefinitions[0].image`. */
  readonly where: string;
  /** What is wrong, with the value, and what is allowed. */
  readonly what: string;
  /** What to do about it, where that is known apart from what is wrong: a clause without a full stop. */
  readonly next?: string;
  /** The place in a file of the workspace, where there is one; line and column count from 1. */
  readonly at?: Spot;
}

/** A place in a file of the workspace; line and column count from 1. */
export interface Spot {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What was asked cannot be tried; nothing has been changed. Names every problem that was found, not only the first. */
export class Refusal extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(first: Problem, ...others: readonly Problem[]) {
    const problems = [legible(first), ...others.map(legible)] as const;
    super(problems.map(formatProblem).join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}

/** A key that nobody can see, or that turns the line around, is what is wrong with it: it is written as JSON escapes it. */
function legible(problem: Problem): Problem {
  const spelled = (text: string): string => spellOut(shorten(text));
  const { where, what, next } = problem;
  return { ...problem, where: spelled(where), what: spelled(what), ...defined({ next: next && spelled(next) }) };
}

/** Longer is only a key or a name that somebody pasted a file into. */
const longest = 1000;

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

const spellOut = (text: string): string =>
  text.replaceAll(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `where: what; next` */
export function formatProblem({ where, what, next }: Problem): string {
  return `${where === '' ? '' : `${where}: `}${what}${next === undefined ? '' : `; ${next}`}`;
}

/** Throws a Refusal when there is a problem. */
export function refuseIfAny(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new Refusal(first, ...others);
}
