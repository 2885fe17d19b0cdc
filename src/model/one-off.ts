import type { Duration } from './duration.ts';
import type { Edits } from './edits.ts';
import type { Problem } from './problem.ts';

/** The request of a one-off task. */
export interface OneOff {
  /** Absent: the only essential container. */
  readonly container?: string;
  /** Absent: the command in the task definition. */
  readonly command?: readonly string[];
  readonly environment: Edits['environment'];
}

/** A one-off task of `rollout.yml`. */
export interface BeforePromote extends OneOff {
  /** Absent: the name of the container. */
  readonly name?: string;
  readonly timeout: Duration;
  /** Its position in the file, for problems that are found later. */
  readonly written: Pick<Problem, 'where' | 'at'>;
}
