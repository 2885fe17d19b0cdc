import type { RevisionRef } from './acts.ts';
import { type Duration, minute } from './duration.ts';
import type { HttpGate, MetricGate, WebhookGate } from './measures.ts';
import type { Milestone } from './native.ts';
import type { Place } from './place.ts';
import type { ChangedSetting } from './settings.ts';
import type { Subject } from './subject.ts';
import type { Target } from './targets.ts';
import type { Traffic, Weight } from './traffic.ts';

/** A question that is asked again and again. It names its subject: a task (`of`), a service (`place`), or targets or tasks by their ids. */
export type Gate =
  /** `steady`: for so long, without a break. */
  | { readonly kind: 'tasks-running'; readonly of: Subject; readonly steady?: Duration }
  | {
      readonly kind: 'containers-healthy';
      readonly of: Subject;
      readonly containers: readonly string[];
      /** The shortest of the intervals at which ECS checks them. */
      readonly every: Duration;
    }
  /** `grace`: the health-check grace period of the service, in which ECS does not judge its own tasks either. */
  | { readonly kind: 'targets-healthy'; readonly of: Subject; readonly grace: Duration }
  | { readonly kind: 'alarms-quiet'; readonly alarms: readonly string[] }
  | {
      readonly kind: 'service-free';
      readonly place: Place;
      readonly startedBy: string;
      readonly run: string;
      /** Deployments that are under way do not matter. */
      readonly only?: 'canaries';
    }
  | { readonly kind: 'serving-traffic'; readonly place: Place; readonly checked?: boolean }
  /** `checked`: an essential container of the revision has a health check. */
  | { readonly kind: 'service-stable'; readonly place: Place; readonly checked?: boolean }
  | {
      readonly kind: 'service-restored';
      readonly place: Place;
      readonly to: string;
      readonly ours: string;
      readonly before: string;
      /** What has to have its value of before again. */
      readonly settings?: readonly ChangedSetting[];
      readonly checked?: boolean;
    }
  /** The service deployment of this run has come so far. `within`: without the time that hooks of the service take. */
  | {
      readonly kind: 'service-deployment';
      readonly place: Place;
      readonly until: Milestone;
      readonly targetGroups: readonly string[];
      /** The longest deregistration delay of the old tasks. */
      readonly drain: Duration;
      readonly within?: Duration;
      /** A service deployment that another run or a person has started: it is followed, and not judged. */
      readonly of?: { readonly arn: string; readonly revision: string; readonly since: number };
    }
  /** It was rolled back, or another one has restored the revision from before. */
  | {
      readonly kind: 'service-deployment-undone';
      readonly place: Place;
      readonly to: string;
      readonly ours: string;
      readonly settings?: readonly ChangedSetting[];
    }
  /** No service deployment is under way. */
  | { readonly kind: 'service-deployment-over'; readonly place: Place }
  /** No task of it runs or carries a request any more; `targets` are those that it had. */
  | {
      readonly kind: 'service-empty';
      readonly place: Place;
      readonly targets: readonly Target[];
      readonly drain: Duration;
    }
  /** Deleted, with its tasks; `whose` distinguishes it from a service of this name created since. */
  | { readonly kind: 'service-gone'; readonly place: Place; readonly whose: Creation }
  /** It has been given tasks again, and as many run as did before. */
  | { readonly kind: 'service-scaled'; readonly place: Place; readonly running: number }
  | { readonly kind: 'targets-drained'; readonly targets: readonly Target[]; readonly delay: Duration }
  | ({ readonly kind: 'tasks-stopped' } & StartedTasks)
  /** A one-off task of this plan is RUNNING, or has ended by itself already. */
  | { readonly kind: 'task-begun'; readonly of: Subject }
  /** It has ended, and well. */
  | { readonly kind: 'task-finished'; readonly of: Subject }
  /** All canary tasks run and are healthy in the canary's target groups. One that infrastructure took is replaced. */
  | {
      readonly kind: 'canaries-healthy';
      readonly of: readonly Subject[];
      readonly place: Place;
      readonly traffic: Traffic;
      readonly grace: Duration;
    }
  /** The routes are as this run wrote them, for `settle` since. */
  | { readonly kind: 'weight-settled'; readonly place: Place; readonly traffic: Traffic; readonly weight: Weight }
  /** No route has sent the canary a request for `settle`, whichever process wrote the weights. */
  | { readonly kind: 'traffic-returned'; readonly place: Place; readonly traffic: Traffic }
  /** The target groups of this canary are in no route any more. */
  | { readonly kind: 'routes-restored'; readonly place: Place; readonly traffic: Traffic }
  /** The service's own tasks could take all requests again. */
  | { readonly kind: 'stable-capacity'; readonly place: Place; readonly traffic: Traffic }
  /** Judges whole periods only: those after the last change of the weight and the warm-up, or after its own first evaluation. */
  | {
      readonly kind: 'measure';
      readonly measure: MetricGate;
      readonly warmUp: Duration;
      readonly place: Place;
      /** What `${revision}` stands for; absent: the revision that this plan has registered. */
      readonly revision?: RevisionRef;
      /** `itself`: its first evaluation, for a gate that watches no weight. */
      readonly since?: 'weight' | 'itself';
    }
  | { readonly kind: 'http-probe'; readonly probe: HttpGate }
  | {
      readonly kind: 'webhook';
      readonly hook: WebhookGate;
      readonly place: Place;
      /** Counted from 1; 0 after the service was updated. */
      readonly step: number;
      readonly weight: Weight;
      readonly revision?: RevisionRef;
      /** The id of the run, which the request contains. */
      readonly run?: string;
    };

/** The name that rollout.yml has for a gate; a gate that is built in has none. */
export function nameOfGate(gate: Gate): string | undefined {
  if (gate.kind === 'measure') return gate.measure.name;
  if (gate.kind === 'http-probe') return gate.probe.name;
  return gate.kind === 'webhook' ? gate.hook.name : undefined;
}

/** CloudWatch publishes late: a data point is complete this long after the end of its period. */
export const publishDelay: Duration = 2 * minute;

/** The longest period of a metric gate. */
export const periodOf = (measure: MetricGate): Duration =>
  measure.kind === 'metric'
    ? measure.metric.period
    : Math.max(minute, ...Object.values(measure.metrics).map(({ period }) => period));

/** How long a metric gate needs from a change of the weight until its first data point is complete, at most. */
export const firstDataAfter = ({
  measure,
  warmUp,
}: Pick<Extract<Gate, { kind: 'measure' }>, 'measure' | 'warmUp'>): Duration =>
  warmUp + 2 * periodOf(measure) + publishDelay;

/** How long a gate needs at least before it can pass; 0 for those that can tell immediately. */
export const neededBy = (gate: Gate): Duration => (gate.kind === 'measure' ? firstDataAfter(gate) : 0);

/** The tasks that a run has started; `tasks` once their ARNs are known. */
export interface StartedTasks {
  readonly cluster: string;
  readonly startedBy: string;
  readonly run: string;
  readonly tasks?: readonly string[];
  /** One-off tasks, and no canaries: several runs may have some at the same time. */
  readonly oneOff?: true;
}

/** Never empty: that nothing was asked must not mean that it passed. */
export type Gates = readonly [Gate, ...Gate[]];

/** Look until all gates pass, within a time. */
export interface Check {
  readonly kind: 'check';
  readonly gates: Gates;
  readonly within: Duration;
  /** When its time began: with itself, which is usual, or with the check before it, so that the two are one phase. */
  readonly since?: 'itself' | 'check-before';
  /**
   * What it judges: the new version, which is usual and is rejected when the check fails; what was there before anything was
   * tried; or what others do, where there is nothing to investigate.
   */
  readonly judges?: 'new-version' | 'what-is-there' | 'others';
  /** What an inconclusive answer means when the time is over: it fails, as is usual, or it passes. */
  readonly inconclusive?: 'fails' | 'passes';
  /** The one-off task that it is about. */
  readonly task?: Subject;
  /** The gate of rollout.yml that the task is. */
  readonly gate?: string;
}

/** Keep looking for a time: none may fail, all must pass at the end. */
export interface Bake {
  readonly kind: 'bake';
  readonly gates: Gates;
  readonly during: Duration;
  /** What an inconclusive answer means at the end: it fails, as is usual, or it passes. */
  readonly inconclusive?: 'fails' | 'passes';
}

/** Which service of a name is meant: ECS shows no token, so it is known by when it was created and by what it runs. */
export interface Creation {
  /** When ECS was asked to create it, in milliseconds since 1970; absent when it was there before. */
  readonly asked?: number;
  /** When ECS says that it was created; absent until an answer has come. */
  readonly at?: number;
  /** What it was created with; absent when it may run anything. */
  readonly revision?: string;
}
