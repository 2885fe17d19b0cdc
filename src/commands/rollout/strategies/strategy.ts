import type { Drills } from '../../../model/drill.ts';
import type { Step } from '../../../model/plan.ts';
import type { Problem } from '../../../model/problem.ts';
import type { ResolvedRollout } from '../../../model/request.ts';
import type { ServiceSettings } from '../../../model/settings.ts';
import type { Canary, Snapshot } from '../../../model/snapshot.ts';
import type { StrategyFacts } from '../../../model/strategy.ts';
import type { ResumedDeployment } from '../resume.ts';

/** A rollout whose steps are planned. */
export interface Rollout {
  readonly request: ResolvedRollout;
  readonly snapshot: Snapshot;
  /** The settings that the update sends. */
  readonly settings: ServiceSettings;
  /** The ARN of the revision if it is registered already. */
  readonly revision: string | undefined;
  /** The canary of an earlier attempt that this one resumes. */
  readonly canary: Canary | undefined;
  /** The deployment of an earlier attempt that this one resumes. */
  readonly deployment: ResumedDeployment | undefined;
}

/** Whether a strategy can deploy a service. */
export type Support =
  /** `given` is a condition, such as `with a minimumHealthyPercent below 100`. */
  | { readonly is: 'yes'; readonly given?: string }
  /** Not as the service was created; `cure` is what to change for this strategy, `next` what to do if no strategy fits. */
  | { readonly is: 'never'; readonly because: string; readonly cure?: string; readonly next?: string }
  /** Not as the service runs at the moment; `lack` is what another strategy has that this one has not. */
  | { readonly is: 'not-now'; readonly because: string; readonly lack: string };

/** How a strategy checks, plans, rehearses and describes a rollout. */
export interface StrategyPlan {
  readonly supports: (request: ResolvedRollout, snapshot: Snapshot) => Support;
  /** What ECS would accept, and what would fail or do harm later. */
  readonly problems?: (request: ResolvedRollout, snapshot: Snapshot) => readonly Problem[];
  /** From after the revision is registered until the service is stable on it. */
  readonly steps: (rollout: Rollout) => readonly Step[];
  /** The most canary tasks that run at a time. */
  readonly canaries: (request: ResolvedRollout, snapshot: Snapshot) => number;
  readonly drills: (asked: { readonly tasksBefore: boolean }) => Drills;
  readonly texts: {
    /** What a person should know before the rollout starts. */
    readonly notes: (request: ResolvedRollout, snapshot: Snapshot) => readonly string[];
    readonly warnings: (request: ResolvedRollout, snapshot: Snapshot) => readonly string[];
  };
}

/** An entry of the table of strategies. */
export type StrategyEntry = StrategyFacts & StrategyPlan;
