import type { Duration } from '../model/duration.ts';
import type { Check, Gate, Gates } from '../model/gates.ts';
import { defined } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import type { Step, Titled } from '../model/plan.ts';
import type { KnownRevision, ResolvedRollout } from '../model/request.ts';
import { theRevision } from '../model/subject.ts';

/** A step that waits until all gates pass. */
export const check = (title: string, gates: Gates, within: Duration): Check & Titled => ({
  kind: 'check',
  title,
  gates,
  within,
});

/** The gate that watches the alarms, if the request names any. */
export const quietGates = ({ alarms }: Pick<ResolvedRollout, 'alarms'>): readonly Gate[] =>
  alarms.length === 0 ? [] : [{ kind: 'alarms-quiet', alarms }];

/** The step that registers a revision, unless it is registered already; `onlyFor` is a service that it goes with. */
export function register(revision: KnownRevision, registered: string | undefined, onlyFor?: Place): readonly Step[] {
  if (registered !== undefined || revision.kind === 'existing') return [];
  const { definition } = revision;
  const title = `register a new revision of ${definition.family}`;
  return [{ kind: 'register-revision', as: theRevision, title, definition, ...defined({ onlyFor }) }];
}

/** How a deployment is followed to its end. */
interface Following {
  readonly place: Place;
  readonly within: Duration;
  readonly checked: { readonly checked?: true };
  /** The gates that must hold as well. */
  readonly beside: readonly Gate[];
  /** What the checks are called; without `serving` the service has no target that could be waited for. */
  readonly titles: { readonly serving?: string | undefined; readonly stable: string };
}

/** The steps that follow a deployment until it serves traffic, and until it is stable; `whenServing` comes in between. */
export function followDeployment(
  { place, within, checked, beside, titles }: Following,
  whenServing: readonly Step[] = [],
): readonly Step[] {
  const stable = check(titles.stable, [{ kind: 'service-stable', place, ...checked }, ...beside], within);
  if (titles.serving === undefined) return [...whenServing, stable];
  const serving = check(titles.serving, [{ kind: 'serving-traffic', place, ...checked }, ...beside], within);
  return [serving, ...whenServing, { ...stable, since: 'check-before' }];
}
