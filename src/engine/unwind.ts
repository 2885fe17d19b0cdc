import { Failure, formatError } from '../model/failure.ts';
import type { Leftover } from '../model/outcome.ts';
import type { Undo } from '../model/undos.ts';
import { watch } from './watch.ts';
import type { World } from './world.ts';
import { handle } from './world.ts';

/** What could not be put back, by the Undo that should have. */
export type Leftovers = ReadonlyMap<Undo, Leftover>;

/**
 * Puts back what the journal says, newest first. `patient` looks at each thing until it is really so; without it,
 * it only asks, which is all that there is time for after a cancel. What someone else's newer deployment has replaced is
 * no leftover, because theirs must not be undone: `superseded` is told of it.
 */
export async function unwind(
  world: World,
  which: Undo['when'],
  manner: 'patient' | 'hurried',
  superseded: (because: string) => void = () => {},
): Promise<Leftovers> {
  const leftovers = new Map<Undo, Leftover>();
  const mine = world.journal.pending().filter((undo) => undo.when === which);
  for (const undo of mine.toReversed()) {
    if (world.signal.aborted) break;
    const leftover = await putBack(undo, world, manner, superseded);
    if (leftover !== undefined) leftovers.set(undo, leftover);
  }
  return leftovers;
}

/** All that a process without time can do: asks for everything, the service first, and waits for nothing. */
export async function unwindHurried(world: World): Promise<Leftovers> {
  const restored = await unwind(world, 'on-failure', 'hurried');
  return new Map([...restored, ...(await unwind(world, 'always', 'hurried'))]);
}

export async function putBack(
  undo: Undo,
  world: World,
  manner: 'patient' | 'hurried',
  superseded: (because: string) => void,
): Promise<Leftover | undefined> {
  const { journal, report, signal } = world;
  report({ kind: 'undo', undo, is: 'begun' });
  let asked = false;
  try {
    await handle(world.undo, undo);
    asked = true;
    report({ kind: 'undo', undo, is: 'asked' });
    if (manner === 'patient' && undo.verify !== undefined) {
      await watch(undo.verify, world);
      report({ kind: 'undo', undo, is: 'verified' });
    }
    journal.forget(undo);
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    const because = asked ? `asked for, but ${formatError(error)}` : formatError(error);
    report({ kind: 'undo', undo, is: 'failed', because });
    if (error instanceof Failure && error.kind === 'superseded') {
      journal.forget(undo);
      superseded(error.because);
      return undefined;
    }
    // What AWS has not taken stays in the journal: `post` tries once more.
    if (asked) journal.forget(undo);
    return { what: undo.title, because, byHand: undo.byHand };
  }
}
