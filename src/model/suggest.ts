import { distance } from 'fastest-levenshtein';

/** The name that somebody most likely meant, if any is close: other case and `_` or `-` count as the same. */
export function suggest(typed: string, known: readonly string[]): string | undefined {
  const same = known.find((name) => fold(name) === fold(typed));
  if (same !== undefined) return same;
  const [nearest] = known
    .map((name) => ({ name, far: farness(fold(typed), fold(name)) }))
    .filter(({ name, far }) => far <= allowance(Math.min(typed.length, name.length)))
    .sort((a, b) => a.far - b.far);
  return nearest?.name;
}

/** `containerPort`, `ContainerPort`, `container_port` and `container-port` are one name. */
export function fold(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

/** Swapped letters are one slip, which Levenshtein counts as two. */
function farness(a: string, b: string): number {
  return [...a].sort().join('') === [...b].sort().join('') ? 1 : distance(a, b);
}

function allowance(length: number): number {
  if (length < 5) return 1;
  return length < 10 ? 2 : 3;
}
