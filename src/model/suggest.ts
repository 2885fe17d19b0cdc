import { distance } from 'fastest-levenshtein';

/** Returns the most similar known name, if any is close; ignores case, `_` and `-`. */
export function suggest(typed: string, known: readonly string[]): string | undefined {
  const same = known.find((name) => normalizeName(name) === normalizeName(typed));
  if (same !== undefined) return same;
  const [nearest] = known
    .map((name) => ({ name, far: farness(normalizeName(typed), normalizeName(name)) }))
    .filter(({ name, far }) => far <= allowance(Math.min(typed.length, name.length)))
    .sort((a, b) => a.far - b.far);
  return nearest?.name;
}

/** Normalizes a name: `containerPort`, `ContainerPort`, `container_port` and `container-port` become equal. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

/** Damerau-Levenshtein distance: a transposition counts once. */
function farness(a: string, b: string): number {
  return [...a].sort().join('') === [...b].sort().join('') ? 1 : distance(a, b);
}

function allowance(length: number): number {
  if (length < 5) return 1;
  return length < 10 ? 2 : 3;
}
