import { parseArn } from '../../model/arn.ts';
import type { Clock } from '../../model/clock.ts';
import { Failure, isRefusedCall } from '../../model/failure.ts';
import { Refusal } from '../../model/problem.ts';
import type { NamedAccount } from '../../model/request.ts';
import type { Aws } from '../client/account.ts';
import { isConnection } from '../client/connection.ts';
import { codeOf } from '../client/errors.ts';

/**
 * Reads resources, and throws a Refusal if the caller is in another account than inputs or files name. Usually the ARNs of
 * the resources show the caller's account; STS is called only if they do not, or if nothing could be read.
 */
export async function readInAccount<R extends { readonly account?: NamedAccount }, T>(
  request: R,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
  take: (aws: Aws, request: R, clock: Clock) => Promise<T>,
  /** ARNs in the answers of AWS to this caller. */
  arnsIn: (seen: T) => readonly (string | undefined)[],
): Promise<T> {
  const { account: named } = request;
  const read = () => take(aws, request, clock);
  if (named === undefined || named.assumed) return read();
  let seen: T;
  try {
    seen = await read();
  } catch (error) {
    // A resource of another account is reported as not found. A proxy that refuses the connection says nothing about that.
    const refused = isRefusedCall(error) && !isConnection({ code: codeOf(error) });
    if (refused || error instanceof Refusal) await refuseOther(aws, named, []);
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
