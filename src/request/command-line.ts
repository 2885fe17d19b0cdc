import { defined } from '../model/json.ts';
/** A command-line flag with its value, attached with = or in the next word. */
export interface Flag {
  readonly name: string;
  readonly value?: string;
}

/** A parsed command line. */
export interface CommandLine {
  readonly flags: readonly Flag[];
  /** Words that are neither a flag nor the value of a flag. */
  readonly orphans: readonly string[];
  /** Lines with a quote that is not closed. */
  readonly open: readonly string[];
}

/**
 * Parses flags as a shell and Go do: one or more per line, `--flag value` or `--flag=value`, one hyphen or two, quotes around
 * spaces. `#` starts a comment. `isAlone` returns whether a flag needs no value.
 */
export function readCommandLine(text: string, isAlone: (name: string) => boolean): CommandLine {
  const lines = text.split(/\r?\n/).map(wordsOf);
  const words = lines.filter((line) => !line.some(isOpen)).flatMap((line) => line.map(unquote));
  const open = lines.filter((line) => line.some(isOpen)).map((line) => line.join(' '));
  const flags: Flag[] = [];
  const orphans: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const { name, value } = flagIn(word);
    if (name === undefined) orphans.push(word);
    else if (value !== undefined) flags.push({ name, value });
    else {
      const next = words[at + 1];
      const follows = next !== undefined && (isAlone(name) ? isTruth(next) : flagIn(next).name === undefined);
      flags.push(follows ? { name, value: next } : { name });
      if (follows) at += 1;
    }
  }
  return { flags, orphans, open };
}

function flagIn(word: string): Partial<Flag> {
  const [, name, value] = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  return { ...defined({ name, value }) };
}

const isTruth = (word: string): boolean => /^(true|false)$/i.test(word);

function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g)].map(([word]) => word);
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? words : words.slice(0, comment);
}

const quoted = /"([^"]*)"|'([^']*)'/g;

const unquote = (word: string): string => word.replaceAll(quoted, '$1$2');

const isOpen = (word: string): boolean => /["']/.test(word.replaceAll(quoted, ''));
