/** The owner of a changed value: a container, the task, or the service. */
export type Subject =
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'task' }
  | { readonly kind: 'service' };

/** The source of the new value. */
export type Origin =
  /** `variables`: the file contains `${NAME}`, and the value comes from the environment. */
  | { readonly kind: 'file'; readonly file: string; readonly variables?: readonly string[] }
  | { readonly kind: 'input'; readonly inputs: readonly string[] }
  /** As family:revision. */
  | { readonly kind: 'revision'; readonly revision: string };

/** Why a value is redacted: it comes from the environment or an input, looks like a secret, or its source is unknown. */
export type Hidden = 'substituted' | 'secret' | 'unknown';

/** One changed value of the task definition or service; `before` and `after` are absent if there is no value. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly subject: Subject;
  /** The full path of the value; for the service it starts with `service: `. */
  readonly what: string;
  /** `***` if it is redacted. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly hidden?: Hidden;
  readonly from?: Origin;
  /** The revision that introduced the live value, if the one before it had the value that is deployed now. */
  readonly reverts?: string;
}

/** The sources of the values of a definition or of settings: `usual` for all paths that are not in `at`. */
export interface Origins {
  readonly usual: Origin;
  readonly at: Readonly<Record<string, Origin>>;
}

/** The default source: the files of the deploy context. */
export const writtenInFiles: { readonly definition: Origins; readonly settings: Origins } = {
  definition: { usual: { kind: 'file', file: 'task-definition.json' }, at: {} },
  settings: { usual: { kind: 'file', file: 'service.json' }, at: {} },
};

/** Returns the source of the value at a path: that of the path or of its nearest parent. */
export function originOf({ usual, at }: Origins, path: string): Origin {
  const known = Object.keys(at)
    .filter((key) => path === key || (path.startsWith(key) && /^[.[]/.test(path.slice(key.length))))
    .toSorted((a, b) => b.length - a.length);
  return at[known[0] ?? ''] ?? usual;
}

/** Returns whether a value was added, changed or removed. */
export function kindOf({ before, after }: Pick<Change, 'before' | 'after'>): Change['kind'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}
