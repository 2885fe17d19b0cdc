/** The line of a log that best explains why its program ended. */
export interface Telling {
  /** The line as written, or its message if the line is JSON. */
  readonly line: string;
  /** The line and everything after it: stack frames and details. */
  readonly block: readonly string[];
  /** Whether the line reports an error; otherwise it is only the last line. */
  readonly isError: boolean;
}

interface Content {
  readonly at: number;
  readonly text: string;
  readonly level: string | undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: programs color their logs
const colours = /\u001b\[[0-9;]*m/g;

/** Lines that belong to the message before or after them, such as stack frames, source locations and brackets. */
const frames = [
  /^\s/,
  /^(?:at|from) \S+/,
  /^\.\.\. \d+ (?:more|common)/,
  /^[\]})>^~;,\s]*$/,
  /^(?:throw\b|node:internal|Stack trace:|#\d+ |goroutine \d+|created by |note: run with)/,
  /^[\w./*()[\]]+\.\S*\(.*\)$/,
  /^(?:file:\/\/)?\/\S+:\d+(?::\d+)?$/,
  /^Traceback \(most recent call last\):/,
];
/** Lines that runtimes and process managers add after a program has failed. */
const trailers =
  /^(?:Node\.js v\d|npm (?:ERR!|error|notice|warn)|error Command failed|info Visit|\[nodemon\]|exit status \d+|(?:exit|exiting|bye|good ?bye|shutting down|shut down|stopping|stopped|terminating|terminated)\b.{0,30}$)/i;
const errors =
  /\b(?:errors?|exception|fatal|panic(?:ked)?|critical|uncaught|unhandled|fail(?:ed|ure|s)?|cannot|can't|couldn't|could not|unable|denied|refused|invalid|missing|required|must be|not (?:set|found|defined|allowed|permitted|supported))\b|\w(?:Error|Exception)\b|\bE[A-Z]{4,}\b|[✖✗❌]/i;
/** The program continued after such a line. */
const mild =
  /\b(?:retry|retrying|will retry|continu\w+|ignor\w+|fall(?:ing)? ?back|skipp\w+|warn(?:ing)?|0 errors|no errors)\b/i;
const levels = /\b(FATAL|CRITICAL|ERROR|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE)\b|\blevel=["']?(\w+)/;
const recovery =
  /\b(?:re)?connected\b|\b(?:listening|started|ready|running|recovered|healthy|success(?:ful(?:ly)?)?|succeeded|completed?)\b/i;

/** Number of last messages that are considered; earlier errors did not end the program. */
const recent = 6;

/**
 * Chooses the line: the last error among the last messages unless the program recovered from it, otherwise the last
 * message. A Python traceback ends with its message, a Node.js or Java one begins with it; the last nested one counts.
 */
export function tellingOf(written: readonly string[]): Telling | undefined {
  const lines = written.flatMap((line) => line.replaceAll(colours, '').split(/\r?\n/));
  const all = lines.flatMap((line, at) => (line.trim() === '' ? [] : [read(line, at)]));
  const messages = all.filter(({ text }) => !frames.some((frame) => frame.test(text)) && !trailers.test(text));
  const last = messages.at(-1) ?? all.at(-1);
  if (last === undefined) return undefined;
  const candidates = messages.slice(-recent);
  const index = candidates.findLastIndex((one) => isError(one, one.at === last.at));
  const passed = candidates.slice(index + 1).some(({ text }) => recovery.test(text));
  const error = index === -1 || passed ? undefined : candidates[index];
  // After `panicked at src/main.rs:4:5:` and `Error:` the message follows on the next line.
  const announced = error?.text.trimEnd().endsWith(':') ? candidates[index + 1] : undefined;
  const { at, text } = announced ?? error ?? last;
  return { line: text.trim(), block: lines.slice(error?.at ?? at), isError: error !== undefined };
}

function isError({ text, level }: Content, isLast: boolean): boolean {
  if (level !== undefined) return /^(?:fatal|critical|error|[56]0)$/i.test(level);
  return errors.test(text) && (isLast || !mild.test(text));
}

/** In a JSON log line the message is in a member. */
function read(line: string, at: number): Content {
  const fields = line.startsWith('{') ? jsonIn(line) : undefined;
  if (fields === undefined) {
    const [, word, value] = levels.exec(line) ?? [];
    return { at, text: line, level: word ?? value };
  }
  const { msg, message, error, err, level, severity } = fields;
  const nested = [error, err].map((one) => (typeof one === 'object' && one !== null ? messageOf(one) : one));
  const text = [msg, message, ...nested].filter((one) => typeof one === 'string' && one.trim() !== '');
  const logLevel = level ?? severity;
  return { at, text: String(text[0] ?? line), level: logLevel === undefined ? undefined : String(logLevel) };
}

const messageOf = (error: object): unknown => ('message' in error ? error.message : undefined);

function jsonIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
