import { type Waiting, withDeadline } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure, formatError, isRefusedCall } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Finding, FindingKind } from '../../model/preview.ts';
import type { Aws } from '../client/account.ts';
import { deniedAction } from '../client/errors.ts';

/** Time limit of one check, so that a slow API cannot delay a dry run. */
const checkTimeout: Duration = 10 * second;

/** A read-only check that a dry run makes. */
export interface PreflightCheck {
  readonly kind: FindingKind;
  readonly about: string;
  look(access: Access): Promise<Results>;
}

/** The result of a check; `about` defaults to that of the check. */
export type Result = Omit<Finding, 'kind' | 'about'> & { readonly about?: string };

/** The results of a check: one, several, or none where a call was denied, which is reported once per action. */
export type Results = Result | readonly Result[] | undefined;

/** The means of a check: the account, and a way to call it that tolerates missing permissions. */
export interface Access {
  readonly aws: Aws;
  /** Returns the answer of a call, or `undefined` if the call is denied; denials are reported once per action. */
  may<T>(ask: () => Promise<T>): Promise<T | undefined>;
}

export const ok = (because: string): Result => ({ is: 'ok', because });
export const problem = (because: string, next: string): Result => ({ is: 'problem', because, next });
export const warning = (because: string, next: string): Result => ({ is: 'warning', because, next });
export const unclear = (because: string, next?: string): Result => ({
  is: 'cannot-tell',
  because,
  ...defined({ next }),
});

/** A denied action, and the subject of the check that needed it. */
interface Denial {
  readonly action: string;
  readonly about: string;
}

/** Runs all checks concurrently. Throws only if the job is cancelled: a check that fails becomes a finding. */
export async function runChecks(
  checks: readonly PreflightCheck[],
  { aws, ...waiting }: Waiting & { readonly aws: Aws },
): Promise<readonly Finding[]> {
  const denials: Denial[] = [];
  const findings = await Promise.all(
    checks.map(async (check) => {
      const work = () => runCheck(check, aws, denials);
      const results = await withDeadline(checkTimeout, work, waiting, () => timedOut);
      return [results ?? []].flat().map((result): Finding => ({ kind: check.kind, about: check.about, ...result }));
    }),
  );
  waiting.signal.throwIfAborted();
  return [...findings.flat(), ...formatDenied(denials)];
}

const timedOut = unclear(`AWS did not answer within ${showDuration(checkTimeout)}`);

async function runCheck(check: PreflightCheck, aws: Aws, denials: Denial[]): Promise<Results> {
  const { about } = check;
  const deny = (error: unknown): boolean => {
    const action = error instanceof Failure ? deniedAction(error) : undefined;
    if (action !== undefined) denials.push({ action, about });
    return action !== undefined;
  };
  const may: Access['may'] = async (ask) => {
    try {
      return await ask();
    } catch (error) {
      if (deny(error)) return undefined;
      throw error;
    }
  };
  try {
    return await check.look({ aws, may });
  } catch (error) {
    if (deny(error)) return undefined;
    return unclear(error instanceof Failure ? `${error.message}: ${error.because}` : formatError(error));
  }
}

function formatDenied(denials: readonly Denial[]): readonly Finding[] {
  const actions = [...new Set(denials.map(({ action }) => action))].sort();
  return actions.map((action) => ({
    kind: 'permission',
    about: [...new Set(denials.filter((one) => one.action === action).map(({ about }) => about))].join(', '),
    is: 'cannot-tell',
    because: `not checked: ${action} is not allowed`,
    next: `Allow ${action} to the role of this job (the dry-run policy in docs/iam.md of this action contains it), or check it yourself.`,
  }));
}

/** Returns the output of a call, or its Failure if `isAnswer` accepts that, such as the one for a missing resource. */
export async function answered<T>(
  ask: () => Promise<T>,
  isAnswer: (failure: Failure) => boolean,
): Promise<T | Failure> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusedCall(error) && isAnswer(error)) return error;
    throw error;
  }
}
