/** One thing that is wrong with what was asked, in words for the person who asked. */
export interface Problem {
  /** Which input, or which file and path in it: `task-definition.json: containerDefinitions[0].image`. */
  readonly where: string;
  /** What is wrong, with the value, and what is allowed. */
  readonly what: string;
  /** The place in a file of the workspace, where there is one; line and column count from 1. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** What was asked cannot be tried; nothing has been changed. Names every problem that was found, not only the first. */
export class Refusal extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(first: Problem, ...others: readonly Problem[]) {
    const problems = [first, ...others] as const;
    super(problems.map(sayProblem).join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}

/** `where: what` */
export function sayProblem(problem: Problem): string {
  return problem.where === '' ? problem.what : `${problem.where}: ${problem.what}`;
}

/** Throws a Refusal when there is a problem. */
export function refuseIfAny(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new Refusal(first, ...others);
}
