/** Policies that can forbid an action to a role that has been given it, as AWS's messages name them. */
const policies: readonly (readonly [pattern: string, name: string, where: string])[] = [
  ['service control polic', 'a service control policy', 'in AWS Organizations'],
  ['resource control polic', 'a resource control policy', 'in AWS Organizations'],
  ['permissions? boundar', 'the permissions boundary', 'of the role'],
  [
    'session polic',
    'the session policy',
    'that the role was assumed with (inline-session-policy or managed-session-policies of configure-aws-credentials)',
  ],
  ['VPC endpoint polic', 'the policy of a VPC endpoint', 'in the VPC of the caller'],
  ['resource-based polic', 'the resource-based policy', 'of the resource'],
  ['identity-based polic', 'an identity-based policy', 'of the role'],
];

/** What forbids an action although the role may have been given it. */
export interface Deny {
  /** What AWS says: `an explicit deny in a service control policy`, `the permissions boundary does not allow it`. */
  readonly why: string;
  /** What to change. */
  readonly next: string;
}

/**
 * Reads from the message of AWS whether a policy forbids the action explicitly, or a boundary leaves it out: then it does
 * not help to allow it to the role. The texts are those of the IAM User Guide, "Troubleshoot access denied error messages".
 */
export function readDeny(message: string): Deny | undefined {
  const explicit = /explicit(?:ly)? den(?:y|ied)(?:\s+in\s+(?:an?\s+|the\s+)?([\w -]+))?/i.exec(message);
  if (explicit !== null) {
    const [, name = 'a policy', where = ''] = policyIn(explicit[1] ?? '') ?? [];
    const place = where === '' ? '' : ` ${where}`;
    return {
      why: `an explicit deny in ${name}`,
      next: `Change or remove the Deny statement in ${name}${place}, or have its owner do it; an Allow for the role does not help against an explicit deny.`,
    };
  }
  const [, silent = ''] = /because no ([\w -]+?) allows/i.exec(message) ?? [];
  const [, name, where] = policyIn(silent) ?? [];
  // A role without an Allow of its own is the usual case, which has its own advice.
  if (name === undefined || /identity|resource-based/.test(name)) return undefined;
  return {
    why: `${name} does not allow it`,
    next: `Allow the action in ${name} ${where} as well; what is missing there is forbidden, whatever the policies of the role allow.`,
  };
}

const policyIn = (text: string) => policies.find(([pattern]) => new RegExp(pattern, 'i').test(text));
