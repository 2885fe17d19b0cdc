/** One thing that is wrong with what was asked, in words for the person who asked. */
export interface Problem {
  /** Which input, or which file and path in it: `task-definition.json: containerDefinitions[0].image`. */
  readonly where: string;
  /** What is wrong, with the value, and what is allowed. */
  readonly what: string;
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
  return { ...problem, where: spellOut(shorten(problem.where)), what: spellOut(shorten(problem.what)) };
}

/** Longer is only a key or a name that somebody pasted a file into. */
const longest = 1000;

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

const spellOut = (text: string): string =>
  text.replaceAll(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `where: what` */
export function formatProblem(problem: Problem): string {
  return problem.where === '' ? problem.what : `${problem.where}: ${problem.what}`;
}

/** Throws a Refusal when there is a problem. */
export function refuseIfAny(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new Refusal(first, ...others);
}
