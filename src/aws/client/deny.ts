/** Policies that can deny an action although the role has an Allow for it, as AWS's messages name them. */
const policies: readonly (readonly [pattern: string, name: string, where: string])[] = [
  ['service control polic', 'a service control policy', 'in AWS Organizations'],
  ['resource control polic', 'a resource control policy', 'in AWS Organizations'],
  ['permissions? boundar', 'the permissions boundary', 'of the role'],
  [
    'session polic',
    'the session policy',
    'of the role session (inline-session-policy or managed-session-policies of configure-aws-credentials)',
  ],
  ['VPC endpoint polic', 'the policy of a VPC endpoint', 'in the VPC of the caller'],
  ['resource-based polic', 'the resource-based policy', 'of the resource'],
  ['identity-based polic', 'an identity-based policy', 'of the role'],
];

/** The policy that denies an action, with the advice for it. */
export interface Deny {
  /** Such as `an explicit deny in a service control policy` or `the permissions boundary does not allow it`. */
  readonly why: string;
  /** What to change. */
  readonly next: string;
}

/**
 * Detects from AWS's message whether a policy denies the action explicitly, or a boundary does not include it. Then an
 * Allow for the role does not help. The texts are from the IAM User Guide, "Troubleshoot access denied error messages".
 */
export function readDeny(message: string): Deny | undefined {
  const explicit = /explicit(?:ly)? den(?:y|ied)(?:\s+in\s+(?:an?\s+|the\s+)?([\w -]+))?/i.exec(message);
  if (explicit !== null) {
    const [, name = 'a policy', where = ''] = policyIn(explicit[1] ?? '') ?? [];
    const place = where === '' ? '' : ` ${where}`;
    return {
      why: `an explicit deny in ${name}`,
      next: `Change or remove the Deny statement in ${name}${place}, or ask its owner to do so; an Allow for the role does not override an explicit deny.`,
    };
  }
  const [, silent = ''] = /because no ([\w -]+?) allows/i.exec(message) ?? [];
  const [, name, where] = policyIn(silent) ?? [];
  // A missing Allow in the role is the usual case, which has its own advice.
  if (name === undefined || /identity|resource-based/.test(name)) return undefined;
  return {
    why: `${name} does not allow it`,
    next: `Allow the action in ${name} ${where} as well; it limits the role, whatever the policies of the role allow.`,
  };
}

const policyIn = (text: string) => policies.find(([pattern]) => new RegExp(pattern, 'i').test(text));
