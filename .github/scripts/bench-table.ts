// The table that the bench prints, and the figures in it.

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly target?: string;
  /** Absent: nothing is promised, the figure is for comparison. */
  readonly ok?: boolean;
  /** Where to look when it should be better. */
  readonly where?: string;
}

/** Milliseconds. */
export const second = 1000;
/** Milliseconds. */
export const minute = 60 * second;

/** A duration as people read it. */
export const seconds = (ms: number, digits = 1): string => `${(ms / second).toFixed(digits)} s`;
/** A size as people read it. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** The one in the middle; of two, what is between them. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [high = 0, low = 0] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? high : (high + low) / 2;
}

/** The item with the highest figure; there is always one, or the bench itself is wrong. */
export function worstOf<T>(items: readonly T[], figure: (item: T) => number): T {
  const [worst] = items.toSorted((a, b) => figure(b) - figure(a));
  if (worst === undefined) throw new Error('nothing was measured');
  return worst;
}

/** Every pair of the two. */
export function product<A, B>(as: readonly A[], bs: readonly B[]): readonly (readonly [A, B])[] {
  return as.flatMap((a) => bs.map((b) => [a, b] as const));
}

/** Prints what is promised, or what it is compared with. */
export function printRows(title: string, rows: readonly Row[]): void {
  const lines = rows.map(({ what, figure, target = '', ok, where = '' }) => [
    ok === undefined ? '' : ok ? 'ok' : 'MISSED',
    what,
    figure,
    target,
    where,
  ]);
  print(title, ['', 'what', 'figure', 'target', 'where'], lines);
}

/** Prints lines below a head, in columns. */
export function print(title: string, head: readonly string[], lines: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const show = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  process.stdout.write(`\n${title}\n\n${[head, ...lines].map(show).join('\n')}\n`);
}
