import { type Change, kindOf, type Origins, originOf, writtenInFiles } from '../model/change.ts';
import { defined } from '../model/json.ts';
import type { RolloutRequest } from '../model/request.ts';
import type { Revision } from '../model/snapshot.ts';
import { type Difference, differences, settingDifferences } from './compare.ts';
import { toRequest } from './described.ts';
import { inOrder, subjectOf } from './subject.ts';

type Context = Pick<RolloutRequest, 'hidden' | 'origins'>;

/** Returns the changes from a revision to a new task definition, in display order. */
export function definitionChanges(
  wanted: object,
  live: Revision,
  { hidden, origins = writtenInFiles }: Context,
): readonly Change[] {
  const from = origins.definition;
  const unwritten = from.usual.kind !== 'file';
  const found = differences(wanted, toRequest(live.definition, live.tags), { hidden, unwritten });
  return inOrder(found, ({ path }) => path).map((one) => ({ ...changeOf(one, from), subject: subjectOf(one.path) }));
}

/** The settings in which a service will differ from what it is. */
export function serviceChanges(
  live: Readonly<Record<string, unknown>>,
  wanted: object,
  { hidden, origins = writtenInFiles }: Context,
): readonly Change[] {
  return settingDifferences(live, wanted, { hidden }).map((one) => serviceChange(one, origins.settings));
}

/** Returns the settings of a service that will be created, as changes. */
export function creationChanges(service: object, { hidden, origins = writtenInFiles }: Context): readonly Change[] {
  return (
    differences(service, {}, { hidden })
      // Compared with nothing, every value is a change.
      .filter(({ wanted }) => wanted !== undefined)
      .map((one) => serviceChange(one, origins.settings))
  );
}

const serviceChange = (one: Difference, from: Origins): Change => ({
  ...changeOf(one, from),
  subject: { kind: 'service' },
  what: `service: ${one.path}`,
});

function changeOf(
  { path, at, live: before, wanted: after, hidden }: Difference,
  from: Origins,
): Omit<Change, 'subject'> {
  return {
    kind: kindOf({ before, after }),
    what: path,
    ...defined({ before, after, hidden }),
    from: originOf(from, at),
  };
}
