import { type Change, kindOf, type Origins, originOf, writtenInFiles } from '../model/change.ts';
import { defined } from '../model/json.ts';
import type { RolloutRequest } from '../model/request.ts';
import type { Revision } from '../model/snapshot.ts';
import { differences } from './compare.ts';
import { toRequest } from './described.ts';
import { inOrder, subjectOf } from './subject.ts';

type Told = Pick<RolloutRequest, 'hidden' | 'origins'>;

/** Returns the changes from a revision to a new task definition, in display order. */
export function definitionChanges(
  wanted: object,
  live: Revision,
  { hidden, origins = writtenInFiles }: Told,
): readonly Change[] {
  const from = origins.definition;
  const unwritten = from.usual.kind !== 'file';
  const found = differences(wanted, toRequest(live.definition, live.tags), { hidden, unwritten });
  return inOrder(found, ({ path }) => path).map((one) => ({ ...changeOf(one, from), subject: subjectOf(one.path) }));
}

/** Returns the settings of a service that will be created, as changes. */
export function creationChanges(service: object, { hidden, origins = writtenInFiles }: Told): readonly Change[] {
  return (
    differences(service, {}, { hidden })
      // Compared with nothing, every value is a change.
      .filter(({ wanted }) => wanted !== undefined)
      .map((one) => ({
        ...changeOf(one, origins.settings),
        subject: { kind: 'service' },
        what: `service: ${one.path}`,
      }))
  );
}

function changeOf(
  { path, at, live: before, wanted: after, hidden }: ReturnType<typeof differences>[number],
  from: Origins,
): Omit<Change, 'subject'> {
  return {
    kind: kindOf({ before, after }),
    what: path,
    ...defined({ before, after, hidden }),
    from: originOf(from, at),
  };
}
