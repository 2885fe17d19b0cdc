import type { Change } from '../../model/change.ts';
import type { Problem } from '../../model/problem.ts';

/** What was asked of the revision, compared with what is there. */
export interface Comparison {
  /** Registering would give a revision that the service runs already. */
  readonly identical: boolean;
  /** Revisions that are exactly what was asked for, as ARNs; the service's own first. */
  readonly fitting: readonly string[];
  readonly changes: readonly Change[];
  /** Why ECS would refuse it for this service. */
  readonly unfit?: readonly Problem[];
}
