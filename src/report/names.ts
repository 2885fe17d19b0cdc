/** The name that people use for an ARN: `tg-web`, `web:42`, a task's id; anything else is given back as it is. */
export function shortName(text: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(text)?.[1];
  if (resource === undefined) return text;
  const [kind, name, ...rest] = resource.split('/');
  return kind === 'targetgroup' ? (name ?? resource) : (rest.at(-1) ?? name ?? resource);
}
