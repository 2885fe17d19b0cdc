/** What an annotation says of itself; line and column count from 1. */
export interface Annotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly title: string;
  readonly message: string;
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Where the log is written to: a job of GitHub, a terminal, or a test. */
export interface Output {
  print(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
  debug(message: string): void;
  annotate(annotation: Annotation): void;
}

/** GitHub drops the whole summary of a step that is larger than 1 MiB. */
export const mostBytes = 1024 * 1024;
