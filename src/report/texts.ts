/** The short name of an ARN: `tg-web`, `web:42`, the id of a task. Any other text is returned as it is. */
export function shortName(text: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(text)?.[1];
  if (resource === undefined) return text;
  const [kind, name, ...rest] = resource.split('/');
  return kind === 'targetgroup' ? (name ?? resource) : (rest.at(-1) ?? name ?? resource);
}

/** `1 step`, `2 steps`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `03:14:07Z`: the time of day of something that happened in AWS, in UTC. */
export function clockTime(at: number): string {
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(11, 19)}Z` : 'unknown';
}

/** The parts that are not empty, separated by commas or whatever else. */
export function list(parts: readonly (string | undefined)[], separator = ', '): string {
  return parts.filter((part) => part).join(separator);
}

/** ` (health check HTTP:80/)`, or nothing. */
export function inBrackets(...parts: readonly (string | undefined)[]): string {
  return parts.some((part) => !part) ? '' : ` (${parts.join(' ')})`;
}
