import { parseArn } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import { Refusal } from '../../model/problem.ts';
import type { NamedAccount } from '../../model/request.ts';
import type { Aws } from '../client/account.ts';

/**
 * Reads resources, and throws a Refusal if the caller is in another account than inputs or files name. Usually the ARNs of
 * the resources show the caller's account; STS is called only if they do not, or if nothing could be read.
 */
export async function readInAccount<T>(
  aws: Aws,
  named: NamedAccount | undefined,
  read: () => Promise<T>,
  /** ARNs in the answers of AWS to this caller. */
  arnsIn: (seen: T) => readonly (string | undefined)[],
): Promise<T> {
  if (named === undefined || named.assumed) return read();
  let seen: T;
  try {
    seen = await read();
  } catch (error) {
    // A resource of another account is reported as not found.
    const absent = error instanceof Refusal || (error instanceof Failure && error.kind === 'refused-call');
    if (absent) await refuseOther(aws, named, []);
    throw error;
  }
  await refuseOther(aws, named, arnsIn(seen));
  return seen;
}

async function refuseOther(aws: Aws, named: NamedAccount, arns: readonly (string | undefined)[]): Promise<void> {
  const shown = arns.map((arn) => parseArn(arn)?.account).find((account) => account);
  const caller = shown ?? (await readCaller(aws));
  if (caller === undefined || caller === named.id) return;
  const what = `\`${named.text}\` is in account ${named.id}, but the credentials of this job are for account ${caller}`;
  throw new Refusal({
    where: named.where,
    what: `${what}; use credentials for ${named.id}, or name resources of ${caller}`,
  });
}

/** Returns the account of the credentials; `undefined` if STS does not return it, and AWS then decides what is allowed. */
async function readCaller(aws: Aws): Promise<string | undefined> {
  try {
    return (await aws.call('sts', 'GetCallerIdentity', {})).Account;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
