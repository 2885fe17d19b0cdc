/** A GitHub annotation; line and column start at 1. */
export interface Annotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly title: string;
  readonly message: string;
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** The destination of the log: a GitHub job, a terminal, or a test. */
export interface Output {
  print(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
  debug(message: string): void;
  annotate(annotation: Annotation): void;
}

/** In bytes. GitHub drops a step summary that is larger than 1 MiB. */
export const mostBytes = 1024 * 1024;
