/** What a value that changes belongs to. */
export type Subject =
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'task' }
  | { readonly kind: 'service' };

/** Where the new value comes from. */
export type Origin =
  /** `variables`: it was written as `${NAME}` there, and the environment has filled it in. */
  | { readonly kind: 'file'; readonly file: string; readonly variables?: readonly string[] }
  | { readonly kind: 'input'; readonly inputs: readonly string[] }
  /** As family:revision. */
  | { readonly kind: 'revision'; readonly revision: string };

/** Why a value is not shown: the environment or an input has given it, it looks like a secret, or nobody knows where it is from. */
export type Hidden = 'substituted' | 'secret' | 'unknown';

/** One value of the task definition or of the service that is changed; before and after are absent where there is none. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly subject: Subject;
  /** The whole path of the value; one of the service begins with `service: `. */
  readonly what: string;
  /** `***` where it is hidden. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly hidden?: Hidden;
  readonly from?: Origin;
  /** The revision that has brought the live value in, where the one before it had what is deployed now. */
  readonly reverts?: string;
}

/** Where the values of a definition or of settings come from: those that are not named by their path are as usual. */
export interface Origins {
  readonly usual: Origin;
  readonly at: Readonly<Record<string, Origin>>;
}

/** Where all comes from when nothing else is said: the files of the deploy context. */
export const writtenInFiles: { readonly definition: Origins; readonly settings: Origins } = {
  definition: { usual: { kind: 'file', file: 'task-definition.json' }, at: {} },
  settings: { usual: { kind: 'file', file: 'service.json' }, at: {} },
};

/** Where the value at a path comes from: what is said of the path, or of what it is a part of. */
export function originOf({ usual, at }: Origins, path: string): Origin {
  const known = Object.keys(at)
    .filter((key) => path === key || (path.startsWith(key) && /^[.[]/.test(path.slice(key.length))))
    .toSorted((a, b) => b.length - a.length);
  return at[known[0] ?? ''] ?? usual;
}

/** What has become of a value. */
export function kindOf({ before, after }: Pick<Change, 'before' | 'after'>): Change['kind'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}
