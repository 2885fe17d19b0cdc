import type { Clock } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Finding, FindingKind } from '../../model/preview.ts';
import type { Aws } from '../client/account.ts';
import { deniedAction } from '../client/errors.ts';

/** After this a look counts as not answered: a dry run waits for nobody. */
const longestLook: Duration = 10 * second;

/** One thing to look at before anything is done; it only reads. */
export interface PreflightCheck {
  readonly kind: FindingKind;
  readonly about: string;
  look(looker: Looker): Promise<readonly Said[]>;
}

/** What a look has found; what it is about is the inspection's word, where it does not say it. */
export type Said = Omit<Finding, 'kind' | 'about'> & { readonly about?: string };

/** What an inspection looks with. */
export interface Looker {
  readonly aws: Aws;
  /** The answer of a call; nothing when it is not allowed, which is told once for all. */
  may<T>(ask: () => Promise<T>): Promise<T | undefined>;
}

export const ok = (because: string): Said => ({ is: 'ok', because });
export const problem = (because: string, next: string): Said => ({ is: 'problem', because, next });
export const warning = (because: string, next: string): Said => ({ is: 'warning', because, next });
export const cannotTell = (because: string, next?: string): Said => ({
  is: 'cannot-tell',
  because,
  ...defined({ next }),
});

/** What may not be looked at, and what it would have been about. */
interface Denial {
  readonly action: string;
  readonly about: string;
}

/** Looks at everything at once. Only a job that is cancelled makes it throw: whatever cannot be seen is a finding. */
export async function runChecks(
  inspections: readonly PreflightCheck[],
  { aws, clock, signal }: { readonly aws: Aws; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const denials: Denial[] = [];
  const findings = await Promise.all(
    inspections.map(async (inspection) => {
      const answer = await inTime(longestLook, lookAt(inspection, aws, denials), { clock, signal });
      return (answer ?? [late]).map((said): Finding => ({ kind: inspection.kind, about: inspection.about, ...said }));
    }),
  );
  signal.throwIfAborted();
  return [...findings.flat(), ...formatDenied(denials)];
}

const late = cannotTell(`AWS did not answer within ${showDuration(longestLook)}`);

async function lookAt(inspection: PreflightCheck, aws: Aws, denials: Denial[]): Promise<readonly Said[]> {
  const { about } = inspection;
  const deny = (error: unknown): boolean => {
    const action = error instanceof Failure ? deniedAction(error) : undefined;
    if (action !== undefined) denials.push({ action, about });
    return action !== undefined;
  };
  const may: Looker['may'] = async (ask) => {
    try {
      return await ask();
    } catch (error) {
      if (deny(error)) return undefined;
      throw error;
    }
  };
  try {
    return await inspection.look({ aws, may });
  } catch (error) {
    if (deny(error)) return [];
    return [cannotTell(error instanceof Failure ? `${error.message}: ${error.because}` : formatError(error))];
  }
}

/** An answer, or nothing when it takes too long; whoever is still asking then is not waited for. */
export async function inTime<T>(
  limit: Duration,
  work: Promise<T>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const done = new AbortController();
  const asleep = clock.sleep(limit, AbortSignal.any([signal, done.signal])).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, asleep]);
  } finally {
    done.abort();
  }
}

function formatDenied(denials: readonly Denial[]): readonly Finding[] {
  const actions = [...new Set(denials.map(({ action }) => action))].sort();
  return actions.map((action) => ({
    kind: 'permission',
    about: [...new Set(denials.filter((one) => one.action === action).map(({ about }) => about))].join(', '),
    is: 'cannot-tell',
    because: `not looked at: ${action} is not allowed`,
    next: `Allow ${action} to the role of this job (the policy of a dry run in the README has it), or look yourself.`,
  }));
}

/** AWS's code when the call was answered with a no that says something, such as that there is no such thing. */
export async function answered<T>(
  ask: () => Promise<T>,
  isAnswer: (failure: Failure) => boolean,
): Promise<T | Failure> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'refused-call' && isAnswer(error)) return error;
    throw error;
  }
}
